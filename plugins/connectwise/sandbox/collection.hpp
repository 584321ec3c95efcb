// The records of one list path, by id, as JSON texts: a seeded range that is written on demand and what was changed since.
// Threads  readers at the same time, a writer alone (Engine holds a lock).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace leat::sandbox {

using Id = std::int64_t;

// Records with the ids first .. first + count - 1. `write` appends the compact JSON of one; the same text each time.
struct Seeds {
  Id first = 1;
  Id count = 0;
  std::function<void(Id, std::string&)> write;
};

class Collection {
 public:
  Collection() = default;
  explicit Collection(Seeds seeds) : seeds_(std::move(seeds)) {}

  std::size_t size() const;
  bool contains(Id id) const;
  // Appends the record's text; it must be there.
  void write(Id id, std::string& out) const;
  // In id order: the one after `id`, the one with `index` before it.
  std::optional<Id> next(Id id) const;
  std::optional<Id> at(std::size_t index) const;

  void put(Id id, std::string text);
  // False: not there.
  bool erase(Id id);
  // Grows with every change.
  std::uint64_t version() const { return version_; }

  // What differs from the seeds: created or changed records by id, and erased seeds.
  const std::map<Id, std::string>& changed() const { return changed_; }
  const std::set<Id>& erased() const { return erased_; }
  // In place of all changes so far; `version` is one that this list never had.
  void restore(std::map<Id, std::string> changed, std::set<Id> erased, std::uint64_t version);

 private:
  bool is_seed(Id id) const { return id >= seeds_.first && id < seeds_.first + seeds_.count; }

  Seeds seeds_;
  std::map<Id, std::string> changed_;  // created, or in place of a seed
  std::set<Id> erased_;                // seeds
  std::size_t created_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace leat::sandbox
