// The publisher's options that are more than one value, read from their JSON; the host has checked their shapes.
// Errors  invalid, naming the option.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/writing/compare.hpp"
#include "plugins/connectwise/writing/writer.hpp"

namespace leat::connectwise {

// `check_payload`: true and "strict", "warn", false and "off".
PayloadCheck parse_check(std::string_view json);

// `names`: how long lists of names are kept; nothing: names are not looked up.
std::optional<std::chrono::milliseconds> parse_names(std::string_view json);

// `compare`; nothing: records are not compared.
std::optional<ConflictRules> parse_compare(std::string_view json);

// The list whose records have the custom fields that the operation writes: "/service/tickets". Empty: none that can be
// named without a record's own path.
std::string list_path(const Catalog& catalog, const Operation& operation);

}  // namespace leat::connectwise
