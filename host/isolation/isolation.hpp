// The libraries that run in processes of their own, as the rest of the host sees them: loaded libraries whose
// components happen to be proxies.
// Owner    Session; before Libraries and Registry, after Services. Its tables live as long as it does.
// Threads  load: one.
// End      no instance is left; each process is asked to end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/model.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {

class Isolation {
 public:
  // command: program and arguments of a plugin's process, which ends in run_isolated(); the file is appended.
  Isolation(Services& services, std::vector<std::string> command);
  ~Isolation();
  Isolation(const Isolation&) = delete;
  Isolation& operator=(const Isolation&) = delete;

  // Starts its process. A library that cannot be used is a refused one.
  Library load(const std::filesystem::path& file, const LibraryConfig& policy);

 private:
  struct Isolated;
  Services& services_;
  const std::vector<std::string> command_;
  std::vector<std::unique_ptr<Isolated>> all_;
};

}  // namespace leat::host
