// Members without a value shown as null.
// Threads  any.
// Source   left out by today's versions, sent by those of 2016 and 2017 (clients, C).
#pragma once

#include <string>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::sandbox {

// `body` is a record of the schema or a list of such; anything else, or no schema, stays as it is.
void add_nulls(const connectwise::Schema* schema, std::string& body);

}  // namespace leat::sandbox
