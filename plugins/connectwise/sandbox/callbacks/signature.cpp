#include "plugins/connectwise/sandbox/callbacks/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <stdexcept>

#include "plugins/connectwise/client/base64.hpp"

namespace leat::sandbox {

std::string sign(std::string_view signing_key, std::string_view body) {
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  std::array<unsigned char, SHA256_DIGEST_LENGTH> key{};
  SHA256(bytes(signing_key), signing_key.size(), key.data());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(body), body.size(), digest.data(), &size) ==
      nullptr) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return connectwise::base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace leat::sandbox
