// "leat.catalog/1" of this plugin: what `leat entities WORDS` shows.
#pragma once

#include "leat/abi.h"

namespace leat::connectwise {

// Each entry: name (usable as `entity`), method, path, id (operationId), body (none, object, array, json-patch,
// multipart), schema, note, parameters ("path.id: int32, required") and fields ("name: string(50), required"): of what
// a write takes or a read gives.
const leat_catalog& catalog_extension();

}  // namespace leat::connectwise
