#include "host/net/cpprest_words.hpp"

#include <fmt/format.h>

#include <array>

namespace leat::host {

namespace {

struct Phrase {
  std::string_view library;
  std::string_view ours;
};
constexpr std::array<Phrase, 12> kPhrases = {{
    {"Error resolving address", "the host's name is not known; check the address"},
    {"Failed to resolve address", "the host's name is not known; check the address"},
    {"Failed to connect to any resolved endpoint",
     "cannot connect; check address and port, and that the server runs and may be reached"},
    {"Error resolving proxy address", "the proxy's name is not known; check the option proxy"},
    {"Failed to connect to any resolved proxy endpoint", "cannot connect to the proxy; check the option proxy"},
    {"Failed to send connect request to proxy", "the proxy closed the connection; check the option proxy"},
    {"Failed to read HTTP status line from proxy", "the proxy closed the connection; check the option proxy"},
    {"Invalid HTTP status line during proxy connection", "the proxy does not speak HTTP; check the option proxy"},
    {"Error in SSL handshake", "the TLS handshake failed; check that this port speaks TLS 1.2 or newer"},
    {"Failed to read HTTP status line", "the connection broke before an answer came"},
    {"cannot rewind input stream", "the connection broke before an answer came"},
    {"Invalid HTTP status line", "what came back is not HTTP; check address and port"},
}};

}  // namespace

std::string in_our_words(std::string_view what, bool sent, int status) {
  for (const Phrase& phrase : kPhrases) {
    if (what.starts_with(phrase.library)) return std::string(phrase.ours);
  }
  constexpr std::string_view refusal = "Expected a 200 response from proxy, received: ";
  if (what.starts_with(refusal)) {
    const std::string_view code = what.substr(refusal.size());
    return fmt::format("the proxy refused the connection with status {}{}", code,
                       code == "407" ? "; check proxy_user and proxy_password" : "");
  }
  if (status != 0) return fmt::format("the connection broke inside the answer (its status was {})", status);
  return sent ? "the connection broke while the request was sent" : "the connection broke before the request was sent";
}

}  // namespace leat::host
