// The libraries of the plugin folders: found, probed in a child process, opened, checked, initialised, never unloaded.
// Owner    main: before the Registry, after the leat_host. One bad library never stops the others.
// Threads  made and destroyed by one thread while no other runs in a plugin; constant in between.
// End      the destructor calls each deinit, last loaded first: every instance is gone by then.
// Errors   none as a whole; each library and component says why it was refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/host_state.hpp"
#include "host/config/component.hpp"
#include "host/plugin/folders.hpp"
#include "leat/abi.h"

namespace leat::host {

struct LibraryComponent {
  std::uint32_t kind = 0;  // LEAT_KIND_...
  std::string id;
  std::string title;
  std::string summary;
  Json schema;                            // of its options; null when the component is refused for it
  std::string refused;                    // why it cannot be used; empty: it can
  const leat_component* table = nullptr;  // lives until the process ends
  const leat_host* host = nullptr;        // what its create is given; nullptr: the services' own
};

// What a plugin's options can name, searchable: leat_catalog.search.
using CatalogSearch = std::function<leat_kind(leat_ctx*, leat_str words, std::uint32_t limit, leat_rec* out)>;

struct Library {
  enum class State : std::uint8_t { loaded, refused };

  std::filesystem::path path;
  State state = State::refused;
  std::string reason;  // of a refusal
  // As the library says; empty when it could not be asked.
  std::string id;
  std::string version;
  std::string vendor;
  std::string built_with;
  std::uint32_t abi_minor = 0;
  std::uint32_t need_minor = 0;
  std::vector<LibraryComponent> components;
  const leat_plugin* plugin = nullptr;  // of one that runs in this process; lives until it ends
  bool isolated = false;                // it runs in a process of its own
  CatalogSearch catalog;                // of an isolated one; empty: it has none
};

struct LibraryOptions {
  std::vector<PluginFolder> folders;
  std::optional<std::vector<std::string>> allow;  // SHA-256 of what may be loaded; absent: any
  // Program and arguments of the child that tries a library first; the file's path is appended. It ends in
  // probe_library(). "/proc/self/exe" is this program. Empty: no probe.
  std::vector<std::string> probe;
  std::chrono::milliseconds probe_limit{10'000};
  // Loads a library that shall not run in this process; nothing: open it here. id: as the probe found it.
  std::function<std::optional<Library>(const std::filesystem::path& file, std::string_view id)> isolate;
};

class Libraries {
 public:
  Libraries(const leat_host& host, const LibraryOptions& options);
  ~Libraries();
  Libraries(const Libraries&) = delete;
  Libraries& operator=(const Libraries&) = delete;

  const std::vector<Library>& all() const { return all_; }  // in the order they were found

 private:
  void add(const Candidate& candidate, const LibraryOptions& options);
  // The first component of a kind and id wins; later ones are refused, the rest of their library stays.
  void refuse_repeated(Library& library) const;

  const leat_host& host_;
  std::vector<Library> all_;
};

// Opens one file and reads its descriptor; state loaded when nothing speaks against it. Does not call init.
Library open_library(const std::filesystem::path& path);
// Calls init. On failure the library becomes refused.
void init_library(const leat_host& host, Library& library);

}  // namespace leat::host
