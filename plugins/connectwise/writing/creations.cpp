#include "plugins/connectwise/writing/creations.hpp"

#include <chrono>
#include <map>
#include <tuple>

namespace leat::connectwise {

std::shared_ptr<Creations> Creations::of(std::string_view client, std::string_view list) {
  using Place = std::tuple<const leat_host*, std::string, std::string>;
  static std::mutex mutex;
  static std::map<Place, std::weak_ptr<Creations>> all;
  const std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<Creations>& known = all[Place(services().host, client, list)];
  auto found = known.lock();
  if (!found) known = found = std::make_shared<Creations>();
  return found;
}

std::optional<Creations::Turn> Creations::enter(const std::string& key, Context& context) {
  std::unique_lock lock(mutex_);
  while (!taken_.insert(key).second) {
    if (context.cancelled()) return {};
    // The host's stop has no event to wait for here.
    left_.wait_for(lock, std::chrono::milliseconds(200));
  }
  return Turn(*this, key);
}

void Creations::leave(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(key);
  }
  left_.notify_all();
}

// Under mutex_.
void Creations::drop(const std::string& key) {
  if (created_.erase(key) > 0) std::erase(created_order_, key);
}

void Creations::remember(const std::string& key, std::string id, Context& context) {
  if (id.empty()) return;
  const std::lock_guard lock(mutex_);
  drop(key);
  created_.emplace(key, Created{std::move(id), context.now()});
  created_order_.push_back(key);
  if (created_order_.size() > created_max) drop(std::string(created_order_.front()));
}

void Creations::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  drop(key);
}

std::string Creations::id(const std::string& key, Context& context) const {
  const std::lock_guard lock(mutex_);
  const auto known = created_.find(key);
  const bool recent = known != created_.end() && context.now() - known->second.at < created_for;
  return recent ? known->second.id : std::string();
}

}  // namespace leat::connectwise
