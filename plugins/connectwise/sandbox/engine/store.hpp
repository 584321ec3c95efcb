// All records of a sandbox: a collection for each list, made when it is first asked for.
// Owner    catalog and routes outlive it.
// Threads  one at a time (Service holds a lock).
#pragma once

#include <map>
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
  const std::string& url() const { return book_.url(); }
  // Paths of the lists that were asked for, with their sizes.
  std::vector<std::pair<std::string, std::size_t>> sizes() const;

 private:
  Seeds seeds_for(const ListPlace& place, const std::string& path) const;

  const connectwise::Catalog& catalog_;
  const Routes& routes_;
  Book book_;
  TicketSeeds tickets_;
  std::map<std::string, Collection> collections_;  // by path
  std::map<std::string, Id> id_ends_;              // by pattern
};

}  // namespace leat::sandbox
