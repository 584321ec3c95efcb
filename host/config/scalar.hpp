// What plain text stands for: the core schema of YAML 1.2 (10.3.2), and the units of the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "host/config/component.hpp"
#include "host/config/document.hpp"
#include "leat/result.hpp"

namespace leat::host {

// `null`, `true`, `12`, `0x1F`, `1.5e3`; everything else is a string.
Node::Type plain_type(std::string_view text);

// The value of a scalar. invalid: an integer beyond 64 bits, a number beyond a double, infinity or not-a-number.
Result<Json> scalar_value(const Node& scalar);

// "250ms", "1.5s", "5m", "2h", "7d"; a bare number is seconds. invalid: anything else, or more than 1000 years.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "64MiB", "10 MB", "1024": bytes; KiB and so on are powers of 1024, kB and so on of 1000, in any case of letters.
// invalid: anything else, a part of a byte, or more than 2^53.
Result<std::int64_t> parse_size(std::string_view text);

}  // namespace leat::host
