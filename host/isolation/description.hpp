// What a library offers, in the process that opened it, as the host is told of it.
#pragma once

#include "host/isolation/messages.hpp"
#include "host/plugin/library.hpp"

namespace leat::host {

DescriptionImage describe(const Library& library);

}  // namespace leat::host
