// The tables of catalog/, as the linker put them into this library.
#pragma once

#include <string_view>

namespace leat::connectwise {

std::string_view operations_table();
std::string_view schemas_table();

}  // namespace leat::connectwise
