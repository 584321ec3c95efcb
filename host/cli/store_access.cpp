#include "host/cli/store_access.hpp"

#include <filesystem>
#include <iostream>

#include "host/cli/exit_code.hpp"
#include "host/cli/session.hpp"
#include "host/store/sqlite_store.hpp"

namespace leat::host {

int with_store(const std::string& config, const std::string& store, const std::function<int(TaskStore&)>& use) {
  SqliteStoreOptions options;
  options.path = store;
  if (store.empty()) {
    const Document document = load_document(config, process_environment());
    const EarlyConfig found = read_early(document);
    if (!found.store) {
      print_problems(found.problems);
      return exit_usage;
    }
    options.path = found.store->path;
    options.keep_payload = found.store->keep_payload;
  }
  if (!std::filesystem::exists(options.path)) {
    std::cerr << "leat: there is no store " << options.path.string() << " yet: `leat run` makes it\n";
    return exit_failed;
  }
  const SystemClock clock;
  const auto opened = open_sqlite_store(options, clock);
  if (!opened) {
    std::cerr << "leat: " << opened.error().message << '\n';
    return exit_broken;
  }
  return use(**opened);
}

std::vector<std::string> incoming_names(const std::string& config) {
  const Document document = load_document(config, process_environment());
  std::vector<std::string> names;
  if (const NodeMember* incoming = document.root.find("incoming")) {
    for (const NodeMember& member : incoming->value.members) names.push_back(member.name);
  }
  return names;
}

}  // namespace leat::host
