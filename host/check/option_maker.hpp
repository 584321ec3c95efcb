// Makes options from a schema alone, in the form of a configuration; options.hpp says what each becomes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/component.hpp"

namespace leat::host::check {

inline constexpr std::string_view kSecretVariable = "LEAT_CHECK_SECRET_";  // ${LEAT_CHECK_SECRET_1}: a random marker
inline constexpr std::string_view kCheckTransformer = "check";             // the type of one that changes nothing

struct MadeOptions {
  Json value;
  std::filesystem::path source;  // a file the options say to read; empty: none
};

// kind: LEAT_KIND_... of the component. folder: where the files are that it may name. further: an option that is not
// required and is made all the same; empty: none.
MadeOptions make_from_schema(const Json& schema, std::uint32_t kind, const std::filesystem::path& folder,
                             const std::string& further);

// Options that are not required and state an example.
std::vector<std::string> further_examples(const Json& schema);

}  // namespace leat::host::check
