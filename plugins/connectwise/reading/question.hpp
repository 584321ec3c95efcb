// What is asked of the server: an operation with its parameters, before it is cut into pages. Terms and members that the
// reading needs are added here, and it becomes the request for one page: GET with a query, or the POST of a search, whose
// conditions and order travel in the body.
// Threads  one user at a time; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/http.hpp"
#include "leat/record.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// What the request for a page has beside the question's own parameters.
struct PageRequest {
  std::vector<std::pair<std::string, std::string>> query{};
  std::string condition{};    // and-ed to the question's
  std::string order{};        // empty: the question's own
  std::string fields{};       // empty: the question's own
  bool forward_only = false;  // the header pagination-type: forward-only
};

// Path and query of a question, without the address and without what a page adds: a URL has about 2,000 characters.
constexpr std::size_t question_length_max = 1740;
// Of a question of ids; so many are its pageSize.
constexpr std::size_t ids_per_request = 100;

// The two operations that read although they are a POST.
bool is_search(const Operation& operation);

class Question {
 public:
  // `input` is {path, query}, as in the options; of a search the query also has conditions and orderBy. Checked against
  // the catalog; its length is not. invalid, naming the member.
  static Result<Question> make(const Catalog& catalog, const Operation& operation, leat::Node input);

  const Operation& operation() const { return *operation_; }
  std::string_view parameter(std::string_view name) const;  // of the query; empty: absent
  void set(std::string_view name, std::string value);       // empty: takes it out
  void add_condition(std::string_view condition) { set("conditions", joined(condition)); }
  // Where the user chose `fields`: these must be among them.
  void need_field(std::string_view field);

  // The same parameters for another operation of the same path parameters, such as its /count.
  Question about(const Operation& operation) const;

  // The list that it is about: "/company/companies/5/sites", of a search too.
  std::string list() const;
  // About records whatever they are like.
  void drop_conditions();
  bool has_conditions() const;

  // One question, or several that fit into a URL each. invalid: conditions that cannot be split.
  Result<std::vector<Question>> split() const;
  // About these of the records it selects: questions that have one page each. invalid: as of split().
  Result<std::vector<Question>> of_ids(const std::vector<std::int64_t>& ids) const;

  Request request(const PageRequest& page) const;

 private:
  std::string joined(std::string_view condition) const;
  std::size_t length() const;
  Result<std::vector<Question>> cut_beside_ids(const std::vector<std::int64_t>& ids, std::size_t room) const;

  const Operation* operation_ = nullptr;
  std::string path_;
  std::vector<std::pair<std::string, std::string>> query_;  // as the document spells the names; not encoded
};

}  // namespace leat::connectwise
