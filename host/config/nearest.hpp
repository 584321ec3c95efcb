// "Did you mean": the known name that a mistyped one was probably meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::host {

// Nothing when no name is near: more than about a third of the letters would have to change. Upper and lower case count
// as the same letter.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known);

// The end of an error line: `; did you mean "archive"?`, or else `; known: "archive", "copy"` (the first ten), or, when
// nothing is known, `none`.
std::string suggest(std::string_view name, const std::vector<std::string>& known, std::string_view none = "");

}  // namespace leat::host
