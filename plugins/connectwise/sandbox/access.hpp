// Who is calling: Basic company+public:private, the clientId header, the version asked for; and tokens of impersonated members.
// Owner    settings outlive it.
// Threads  any, at the same time.
// Errors   Refusal as the live system words it, or as a variant says.
// Source   keys, clientId, Accept: guide C; tokens with POST members/{identifier}/tokens, about 4 hours: guide and clients L.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/roles.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

struct Caller {
  std::string member;                // identifier: who a write is stamped with
  std::shared_ptr<const Role> role;  // never null
};

struct Token {
  std::string public_key;
  std::string private_key;
  Seconds expiration = 0;
};

class Access {
 public:
  Access(const Settings& settings, std::function<Seconds()> clock);

  Caller authenticate(const Request& request) const;
  // Refusal when the first media type of Accept names a version that this one does not serve.
  void check_version(const Request& request) const;
  // Keys that stand for the member from now on.
  Token make_token(const std::string& member);
  void replace_members(std::map<std::string, Member> members);

  // Tokens as kept with the state.
  Json to_json() const;
  void restore(const Json& tokens);

 private:
  struct Issued {
    std::string private_key;
    std::string member;
    Seconds expiration = 0;
  };
  Caller find(std::string_view public_key, std::string_view private_key) const;
  Caller caller_of(const std::string& member) const;

  const Settings& settings_;
  std::function<Seconds()> clock_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, Member> members_;              // by identifier
  std::map<std::string, Issued, std::less<>> tokens_;  // by public key
  std::uint64_t issued_ = 0;
};

}  // namespace leat::sandbox
