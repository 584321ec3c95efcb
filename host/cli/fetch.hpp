// `leat fetch`: the records of one incoming to stdout, one JSON document per line. Nothing is stored, no cursor moves.
#pragma once

#include <cstdint>
#include <string>

#include "host/cli/session.hpp"

namespace leat::host {

// limit: 0 = all. Gives the exit code.
int fetch(Session& session, const std::string& incoming, std::uint64_t limit);

}  // namespace leat::host
