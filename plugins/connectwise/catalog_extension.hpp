// "leat.catalog/1" of this plugin: what `leat entities WORDS` shows.
#pragma once

#include "leat/abi.h"

namespace leat::connectwise {

// Each entry: name (usable as `entity`), method, path, operation_id, note, parameters [{in, name, type, required}],
// fields [{name, type, required}] of what a write takes or a read gives, body or response.
const leat_catalog& catalog_extension();

}  // namespace leat::connectwise
