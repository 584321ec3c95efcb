// Commands that show what there is, without a configuration or with one that is only read: plugins, describe, entities,
// check, schema.
#pragma once

#include <string>
#include <vector>

#include "host/cli/session.hpp"

namespace leat::host {

// Print; give the exit code.
int list_plugins(const Session& session, bool json);
int describe_component(const Session& session, const std::string& kind, const std::string& type, bool json);
int search_entities(Session& session, const std::vector<std::string>& words, std::uint32_t limit, bool json);
// online: then what `leat doctor` does; one exit code.
int check_config(Session& session, bool json, bool online);
// [{"severity", "file", "line", "column", "path", "message"}]
Json problems_json(const Problems& problems);
int print_schema(const Session& session);

}  // namespace leat::host
