// Entities by name: what a person types in a configuration or behind `leat entities`.
// Threads  any.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// "AddressFormats - Get AddressFormat by id": the label of the vendor's reference page, which tells the operation on
// one record apart by "by id".
std::string label(const Operation& operation);

// One operation by its operationId, by `METHOD /path`, or by its label; case and blanks do not matter, and "by id" and
// the vendor's internal class paths may be there or not. invalid: unknown, with the nearest names; or ambiguous, with
// all candidates.
Result<const Operation*> find_entity(const Catalog& catalog, std::string_view name);

// For each operation the name to show: its label where find_entity takes it for this one, else `METHOD /path`.
std::unordered_map<const Operation*, std::string> entity_names(const Catalog& catalog);

// Operations that hold all the words (in tag, title, path or operationId), best first, at most `limit` (0: all).
std::vector<const Operation*> search_entities(const Catalog& catalog, std::string_view words, std::size_t limit);

}  // namespace leat::connectwise
