// Digests, from OpenSSL.
// Threads  any; pure.
#pragma once

#include <string>
#include <string_view>

namespace leat::connectwise {

std::string sha256(std::string_view text);                                // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
std::string hex(std::string_view bytes);
// Takes as long wherever they differ.
bool same_bytes(std::string_view a, std::string_view b);

}  // namespace leat::connectwise
