// JSON-Patch as the live system takes it.
// Threads  any.
// Source   guide C, clients C: add, replace and remove; paths are case-sensitive, with or without a leading slash, list
//          elements by index; customFields are merged by id.
#pragma once

#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

// The record with the operations carried out in order. Refusal 400 for a body that is no list of operations, an unknown
// op, or a path that leads nowhere. `into_references` false: operations below a reference are taken and do nothing.
Json apply_patch(Json record, const Json& operations, bool into_references);

}  // namespace leat::sandbox
