#include "host/plugin/library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <utility>

#include "host/base/call.hpp"
#include "host/base/utf8.hpp"
#include "host/plugin/allow_list.hpp"
#include "host/plugin/descriptor.hpp"
#include "host/plugin/probe.hpp"
#include "host/plugin/table.hpp"

namespace leat::host {
namespace {

namespace dll = boost::dll;

// Everything at once and nothing shared; never unmapped, whoever closes it (threads, thread_local and unique symbols of
// a plugin outlive any dlclose). Boost hands the bits on as they are.
constexpr auto load_mode =
    static_cast<dll::load_mode::type>(dll::load_mode::rtld_now | dll::load_mode::rtld_local | RTLD_NODELETE);

// Opened libraries are kept open on purpose: this list is never destroyed.
const dll::shared_library& keep(dll::shared_library library) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<const dll::shared_library>>;
  const std::lock_guard lock(mutex);
  return *kept.emplace_back(std::make_unique<const dll::shared_library>(std::move(library)));
}

// Only the linker's own words: the error codes and the frame that Boost puts around them say nothing.
std::string linker_text(std::string_view what) {
  constexpr std::string_view marker = "dlerror system message: ";
  const auto start = what.find(marker);
  if (start == std::string_view::npos) return std::string(what);
  what.remove_prefix(start + marker.size());
  return std::string(what.substr(0, what.rfind(')')));
}

std::string missing_symbol(const dll::shared_library& library) {
  for (int major = 2; major <= 9; ++major) {
    if (library.has(fmt::format("leat_plugin_v{}", major))) {
      return fmt::format("speaks ABI major {}, this host speaks {}", major, LEAT_ABI_MAJOR);
    }
  }
  return fmt::format("exports no {}: not a Leat plugin", LEAT_PLUGIN_SYMBOL);
}

}  // namespace

Library open_library(const std::filesystem::path& path) {
  Library library;
  library.path = path;
  try {
    const dll::shared_library& opened = keep(dll::shared_library(path, load_mode));
    if (!opened.has(LEAT_PLUGIN_SYMBOL)) {
      library.reason = missing_symbol(opened);
    } else {
      read_descriptor(opened.get<const leat_plugin>(LEAT_PLUGIN_SYMBOL), library);
    }
  } catch (const std::system_error& error) {
    library.reason = fmt::format("cannot be opened as a library: {}", linker_text(error.what()));
  } catch (const std::exception& error) {
    library.reason = fmt::format("let an exception out while it was opened: {}", as_reason(error.what()));
  } catch (...) {
    library.reason = "let an exception out while it was opened";
  }
  return library;
}

void init_library(const leat_host& host, Library& library) {
  if (library.plugin == nullptr || library.plugin->init == nullptr) return;
  Call call(state_of(&host).clock, std::stop_token(), fmt::format("plugin {}", library.id));
  std::string problem;
  try {
    const leat_kind kind = library.plugin->init(&host, &call);
    if (kind == LEAT_OK) return;
    const Error error = call.failure(kind);
    problem = fmt::format("{} ({})", error.message.empty() ? "no reason given" : error.message, to_string(error.kind));
  } catch (const std::exception& error) {
    problem = fmt::format("let an exception out: {}", as_reason(error.what()));
  } catch (...) {
    problem = "let an exception out";
  }
  library.state = Library::State::refused;
  library.plugin = nullptr;
  library.reason = fmt::format("its init failed: {}", problem);
}

Libraries::Libraries(const leat_host& host, const LibraryOptions& options) : host_(host) {
  std::vector<Candidate> candidates = find_candidates(options.folders);
  if (options.allow) refuse_unlisted(candidates, *options.allow);
  for (const Candidate& candidate : candidates) add(candidate, options);
}

Libraries::~Libraries() {
  for (auto library = all_.rbegin(); library != all_.rend(); ++library) {
    if (library->plugin == nullptr || library->plugin->deinit == nullptr) continue;
    try {
      library->plugin->deinit();
    } catch (...) {
      state_of(&host_).log.error(fmt::format("plugin {}", library->id), "deinit let an exception out");
    }
  }
}

void Libraries::add(const Candidate& candidate, const LibraryOptions& options) {
  Library refused;
  refused.path = candidate.path;
  refused.reason = candidate.refused;
  std::string id;
  if (refused.reason.empty() && !options.probe.empty()) {
    auto probed = probe(options.probe, candidate.path, options.probe_limit);
    if (probed) id = std::move(*probed);
    if (!probed) refused.reason = probed.error().message;
  }
  if (!refused.reason.empty()) {
    all_.push_back(std::move(refused));
    return;
  }
  std::optional<Library> isolated;
  if (options.isolate) isolated = options.isolate(candidate.path, id);
  Library library = isolated ? std::move(*isolated) : open_library(candidate.path);
  refuse_repeated(library);
  if (library.state == Library::State::loaded) init_library(host_, library);
  all_.push_back(std::move(library));
}

void Libraries::refuse_repeated(Library& library) const {
  using Key = std::pair<std::uint32_t, std::string_view>;
  std::map<Key, const Library*> offered;
  for (const Library& earlier : all_) {
    if (earlier.state != Library::State::loaded) continue;
    for (const auto& component : earlier.components) {
      if (component.refused.empty()) offered.emplace(Key{component.kind, component.id}, &earlier);
    }
  }
  for (auto& component : library.components) {
    if (!component.refused.empty()) continue;
    const auto [first, inserted] = offered.emplace(Key{component.kind, component.id}, &library);
    if (!inserted) component.refused = fmt::format("already offered by {}", first->second->path.string());
  }
  if (library.state == Library::State::loaded) refuse_if_empty(library);
}

}  // namespace leat::host
