// Undoes Content-Encoding: gzip (RFC 1952), all members of it, up to a ceiling. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "host/base/buffer.hpp"
#include "leat/result.hpp"

namespace leat::host {

// invalid: damaged, cut short, or larger than size_max; memory stays within about twice the result or size_max.
Result<Buffer> gunzip(std::span<const std::uint8_t> data, std::size_t size_max);

}  // namespace leat::host
