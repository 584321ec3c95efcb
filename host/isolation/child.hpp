// A plugin's process: loads one library and does what the host asks of it, over the socket that is its descriptor 3.
#pragma once

#include <filesystem>
#include <string>

namespace leat::host {

// Ends with the host, whatever ends that; gives the process's exit code. version: of the host.
int run_isolated(const std::filesystem::path& file, const std::string& version);

}  // namespace leat::host
