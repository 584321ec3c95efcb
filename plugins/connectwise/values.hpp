// Values as the server compares them: 1.50 is 1.5, 2026-02-03T12:00:00+02:00 is 2026-02-03T10:00:00Z, 5 is "5".
// Threads  any; pure.
// Source   numbers come with any number of decimals, timestamps in whole seconds and UTC, date-only values as midnight
//          UTC, empty members are left out (README.md, "Values").
#pragma once

#include <string_view>

#include "leat/record.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// Both are decimal numbers, exactly equal.
bool same_number(std::string_view a, std::string_view b);
bool is_number(std::string_view text);        // "-1.50", "1e3"
bool is_whole_number(std::string_view text);  // of 32 bits, as the API's ids and counts are

// Nothing, null and an empty text are the same absence.
bool is_absent(leat::Node value);

// Two values of a type that is no reference and no list.
bool same_scalar(const Type& type, leat::Node a, leat::Node b);

// References by id where both have one, else by identifier or name, whatever their case.
bool same_reference(leat::Node a, leat::Node b);

}  // namespace leat::connectwise
