// Which components the loaded libraries offer: (kind, type) -> component and its options' schema; and their catalogs.
// Owner    main, after Libraries. Constant once made; threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/call.hpp"
#include "host/config/component.hpp"
#include "host/plugin/library.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// What a plugin's options can name, searchable: its extension "leat.catalog/1".
class Catalog {
 public:
  Catalog(std::string plugin, CatalogSearch search) : plugin_(std::move(plugin)), search_(std::move(search)) {}
  const std::string& plugin() const { return plugin_; }
  // JSON text {"total": n, "entries": [...]}: entries that match all words, best first, at most `limit` (0: all).
  Result<std::string> search(Call& call, std::string_view words, std::uint32_t limit) const;

 private:
  std::string plugin_;  // its id
  CatalogSearch search_;
};

// The catalog of a plugin in this process; empty when it has none.
CatalogSearch catalog_of(const leat_plugin& plugin);

class Registry final : public ComponentSchemas {
 public:
  explicit Registry(const std::vector<Library>& libraries);

  const ComponentInfo* find(ComponentKind kind, std::string_view type) const override;
  std::vector<const ComponentInfo*> all(ComponentKind kind) const override;
  // nullptr: no such type.
  const leat_component* component(ComponentKind kind, std::string_view type) const;
  // What its create is given; nullptr: the services' own.
  const leat_host* host(ComponentKind kind, std::string_view type) const;
  const std::vector<Catalog>& catalogs() const { return catalogs_; }  // in the order of the libraries

 private:
  struct Entry {
    ComponentInfo info;
    const leat_component* component;
    const leat_host* host;
  };
  const Entry* entry(ComponentKind kind, std::string_view type) const;

  using Entries = std::map<std::string, Entry, std::less<>>;  // by type

  std::map<ComponentKind, Entries> entries_;
  std::vector<Catalog> catalogs_;
};

}  // namespace leat::host
