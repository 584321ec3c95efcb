// All records of a sandbox: a collection for each list, made when it is first asked for.
// Owner    catalog and routes outlive it.
// Threads  reads at the same time, next_id(), restore() and changes of a collection alone (Engine holds a lock).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/engine/routes.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"
#include "plugins/connectwise/sandbox/seed/tickets.hpp"

namespace leat::sandbox {

// A list: its pattern, the ids that stand for the pattern's {} and what its records are.
struct ListPlace {
  std::string pattern;                 // "/service/tickets/{}/notes"
  std::vector<std::string> arguments;  // "7"
  const connectwise::Schema* schema = nullptr;

  std::string path() const;  // "/service/tickets/7/notes"
};

class Store {
 public:
  Store(const connectwise::Catalog& catalog, const Routes& routes, const std::string& url, Id tickets);

  // A list that nobody seeded: 3 made-up records where the API cannot create any or where it has no parent, else empty.
  Collection& open(const ListPlace& place);
  // Never given before in lists of this pattern.
  Id next_id(const ListPlace& place);
  // The list at a pattern, with the schema of its records as its operations say; schema nullptr when they do not.
  ListPlace place(const std::string& pattern, std::vector<std::string> arguments) const;
  // A record as a tree; null when it is not there.
  Json read(const ListPlace& place, Id id);

  const connectwise::Catalog& catalog() const { return catalog_; }
  const Routes& routes() const { return routes_; }
  const std::string& url() const { return book_->url(); }
  // Paths of the lists that were asked for, with their sizes.
  std::vector<std::pair<std::string, std::size_t>> sizes() const;

  // What differs from the seeds: {"tickets": n, "lists": {path: {"changed": [record..], "erased": [id..]}}, "ids": {pattern: next}}.
  Json to_json() const;
  // In place of all changes so far. Throws std::exception when it is not such a state, or of another number of tickets.
  void restore(const Json& state);

 private:
  Seeds seeds_for(const ListPlace& place, const std::string& path) const;

  struct Changes {
    std::map<Id, std::string> changed;
    std::set<Id> erased;
  };
  static const std::string& id_pattern(const ListPlace& place);

  const connectwise::Catalog& catalog_;
  const Routes& routes_;
  std::shared_ptr<const Book> book_;
  TicketSeeds tickets_;
  Id ticket_count_;
  mutable std::mutex mutex_;                       // of the maps; collections stay where they are
  std::map<std::string, Collection> collections_;  // by path
  std::map<std::string, Changes> restored_;        // by path: of lists that were not asked for yet
  std::map<std::string, Id> id_ends_;              // by pattern
  std::uint64_t generation_ = 0;                   // of restore()
};

}  // namespace leat::sandbox
