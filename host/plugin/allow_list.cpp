#include "host/plugin/allow_list.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <memory>

namespace leat::host {
namespace {

bool same_digest(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char one, unsigned char other) { return std::tolower(one) == std::tolower(other); });
}

}  // namespace

Result<std::string> sha256_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (digest == nullptr || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) {
    return Error{ErrorKind::broken, "OpenSSL offers no SHA-256", 0};
  }
  std::array<char, 65536> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof()) return Error{ErrorKind::denied, "cannot be read", 0};
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  EVP_DigestFinal_ex(digest.get(), sum.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", sum[i]);
  return text;
}

void refuse_unlisted(std::vector<Candidate>& candidates, const std::vector<std::string>& allowed) {
  for (Candidate& candidate : candidates) {
    if (!candidate.refused.empty()) continue;
    const auto sum = sha256_of(candidate.path);
    if (!sum) {
      candidate.refused = sum.error().message;
    } else if (std::none_of(allowed.begin(), allowed.end(), [&](const auto& one) { return same_digest(one, *sum); })) {
      candidate.refused = fmt::format("is not in plugins.allow: its SHA-256 is {}", *sum);
    }
  }
}

}  // namespace leat::host
