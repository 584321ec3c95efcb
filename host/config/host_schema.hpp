// The schema of everything in a configuration that is the host's own.
#pragma once

#include "host/config/component.hpp"

namespace leat::host {

const Json& host_schema();

}  // namespace leat::host
