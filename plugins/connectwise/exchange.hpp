// Calls through a client whose answers are JSON documents.
// Threads  any.
#pragma once

#include <string>

#include "leat/client.hpp"
#include "leat/record.hpp"

namespace leat::connectwise {

// The document that `url` (path and query) shows. The client's error, or unreachable: the answer is no JSON.
Result<NewRecord> read_json(const leat::Client& client, const std::string& url, Context& context);

}  // namespace leat::connectwise
