// Checks of the library as a whole: its file, what it exports, what it says it is.
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "host/check/checks.hpp"
#include "host/check/elf.hpp"
#include "host/check/trial.hpp"
#include "host/plugin/descriptor.hpp"
#include "host/plugin/registry.hpp"

namespace leat::host::check {
namespace {

DynamicSymbols symbols_of(const Trial& trial) {
  auto symbols = read_dynamic_symbols(trial.spec().file);
  if (!symbols) throw Failed(symbols.error().message);
  return std::move(*symbols);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string text_of(const char* text) { return text == nullptr ? std::string("(null)") : std::string(text); }

// Everything a host reads of a descriptor, as one text; pointers to functions as numbers.
std::string snapshot(const leat_plugin& plugin) {
  const auto number = [](const auto& function) {
    std::uintptr_t value = 0;
    std::memcpy(&value, &function, sizeof value);
    return value;
  };
  std::string out =
      fmt::format("size {} abi {} need {} count {} id {} version {} vendor {} built with {}\n", plugin.struct_size,
                  plugin.abi_minor, plugin.need_minor, plugin.component_count, text_of(plugin.id),
                  text_of(plugin.version), text_of(plugin.vendor), text_of(plugin.built_with));
  out += fmt::format("init {:x} deinit {:x} extension {:x}\n", number(plugin.init), number(plugin.deinit),
                     number(plugin.extension));
  for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
    const leat_component& one = *plugin.components[i];
    std::uint32_t table_size = 0;
    if (one.vtable != nullptr) std::memcpy(&table_size, one.vtable, sizeof table_size);
    out += fmt::format("component size {} kind {} flags {} id {} title {} summary {} schema {} table {} {:x}\n",
                       one.struct_size, one.kind, one.flags, text_of(one.id), text_of(one.title), text_of(one.summary),
                       text_of(one.config_schema), table_size, number(one.vtable));
    out += fmt::format("create {:x} destroy {:x}\n", number(one.create), number(one.destroy));
  }
  return out;
}

std::string first_difference(const std::string& before, const std::string& after) {
  const auto at = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto from = static_cast<std::size_t>(at.first - before.begin());
  const std::size_t start = from < 20 ? 0 : from - 20;
  return fmt::format("\"{}\" became \"{}\"", before.substr(start, 60), after.substr(start, 60));
}

}  // namespace

void check_descriptor(Trial& trial) {
  const Library& library = trial.open();
  for (const LibraryComponent& one : library.components) {
    if (!one.refused.empty()) throw Failed(fmt::format("the component '{}' cannot be used: {}", one.id, one.refused));
    trial.components.push_back({{"kind", one.kind}, {"id", one.id}});
  }
  const std::string before = snapshot(*library.plugin);
  trial.step("reading the descriptor again");
  Library again;
  read_descriptor(*library.plugin, again);
  if (again.state != Library::State::loaded) throw Failed("read a second time it says: " + again.reason);
  trial.start();
  trial.step("reading the descriptor after init");
  if (const std::string after = snapshot(*library.plugin); after != before) {
    throw Failed("the descriptor changed: " + first_difference(before, after));
  }
  if (library.plugin->extension == nullptr) return;
  trial.step("asking for an extension that nobody has");
  if (library.plugin->extension("check.no-such-extension/1") != nullptr) {
    throw Failed("extension() gives a table for an id that nobody has; give NULL for what you do not know");
  }
}

void check_exports(Trial& trial) {
  DynamicSymbols symbols = symbols_of(trial);
  const auto ours = std::find(symbols.defined.begin(), symbols.defined.end(), LEAT_PLUGIN_SYMBOL);
  if (ours == symbols.defined.end()) throw Failed(fmt::format("it exports no {}", LEAT_PLUGIN_SYMBOL));
  symbols.defined.erase(ours);
  if (symbols.defined.empty()) return;
  throw Failed(fmt::format("it exports {} further symbols that other libraries may bind to: {}", symbols.defined.size(),
                           listed(symbols.defined)));
}

void check_symbols(Trial& trial) {
  const DynamicSymbols symbols = symbols_of(trial);
  trial.open();  // its own search path then holds for the libraries it names
  std::vector<void*> handles;
  for (const std::string& name : symbols.needed) {
    trial.step("loading " + name);
    void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (handle == nullptr) throw Failed(fmt::format("the library {} that it names is not there", name));
    handles.push_back(handle);
  }
  std::vector<std::string> missing;
  for (const std::string& name : symbols.undefined) {
    const auto has = [&](void* handle) { return dlsym(handle, name.c_str()) != nullptr; };
    if (std::none_of(handles.begin(), handles.end(), has)) missing.push_back(name);
  }
  if (missing.empty()) return;
  throw Failed(fmt::format("it uses {} symbols of no library that it names: {}", missing.size(), listed(missing)));
}

void check_catalog(Trial& trial) {
  const Library& library = trial.open();
  trial.start();
  const Registry registry({library});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "word ";
  for (const Catalog& catalog : registry.catalogs()) {
    for (const std::string& words : {std::string(), std::string("get"), std::string("\"'%_*\\ \xc3\xa9"), many}) {
      for (const std::uint32_t limit : {0U, 1U, 4'000'000'000U}) {
        trial.step(fmt::format("searching the catalog for \"{}\", limit {}", words, limit));
        Call call(trial.host().clock(), std::stop_token(), "check");
        const auto found = catalog.search(call, words, limit);
        if (!found) {
          if (!call.failed()) throw Failed("search failed and did not say why: call leat_ctx_api.fail");
          continue;
        }
        const Json json = Json::parse(*found, nullptr, false);
        const bool sound = json.is_object() && json.contains("total") && json.contains("entries") &&
                           json["total"].is_number_unsigned() && json["entries"].is_array();
        if (!sound) throw Failed("search set a document that is not {\"total\": n, \"entries\": [...]}");
        if (limit > 0 && json["entries"].size() > limit) {
          throw Failed(fmt::format("search gave {} entries, the limit was {}", json["entries"].size(), limit));
        }
      }
    }
  }
}

}  // namespace leat::host::check
