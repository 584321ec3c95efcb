// A record made up from a schema alone: what lists hold that nobody seeded, and what actions without described effect
// answer.
// Threads  any.
#pragma once

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

// Its required members, its name, its flags (false) and its lists (empty); the same for the same id.
Json sample_record(const connectwise::Catalog& catalog, const connectwise::Schema& schema, Id id);

// "AddressFormat", "Configuration" of "Company.Configuration": how messages call the entity.
std::string_view entity_name(std::string_view schema);
// "addressFormat": the `resource` of errors.
std::string resource_name(std::string_view schema);

}  // namespace leat::sandbox
