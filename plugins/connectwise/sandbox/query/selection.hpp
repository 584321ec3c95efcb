// Which records of a collection a request means, in its order; kept for the next page of the same request.
// Threads  any, at the same time, while nobody changes the collection.
// Source   clients L: id order without orderBy, nothing sorts before something, text without case.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/query/filter.hpp"

namespace leat::sandbox {

struct SortKey {
  FieldName field;
  bool descending = false;
};

// "lastUpdated desc, id". Refusal 400 ApiFindCondition for an unknown name or a word that is neither asc nor desc.
std::vector<SortKey> parse_order(std::string_view text, const Names& names);

using Selection = std::shared_ptr<const std::vector<Id>>;

class SelectionCache {
 public:
  // `key` tells collection, conditions and order apart. Not kept where other lists count, too.
  Selection select(const std::string& key, const Collection& collection, const Filter& filter,
                   const std::vector<SortKey>& order, const Lookup* lookup = nullptr);

 private:
  struct Entry {
    std::string key;
    std::uint64_t version;
    Selection selection;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;  // newest first
};

}  // namespace leat::sandbox
