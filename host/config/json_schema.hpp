// The whole configuration as one JSON Schema (2020-12), for editors: the host's own part and every component there is.
#pragma once

#include "host/config/component.hpp"

namespace leat::host {

Json full_schema(const ComponentSchemas& components);

}  // namespace leat::host
