#include "plugins/connectwise/sandbox/collection.hpp"

#include <algorithm>

namespace leat::sandbox {

std::size_t Collection::size() const { return static_cast<std::size_t>(seeds_.count) - erased_.size() + created_; }

bool Collection::contains(Id id) const { return changed_.count(id) != 0 || (is_seed(id) && erased_.count(id) == 0); }

void Collection::write(Id id, std::string& out) const {
  const auto found = changed_.find(id);
  if (found != changed_.end()) {
    out += found->second;
  } else {
    seeds_.write(id, out);
  }
}

std::optional<Id> Collection::next(Id id) const {
  std::optional<Id> seed = std::max(seeds_.first, id + 1);
  while (is_seed(*seed) && erased_.count(*seed) != 0) ++*seed;
  if (!is_seed(*seed)) seed.reset();
  const auto changed = changed_.upper_bound(id);
  if (changed == changed_.end()) return seed;
  return seed ? std::min(*seed, changed->first) : changed->first;
}

std::optional<Id> Collection::at(std::size_t index) const {
  if (index >= size()) return std::nullopt;
  if (erased_.empty() && index < static_cast<std::size_t>(seeds_.count)) return seeds_.first + static_cast<Id>(index);
  std::optional<Id> id = next(0);
  for (; index > 0; --index) id = next(*id);
  return id;
}

void Collection::put(Id id, std::string text) {
  ++version_;
  if (!contains(id)) {
    erased_.erase(id);
    if (!is_seed(id)) ++created_;
  }
  changed_[id] = std::move(text);
}

void Collection::restore(std::map<Id, std::string> changed, std::set<Id> erased, std::uint64_t version) {
  changed_ = std::move(changed);
  erased_.clear();
  for (const Id id : erased) {
    if (is_seed(id) && changed_.count(id) == 0) erased_.insert(id);
  }
  created_ = static_cast<std::size_t>(
      std::count_if(changed_.begin(), changed_.end(), [&](const auto& item) { return !is_seed(item.first); }));
  version_ = version;
}

bool Collection::erase(Id id) {
  if (!contains(id)) return false;
  ++version_;
  changed_.erase(id);
  if (is_seed(id)) {
    erased_.insert(id);
  } else {
    --created_;
  }
  return true;
}

}  // namespace leat::sandbox
