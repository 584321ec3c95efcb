#include "host/plugin/registry.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "host/base/utf8.hpp"
#include "host/plugin/table.hpp"
#include "host/record/record.hpp"

namespace leat::host {

CatalogSearch catalog_of(const leat_plugin& plugin) {
  if (plugin.extension == nullptr) return nullptr;
  try {
    const auto* catalog = static_cast<const leat_catalog*>(plugin.extension(LEAT_CATALOG_EXTENSION));
    const bool usable = catalog != nullptr && catalog->struct_size >= first_size::catalog && catalog->search != nullptr;
    return usable ? CatalogSearch(catalog->search) : nullptr;
  } catch (...) {
    return nullptr;  // a plugin that fails to say what it has, has none
  }
}

Result<std::string> Catalog::search(Call& call, std::string_view words, std::uint32_t limit) const {
  Record found;
  call.forget_failure();
  try {
    const leat_kind kind = search_(&call, str(words), limit, &found);
    if (kind == LEAT_OK) return std::string(found.json());
    Error error = call.failure(kind);
    if (error.message.empty()) error.message = fmt::format("the catalog of {} did not say why", plugin_);
    return error;
  } catch (const std::exception& error) {
    return Error{ErrorKind::broken,
                 fmt::format("the catalog of {} let an exception out: {}", plugin_, as_reason(error.what())), 0};
  } catch (...) {
    return Error{ErrorKind::broken, fmt::format("the catalog of {} let an exception out", plugin_), 0};
  }
}

Registry::Registry(const std::vector<Library>& libraries) {
  for (const Library& library : libraries) {
    if (library.state != Library::State::loaded) continue;
    for (const LibraryComponent& component : library.components) {
      if (!component.refused.empty()) continue;
      ComponentInfo info{component.id, component.title, component.summary, component.schema, library.isolated};
      entries_[static_cast<ComponentKind>(component.kind)].emplace(
          component.id, Entry{std::move(info), component.table, component.host});
    }
    CatalogSearch search = library.plugin == nullptr ? library.catalog : catalog_of(*library.plugin);
    if (search) catalogs_.emplace_back(library.id, std::move(search));
  }
}

const Registry::Entry* Registry::entry(ComponentKind kind, std::string_view type) const {
  const auto of_kind = entries_.find(kind);
  if (of_kind == entries_.end()) return nullptr;
  const auto found = of_kind->second.find(type);
  return found == of_kind->second.end() ? nullptr : &found->second;
}

const ComponentInfo* Registry::find(ComponentKind kind, std::string_view type) const {
  const Entry* found = entry(kind, type);
  return found == nullptr ? nullptr : &found->info;
}

const leat_component* Registry::component(ComponentKind kind, std::string_view type) const {
  const Entry* found = entry(kind, type);
  return found == nullptr ? nullptr : found->component;
}

const leat_host* Registry::host(ComponentKind kind, std::string_view type) const {
  const Entry* found = entry(kind, type);
  return found == nullptr ? nullptr : found->host;
}

std::vector<const ComponentInfo*> Registry::all(ComponentKind kind) const {
  std::vector<const ComponentInfo*> found;
  const auto of_kind = entries_.find(kind);
  if (of_kind == entries_.end()) return found;
  for (const auto& [type, entry] : of_kind->second) found.push_back(&entry.info);
  return found;
}

}  // namespace leat::host
