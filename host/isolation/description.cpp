#include "host/isolation/description.hpp"

#include "host/plugin/registry.hpp"
#include "host/plugin/table.hpp"

namespace leat::host {
namespace {

std::uint32_t optional_functions(const LibraryComponent& component) {
  std::uint32_t functions = 0;
  if (LEAT_HAS(component.table, leat_component, doctor)) functions |= DescriptionImage::has_doctor;
  if (component.kind == LEAT_KIND_TRANSFORMER) {
    const auto table = full_table<leat_transformer>(component.table->vtable);
    if (table.constants != nullptr) functions |= DescriptionImage::has_constants;
  }
  if (component.kind == LEAT_KIND_SUBSCRIBER) {
    const auto table = full_table<leat_subscriber>(component.table->vtable);
    if (table.settle != nullptr) functions |= DescriptionImage::has_settle;
    if (table.close != nullptr) functions |= DescriptionImage::has_close;
    if (table.webhook != nullptr) functions |= DescriptionImage::has_webhook;
  }
  if (component.kind == LEAT_KIND_PUBLISHER) {
    const auto table = full_table<leat_publisher>(component.table->vtable);
    if (table.open != nullptr) functions |= DescriptionImage::has_open;
    if (table.close != nullptr) functions |= DescriptionImage::has_close;
  }
  return functions;
}

}  // namespace

DescriptionImage describe(const Library& library) {
  DescriptionImage description;
  description.id = library.id;
  description.version = library.version;
  description.vendor = library.vendor;
  description.built_with = library.built_with;
  description.abi_minor = library.abi_minor;
  description.need_minor = library.need_minor;
  description.catalog = static_cast<bool>(catalog_of(*library.plugin));
  for (const LibraryComponent& component : library.components) {
    DescriptionImage::Component image;
    image.kind = component.kind;
    image.id = component.id;
    image.title = component.title;
    image.summary = component.summary;
    image.refused = component.refused;
    if (component.refused.empty()) {
      image.flags = component.table->flags;
      image.functions = optional_functions(component);
      image.schema = component.table->config_schema == nullptr ? "" : component.table->config_schema;
    }
    description.components.push_back(std::move(image));
  }
  return description;
}

}  // namespace leat::host
