// Which libraries may be loaded, by what is in them: plugins.allow in the configuration.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/plugin/folders.hpp"
#include "leat/result.hpp"

namespace leat::host {

// As sha256sum prints it: 64 hexadecimal digits.
Result<std::string> sha256_of(const std::filesystem::path& file);

// Refuses candidates whose SHA-256 is not listed. A library that may be loaded is in a folder that only its owner writes,
// so what was read here is what is loaded afterwards.
void refuse_unlisted(std::vector<Candidate>& candidates, const std::vector<std::string>& allowed);

}  // namespace leat::host
