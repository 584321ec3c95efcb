#include "host/cli/state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/config/nearest.hpp"

namespace leat::host {
namespace {

using Json = nlohmann::ordered_json;

int broken(const Error& error) {
  std::cerr << "leat: " << error.message << '\n';
  return exit_broken;
}

int nothing(const std::string& message) {
  std::cerr << "leat: " << message << '\n';
  return exit_failed;
}

void print_line(const Json& line) { std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n'; }

// The stored component that is meant; otherwise nothing, and the exit code after it was told.
struct Meant {
  std::string component{};
  std::optional<int> refused{};
};

Meant find_component(TaskStore& store, const std::string& wanted) {
  const auto all = store.components_with_state();
  if (!all) return {{}, broken(all.error())};
  std::vector<std::string> meant;
  std::vector<std::string> places;
  for (const std::string& known : *all) {
    if (known == wanted) return {known, {}};
    places.push_back(known.substr(0, known.find(" (")));
    if (places.back() == wanted) meant.push_back(known);
  }
  if (meant.size() == 1) return {meant.front(), {}};
  if (meant.empty()) {
    return {{},
            nothing(fmt::format("no state is stored for component \"{}\"{}", wanted,
                                suggest(wanted, wanted.find(" (") == std::string::npos ? places : *all)))};
  }
  return {{}, nothing(fmt::format("there are several: \"{}\"", fmt::join(meant, "\", \"")))};
}

}  // namespace

int list_state(TaskStore& store, const std::string& component, bool json) {
  std::vector<std::string> components;
  if (component.empty()) {
    auto all = store.components_with_state();
    if (!all) return broken(all.error());
    components = *std::move(all);
  } else {
    Meant meant = find_component(store, component);
    if (meant.refused) return *meant.refused;
    components.push_back(std::move(meant.component));
  }
  Table table({"COMPONENT", "KEY", "BYTES"});
  for (const std::string& name : components) {
    const auto keys = store.state_keys(name, {});
    if (!keys) return broken(keys.error());
    for (const std::string& key : *keys) {
      const auto value = store.state(name, key);
      if (!value) return broken(value.error());
      if (!*value) continue;  // erased since
      if (json) {
        print_line({{"component", name}, {"key", key}, {"bytes", (*value)->size()}});
      } else {
        table.add({name, one_line(key, 60), human_count((*value)->size())});
      }
    }
  }
  if (json) return exit_ok;
  if (table.empty()) {
    std::cout << "no state: no component keeps any\n";
  } else {
    table.print(std::cout, Style::of(1));
  }
  return exit_ok;
}

int show_state(TaskStore& store, const std::string& component, const std::string& key, bool json) {
  const Meant meant = find_component(store, component);
  if (meant.refused) return *meant.refused;
  const auto value = store.state(meant.component, key);
  if (!value) return broken(value.error());
  if (!*value) {
    const auto keys = store.state_keys(meant.component, {});
    if (!keys) return broken(keys.error());
    return nothing(fmt::format("{} keeps nothing as \"{}\"{}", meant.component, key, suggest(key, *keys)));
  }
  if (json) {
    print_line({{"component", meant.component}, {"key", key}, {"bytes", (*value)->size()}, {"value", **value}});
  } else if (is_terminal(1)) {
    std::cout << one_line(**value, ComponentState::value_max) << '\n';
  } else {
    std::cout << **value;
  }
  return exit_ok;
}

int reset_state(TaskStore& store, const std::string& component, const std::string& key, bool json) {
  const Meant meant = find_component(store, component);
  if (meant.refused) return *meant.refused;
  if (!store.alone()) {
    return nothing("another leat has this store open and may write again what is forgotten now; stop it first");
  }
  std::uint64_t count = 0;
  if (key.empty()) {
    const auto reset = store.reset_state(meant.component);
    if (!reset) return broken(reset.error());
    count = *reset;
  } else {
    const auto erased = store.erase_state(meant.component, key);
    if (!erased) return broken(erased.error());
    count = *erased ? 1 : 0;
  }
  if (json) {
    print_line({{"component", meant.component}, {"forgotten", count}});
  } else {
    std::cout << meant.component << ": " << counted(count, "value") << " forgotten\n";
  }
  return count > 0 ? exit_ok : exit_failed;
}

}  // namespace leat::host
