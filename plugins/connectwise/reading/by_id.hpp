// Records of a list asked for by their ids.
// Threads  one call at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "leat/client.hpp"
#include "plugins/connectwise/reading/source.hpp"

namespace leat::connectwise {

// Appends those of them that the question selects, in whatever order; gives the ids of the others, in their order. The
// question's records have an id.
// Errors   as for_incoming() makes them.
Result<std::vector<std::int64_t>> read_by_id(const Question& question, const std::vector<std::int64_t>& ids,
                                             const Rows& rows, const leat::Client& client, Priority priority,
                                             Batch& out, Context& context);

}  // namespace leat::connectwise
