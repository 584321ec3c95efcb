// The server's conditions, as far as this connector adds to them: terms joined to what the user asked, and long lists
// of values cut into several questions. Everything else of the grammar is the server's.
// Threads  any; pure.
// Source   the vendor's guide: `field in (1,2)`, text in either quote with `\` before a quote, dates in brackets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::connectwise {

// Both must hold; an empty one asks for nothing.
std::string both(std::string_view a, std::string_view b);

// Conditions that together select what `conditions` selects, each record by one of them, each at most `length_max`
// characters once encoded for a URL. Cut is the longest `field in (...)` that every record has to meet: a list under an
// `or` or a `not` cannot be cut. Numbers come in ascending order, repeated values once.
// invalid: there is no such list, or one value alone is too long.
Result<std::vector<std::string>> split_conditions(std::string_view conditions, std::size_t length_max);

// Characters of the text once it is encoded for a URL.
std::size_t encoded_length(std::string_view text);

// Of ids, in the order given: "id in (1,2,3)", each with at most `count_max` of them and at most `length_max` characters once
// encoded for a URL, but with one id at least.
std::vector<std::string> id_conditions(const std::vector<std::int64_t>& ids, std::size_t count_max,
                                       std::size_t length_max);

}  // namespace leat::connectwise
