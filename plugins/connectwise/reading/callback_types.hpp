// What callbacks there are: types, and the levels of each.
// Threads  any; constant.
// Source   guide C; levels of site: U.
#pragma once

#include <string_view>

#include "leat/result.hpp"

namespace leat::connectwise {

// invalid: no such type, or not a level of it; the nearest, or all of them, are named.
Result<Done> check_callback(std::string_view type, std::string_view level);

// The list whose records a type's events are about: "/service/tickets"; of tickets also the project's.
bool is_list_of(std::string_view type, std::string_view path);

}  // namespace leat::connectwise
