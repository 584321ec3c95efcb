// What a library offers, in one list:
//
//   LEAT_PLUGIN("acme.tools", "1.4.0", "Acme",
//               leat::transformer<Upper>("upper", "Upper case", "Upper-cases one member."),
//               leat::publisher<Mail>("mail", "Mail", "Sends each record as a mail."))
//
// The smallest one is a function: LEAT_TRANSFORM("greet", "1.0.0", record) { record.set("greeting", "Hello"); }
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "leat/component.hpp"
#include "leat/http_client.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // One entry of LEAT_PLUGIN.
  struct Component {
    std::uint32_t kind = 0;
    const char* id = "";
    const char* title = "";
    const char* summary = "";
    std::string schema;
    const void* vtable = nullptr;
    std::uint32_t flags = 0;
    leat_kind (*create)(const leat_host*, leat_ctx*, leat_str, void**) = nullptr;
    void (*destroy)(void*) = nullptr;
    leat_kind (*doctor)(void*, leat_ctx*, leat_rec*, leat_rec*) = nullptr;
  };

  namespace detail {

  template <class T>
  constexpr std::uint32_t flags() {
    return (is_parallel<T>::value ? LEAT_PARALLEL : 0U) | (is_rehearsable<T>::value ? LEAT_REHEARSABLE : 0U);
  }

  }  // namespace detail

  template <class T>
  Component transformer(const char* id, const char* title = "", const char* summary = "") {
    return {LEAT_KIND_TRANSFORMER,
            id,
            title,
            summary,
            detail::config_schema<T>(),
            detail::transformer_table<T>(),
            detail::flags<T>(),
            &detail::create<T>,
            &detail::destroy<T>,
            detail::doctor_or_null<T>()};
  }
  template <class T>
  Component publisher(const char* id, const char* title = "", const char* summary = "") {
    return {LEAT_KIND_PUBLISHER,
            id,
            title,
            summary,
            detail::config_schema<T>(),
            detail::publisher_table<T>(),
            detail::flags<T>(),
            &detail::create<T>,
            &detail::destroy<T>,
            detail::doctor_or_null<T>()};
  }
  template <class T>
  Component subscriber(const char* id, const char* title = "", const char* summary = "") {
    return {LEAT_KIND_SUBSCRIBER,
            id,
            title,
            summary,
            detail::config_schema<T>(),
            detail::subscriber_table<T>(),
            detail::flags<T>(),
            &detail::create<T>,
            &detail::destroy<T>,
            detail::doctor_or_null<T>()};
  }
  // Clients are always called from many threads.
  template <class T>
  Component http_client(const char* id, const char* title = "", const char* summary = "") {
    return {LEAT_KIND_CLIENT,
            id,
            title,
            summary,
            detail::config_schema<T>(),
            detail::client_table<T>(),
            LEAT_PARALLEL,
            &detail::create_client<T>,
            &detail::destroy<detail::ClientHolder<T>>,
            detail::client_doctor_or_null<T>()};
  }

  // An extension of the plugin, such as leat.catalog/1: the table lives as long as the library.
  struct Extension {
    const char* id;
    const void* table;
  };

  namespace detail {

  struct PluginParts {
    std::vector<Component> entries;  // never changes after the library is loaded: the C structs point into it
    std::vector<Extension> extensions;
    std::deque<leat_component> components;
    std::vector<const leat_component*> pointers;
  };
  inline PluginParts& parts() {
    static PluginParts made;
    return made;
  }

  inline void add(Component entry) { parts().entries.push_back(std::move(entry)); }
  inline void add(Extension extension) { parts().extensions.push_back(extension); }

  inline const void* extension(const char* id) noexcept {
    for (const Extension& known : parts().extensions) {
      if (std::string_view(known.id) == id) return known.table;
    }
    return nullptr;
  }

  template <class... Entries>
  leat_plugin describe(const char* id, const char* version, const char* vendor, Entries... entries) {
    (add(std::move(entries)), ...);
    PluginParts& all = parts();
    for (const Component& entry : all.entries) {
      leat_component component{};
      component.struct_size = sizeof(component);
      component.kind = entry.kind;
      component.flags = entry.flags;
      component.id = entry.id;
      component.title = entry.title;
      component.summary = entry.summary;
      component.config_schema = entry.schema.c_str();
      component.vtable = entry.vtable;
      component.create = entry.create;
      component.destroy = entry.destroy;
      component.doctor = entry.doctor;
      all.components.push_back(component);
    }
    for (const leat_component& component : all.components) all.pointers.push_back(&component);
    leat_plugin plugin{};
    plugin.struct_size = sizeof(plugin);
    plugin.abi_minor = LEAT_ABI_MINOR;
    plugin.need_minor = 0;
    plugin.component_count = static_cast<std::uint32_t>(all.pointers.size());
    plugin.id = id;
    plugin.version = version;
    plugin.vendor = vendor;
#if defined(__clang__)
    plugin.built_with = "clang " __clang_version__;
#else
    plugin.built_with = "g++ " __VERSION__;
#endif
    plugin.components = all.pointers.data();
    plugin.init = &attach;
    plugin.extension = &extension;
    return plugin;
  }

  }  // namespace detail
}  // namespace leat

#define LEAT_PLUGIN(id, version, vendor, ...) \
  extern "C" LEAT_EXPORT const leat_plugin leat_plugin_v1 = ::leat::detail::describe(id, version, vendor, __VA_ARGS__)

#define LEAT_TRANSFORM(id, version, record)                             \
  namespace {                                                           \
  struct LeatTransform {                                                \
    void operator()(::leat::Record record);                             \
  };                                                                    \
  }                                                                     \
  LEAT_PLUGIN(id, version, "", ::leat::transformer<LeatTransform>(id)); \
  void LeatTransform::operator()([[maybe_unused]] ::leat::Record record)
