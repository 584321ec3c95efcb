// Basic authentication, whose user name holds the company (Developer Guide). Base64 as in RFC 4648, with padding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leat::connectwise {

inline std::string base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const std::uint32_t bits = byte(0) << 16U | byte(1) << 8U | byte(2);
    result += alphabet[bits >> 18U];
    result += alphabet[bits >> 12U & 63U];
    result += i + 1 < text.size() ? alphabet[bits >> 6U & 63U] : '=';
    result += i + 2 < text.size() ? alphabet[bits & 63U] : '=';
  }
  return result;
}

inline std::string basic_authorization(std::string_view company, std::string_view public_key,
                                       std::string_view private_key) {
  std::string user(company);
  user.append("+").append(public_key).append(":").append(private_key);
  return "Basic " + base64(user);
}

}  // namespace leat::connectwise
