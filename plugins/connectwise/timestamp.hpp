// Points in time: as the API and HTTP write them, and as configurations and records say them.
// Units    seconds since 1970, UTC.
// Threads  any; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::connectwise {

// "2026-02-03" (its midnight), "2026-02-03T10:11[:12[.5]]", with Z, an offset ("+02:00") or nothing, which is UTC; a blank
// may stand for the T. Fractions are cut off.
std::optional<std::int64_t> parse_timestamp(std::string_view text);
// "2026-02-03T10:11:12Z", as the API writes it.
std::string to_timestamp(std::int64_t seconds);

// "Tue, 03 Feb 2026 10:11:12 GMT": the Date header, RFC 9110, 5.6.7.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace leat::connectwise
