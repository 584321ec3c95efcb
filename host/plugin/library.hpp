// The libraries of the plugin folders: found, probed in a child process, opened, checked, initialised, never unloaded.
// Owner    main: before the Registry, after the leat_host. One bad library never stops the others.
// Threads  made and destroyed by one thread while no other runs in a plugin; constant in between.
// End      the destructor calls each deinit, last loaded first: every instance is gone by then.
// Errors   none as a whole; each library and component says why it was refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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
};

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
  const leat_plugin* plugin = nullptr;  // of a loaded one; lives until the process ends
};

struct LibraryOptions {
  std::vector<PluginFolder> folders;
  std::optional<std::vector<std::string>> allow;  // SHA-256 of what may be loaded; absent: any
  // Program and arguments of the child that tries a library first; the file's path is appended. It ends in
  // probe_library(). "/proc/self/exe" is this program. Empty: no probe.
  std::vector<std::string> probe;
  std::chrono::milliseconds probe_limit{10'000};
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
