// Names the whole program shares.
#pragma once

#include <string_view>

namespace leat::host {

inline constexpr std::string_view kVersion = LEAT_VERSION;
// The hidden first argument of the child process that tries a plugin.
inline constexpr std::string_view kProbeCommand = "__probe";
// ... and of the one that tries a check of a plugin.
inline constexpr std::string_view kTrialCommand = "__trial";
// The hidden first argument of a plugin's own process.
inline constexpr std::string_view kIsolatedCommand = "__isolated";

}  // namespace leat::host
