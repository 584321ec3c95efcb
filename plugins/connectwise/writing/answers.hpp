// What the answer to a write says: what is kept of it, and refusals inside of a success.
// Threads  any; pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// A document as it is kept with a task: whole up to `keep_max` bytes, of a longer one its id and its size.
std::string kept(leat::Node document, std::size_t keep_max);

// What is kept of the answer's body, as JSON. invalid: {"success": false}, or elements of a bulk answer were refused.
// Of a body that is no JSON: unreachable where the call may be `repeated`, else uncertain.
Result<std::string> kept_answer(const Operation& operation, std::string_view body, bool repeated, std::size_t keep_max);

// The answer to a bulk call for `count` elements, one result each in their order: what is kept of an element's record,
// or why it was refused. An element without a result may have been done.
std::vector<Result<std::string>> bulk_results(const Operation& operation, std::string_view body, std::size_t count,
                                              std::size_t keep_max);

}  // namespace leat::connectwise
