// "leat.record/1" whose functions refuse on purpose, one call at a time: as a host does that has no memory, or that is
// given a text it cannot take.
// Threads  one: the counter is the process's.
#pragma once

#include <cstdint>

#include "leat/abi.h"

namespace leat::host::check {

// From now on the call with this number (from 1) of a function that may refuse does so; 0: none.
void refuse_call(std::uint64_t number);
// How many such calls there were since refuse_call.
std::uint64_t refusable_calls();
const char* refused_function();  // the name of the function that refused; "" when none did

const leat_record_api& refusing_records();

}  // namespace leat::host::check
