// What no schema can say: names that refer to each other, paths, schedules.
#pragma once

#include <functional>
#include <string_view>

#include "host/config/document.hpp"
#include "host/config/problem.hpp"
#include "leat/result.hpp"

namespace leat::host {

// Also of a tree that is wrong in other ways: what cannot be judged is passed over.
Problems cross_check(const Node& root, const std::function<Result<Done>(std::string_view schedule)>& check_schedule);

}  // namespace leat::host
