// Ids of records by their names, from lists of the server that are kept for a while.
// A list of at most 1,000 records is read whole, with one request; of a longer one each name is asked for. Parallel
// calls share a read. A name that a list does not have makes it be read again, once and not more often than every few
// seconds, because it may have been added since.
// Memory   `lists_max` lists of `rows_max` rows or looked-up names each; the longest unused one is forgotten.
// Threads  any.
// Errors   invalid: no record or several have the name; the text lists the nearest names, or the ids. Else the client's.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leat/client.hpp"
#include "plugins/connectwise/writing/reference_lists.hpp"

namespace leat::connectwise {

class NameTables {
 public:
  static constexpr std::size_t lists_max = 200;
  static constexpr std::size_t rows_max = 1000;  // the largest page of the server

  explicit NameTables(std::chrono::milliseconds keep) : keep_(keep) {}

  struct Asked {
    std::string_view name;
    std::string_view scope_id{};  // fills the list's {parentId}
    std::string_view owner_id{};  // decides between records of the same name; may be empty
  };
  Result<std::string> id_of(const ReferenceList& list, const Asked& asked, const leat::Client& client,
                            Context& context);

 private:
  struct Row {
    std::string id;
    std::vector<std::string> names;
    std::string owner;
    bool closed = false;
  };
  // Who reads the whole list holds `mutex`, and the others wait for it.
  struct Table {
    std::mutex mutex;
    bool filled = false;
    bool whole = false;
    std::chrono::milliseconds read_at{0};
    std::vector<Row> rows;  // all of a whole list; of another one its first page, for suggestions
    std::unordered_map<std::string, std::vector<Row>> asked;
    std::chrono::milliseconds used_at{0};
  };

  std::shared_ptr<Table> table(const std::string& url, Context& context);
  static Result<std::vector<Row>> read(const ReferenceList& list, const std::string& url, const leat::Client& client,
                                       Context& context);
  static Result<Done> fill(Table& table, const ReferenceList& list, const std::string& url, const leat::Client& client,
                           Context& context);
  static Result<std::vector<Row>> rows_named(Table& table, std::unique_lock<std::mutex>& lock,
                                             const ReferenceList& list, const std::string& url, const Asked& asked,
                                             const leat::Client& client, Context& context);

  const std::chrono::milliseconds keep_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Table>> tables_;
};

}  // namespace leat::connectwise
