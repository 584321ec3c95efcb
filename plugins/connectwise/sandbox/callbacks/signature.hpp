// The signature of a callback's body.
// Threads  any.
// Source   x-content-signature = base64(HMAC-SHA256(key = SHA-256 of the signing key's text, message = the body's bytes)): guide C,
//          clients C.
#pragma once

#include <string>
#include <string_view>

namespace leat::sandbox {

std::string sign(std::string_view signing_key, std::string_view body);

}  // namespace leat::sandbox
