// The small seeded lists, made at start: set-up tables, companies, contacts, configurations, agreements.
// Owner    the catalog outlives it.
// Threads  constant once filled.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

// When the seeded set-up was entered; tickets follow.
constexpr Seconds seed_time = 1'735'776'000;  // 2025-01-02T00:00:00Z

class Book {
 public:
  // `url` stands before the paths in hrefs.
  Book(const connectwise::Catalog& catalog, std::string url) : catalog_(catalog), url_(std::move(url)) {}

  // Adds a record under the next id of its list (1, or `first`, and so on) and returns the id. `_info` is added.
  Id add(const std::string& path, const Json& record, Id first = 1);
  // A reference to a record added before. `path` names the list of kinds that have ids in their path.
  Json refer(std::string_view schema, Id id, std::string path = {}) const;
  const Json& record(const std::string& path, Id id) const;
  Id count(const std::string& path) const;

  // Nothing: the list is not seeded here. The book outlives the answer.
  std::optional<Seeds> find(std::string_view path) const;
  const std::string& url() const { return url_; }

 private:
  struct List {
    Id first = 1;
    std::vector<Json> records;
    std::vector<std::string> texts;
  };
  const List& list(std::string_view path) const;

  const connectwise::Catalog& catalog_;
  std::string url_;
  std::map<std::string, List, std::less<>> lists_;  // by path in lower case
};

// In this order.
void seed_setup(Book& book);
void seed_time_sheets(Book& book);
void seed_boards(Book& book);
void seed_companies(Book& book);
void seed_assets(Book& book);

}  // namespace leat::sandbox
