// Where records are read from: one entity with its parameters, checked when the configuration is loaded.
// Threads  configured once, constant afterwards; question() as the transformers it runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leat/batch.hpp"
#include "plugins/connectwise/reading/paging.hpp"
#include "plugins/connectwise/reading/question.hpp"
#include "plugins/connectwise/reading/rows.hpp"

namespace leat::connectwise {

// The option `pagination`.
struct Pagination {
  bool on = true;
  int page_size = 1000;
  int in_flight = 3;
  std::int64_t max_pages = 0;    // 0: no ceiling
  std::int64_t max_records = 0;  // 0: no ceiling
  static const char* schema();   // of the option
  // invalid: what the schema cannot say.
  static Result<Pagination> parse(std::string_view json);
};

struct SourceOptions {
  std::string_view place{};  // in front of an option's name in messages: "for_each."
  std::string_view entity{};
  std::string_view parameters{"{}"};     // {path, query}
  bool transformed = false;              // transformers change the parameters later: they are checked then
  std::vector<std::string> open_path{};  // path parameters that get their values later
  Pagination pagination{};
  std::string_view download_folder{};
};

class Source {
 public:
  Source() = default;
  // invalid: entity, parameters or pagination cannot be used.
  static Result<Source> make(const SourceOptions& options);

  const Operation& operation() const { return *operation_; }
  const PagingSetup& paging() const { return paging_; }
  const Pagination& pagination() const { return pagination_; }
  const Rows& rows() const { return rows_; }
  bool has_info() const;   // its records show _info
  bool has_order() const;  // the options say orderBy
  // Where its records show a time, as `fields` names it: "dateEntered", "_info/lastUpdated"; empty: they have no _info either.
  std::string place_of(std::string_view time) const;
  // Tells whether a cursor belongs to what is asked here.
  const std::string& print() const { return print_; }

  // {path, query} as JSON, after the transformers; they may read a clock, so what they made once belongs to the whole
  // read. invalid: they left no request.
  Result<std::string> input(const Chain& transformers, Context& context) const;
  // invalid, naming the member.
  Result<Question> question(std::string_view input) const;

 private:
  Result<Done> check(const SourceOptions& options) const;

  const Operation* operation_ = nullptr;
  std::string parameters_;
  Pagination pagination_;
  PagingSetup paging_;
  const Schema* schema_ = nullptr;  // of its records; null: the document has none
  Rows rows_;
  std::string print_;
};

// What no later record can change is a person's matter: the incoming pauses and asks again, rather than end for good.
Error for_incoming(Error error);

}  // namespace leat::connectwise
