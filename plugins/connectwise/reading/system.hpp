// Which system a list is of, as far as its records tell: the host that the links in their _info lead to. A base_uri that leads
// to another system brings other records under the same ids.
// Threads  one call at a time.
#pragma once

#include <string>

#include "leat/client.hpp"
#include "plugins/connectwise/reading/source.hpp"

namespace leat::connectwise {

// "na.myconnectwise.net", in small letters and without the api- of the API's host; with a port that is not its scheme's own.
// Empty: the list has no record, or its records have no links. Asks for one record.
// Errors   as for_incoming() makes them.
Result<std::string> system_of(const Source& source, Question question, const leat::Client& client, Context& context);

}  // namespace leat::connectwise
