// Points in time as the API writes them: UTC, whole seconds, "2026-02-03T10:11:12Z".
// Threads  any.
// Units    seconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::sandbox {

using Seconds = std::int64_t;

// The API's own form first; also a date alone, a missing Z, fractions (cut off) and US dates "06/30/2019", which integrators
// were seen to send. An offset such as +02:00 is read as if it were Z: the live system misread it so (clients, L).
std::optional<Seconds> parse_timestamp(std::string_view text);
std::string to_timestamp(Seconds time);
void append_timestamp(std::string& out, Seconds time);

}  // namespace leat::sandbox
