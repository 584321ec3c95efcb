// Whether a callback is of the ConnectWise PSA it says it is of.
// The header x-content-signature is base64(HMAC-SHA256(key, body)) over the raw body, the key the SHA-256 of the signing key's
// text; the body names the address of that signing key, which is asked for through the client: it gives its keys and
// its answers to nobody but the configured system, and here no other page of that is asked for. Until the signature is checked
// nothing else of the body is believed.
// Keys are kept by address. Strangers cannot make us ask without end: so many addresses a minute, then busy.
// Threads  any, at the same time.
// Source   guide C; whether the address needs authentication: U, it is sent along.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "leat/client.hpp"
#include "leat/events.hpp"

namespace leat::connectwise {

class Signatures {
 public:
  explicit Signatures(const leat::Client& client) : client_(client) {}

  // denied: it is not genuine. busy, unreachable: the signing key cannot be had now.
  Result<Done> verify(const Webhook& webhook, std::string_view key_url, Context& context);

 private:
  struct Key {
    std::string digest;  // SHA-256 of its text
    std::chrono::milliseconds fetched{0};
  };

  Result<std::string> key(const std::string& url, bool anew, Context& context);
  Result<std::string> fetch(const std::string& url, Context& context);
  bool may_fetch(Context& context);

  const leat::Client& client_;
  std::mutex mutex_;
  std::map<std::string, Key> keys_;
  std::chrono::milliseconds minute_{0};  // begin of the minute that fetches_ is about
  int fetches_ = 0;
};

}  // namespace leat::connectwise
