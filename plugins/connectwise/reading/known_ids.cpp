#include "plugins/connectwise/reading/known_ids.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

constexpr std::string_view prefix = "ids/";
constexpr const char* list_key = "list";
constexpr std::int64_t blocks_max = 900;  // of the 1,000 keys that an instance may have

std::string key_of(std::int64_t block) { return std::string(prefix) + std::to_string(block); }

}  // namespace

void KnownIds::load(Context& context) {
  if (loaded_) return;
  const State state = context.state();
  for (const std::string& key : state.keys(prefix)) {
    const auto block = whole_number(std::string_view(key).substr(prefix.size()));
    const auto bytes = state.get(key);
    if (block && bytes && ids_.set_block(*block, *bytes)) continue;
    context.warn("the known ids in " + key + " are damaged and forgotten: deletions among them are not seen");
    state.erase(key);
  }
  loaded_ = true;
}

bool KnownIds::belong_to(const std::string& path, const std::string& system, Context& context) {
  const State state = context.state();
  const auto text = state.get(list_key);
  const json stored = text ? json::parse(*text, nullptr, false) : json();
  const auto member = [&stored](const char* name) {
    return stored.is_object() && stored.contains(name) && stored[name].is_string() ? stored[name].get<std::string>()
                                                                                   : std::string();
  };
  const std::string old_path = member("path");
  const std::string old_system = member("system");
  const bool other_list = !old_path.empty() && old_path != path;
  const bool other_system = !old_system.empty() && !system.empty() && old_system != system;
  if (other_list || other_system) {
    for (const std::string& key : state.keys(prefix)) state.erase(key);
    ids_ = IdSet();
    context.warn("deletions: the known ids are of " + old_path + (other_system ? " at " + old_system : "") +
                 ", not of " + path + (other_system ? " at " + system : "") +
                 ": they are forgotten, and what is read from now on is watched");
  }
  const std::string now_system = system.empty() && !other_list ? old_system : system;
  if (old_path != path || old_system != now_system) {
    state.set(list_key, json{{"path", path}, {"system", now_system}}.dump());
  }
  return other_list || other_system;
}

void KnownIds::write(const std::set<std::int64_t>& blocks, Context& context) {
  const State state = context.state();
  try {
    for (const std::int64_t block : blocks) {
      const std::string bytes = ids_.block(block);
      if (bytes.empty()) {
        state.erase(key_of(block));
      } else {
        state.set(key_of(block), bytes);
      }
    }
  } catch (...) {
    // What is in memory is ahead of what is stored.
    ids_ = IdSet();
    loaded_ = false;
    throw;
  }
}

void KnownIds::add(const std::vector<std::int64_t>& ids, Context& context) {
  load(context);
  std::set<std::int64_t> changed;
  for (const std::int64_t id : ids) {
    if (id / IdSet::block_ids >= blocks_max) {
      throw invalid("deletions: id " + std::to_string(id) + " is beyond the " +
                    std::to_string(blocks_max * IdSet::block_ids) + " that can be remembered");
    }
    if (ids_.insert(id)) changed.insert(id / IdSet::block_ids);
  }
  write(changed, context);
}

void KnownIds::remove(const std::vector<std::int64_t>& ids, Context& context) {
  load(context);
  std::set<std::int64_t> changed;
  for (const std::int64_t id : ids) {
    if (ids_.erase(id)) changed.insert(id / IdSet::block_ids);
  }
  write(changed, context);
}

}  // namespace leat::connectwise
