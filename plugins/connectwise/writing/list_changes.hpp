// Records inside a record, such as a contact's communicationItems: what of their list is to be changed.
// Threads  one user of the records at a time; pure.
// Source   clients C (recorded): elements are changed by their index from 0, added behind the last, removed by index.
#pragma once

#include <string>
#include <string_view>

#include "leat/record.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// What `wanted` says is so in `current`; of further members nothing is said. Lists have the same length, their records
// are found by id, else by place.
bool covers(leat::Node wanted, leat::Node current);

// Its elements have ids of their own and are no references.
bool is_list_of_records(const Catalog& catalog, const Type& type);

// Operations of a JSON Patch, separated by commas, that make the list what is wanted. Elements mean each other by id,
// else when they cover each other, else by `type`, else by place. Members that differ are replaced, further elements
// added, those that nobody wants removed, the last first, so that indexes stay good.
std::string list_operations(std::string_view member, leat::Node wanted, leat::Node current);

}  // namespace leat::connectwise
