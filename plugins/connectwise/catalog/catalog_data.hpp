// The tables of catalog/, as the linker put them into this library.
#pragma once

#include <string_view>

namespace leat::connectwise {

// Of the document that the tables were made from.
inline constexpr std::string_view reference_version = "2025.8";

std::string_view operations_table();
std::string_view schemas_table();

}  // namespace leat::connectwise
