// What a sandbox is started with.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/callbacks/settings.hpp"
#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/faults.hpp"
#include "plugins/connectwise/sandbox/roles.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

struct Settings {
  std::string company = "sandbox";
  std::string public_key = "sandboxPublicKey";
  std::string private_key = "sandboxPrivateKey";
  std::string client_id;                    // empty: any is taken
  std::map<std::string, Member> members{};  // with limited rights or keys of their own, by identifier
  std::chrono::seconds token_life{4 * 3600};
  Id tickets = 1000;
  std::string public_url = "http://127.0.0.1:8123";  // where records say they are: scheme and host of their hrefs
  std::string codebase = "v2025_8";                  // at start; the one that companyinfo names
  std::size_t url_max = 2048;                        // characters of a request's path and query
  unsigned rate_limit = 0;                           // requests per minute; 0: no limit
  std::chrono::milliseconds latency{0};              // before each answer
  std::vector<FaultRule> faults{};
  CallbackSettings callbacks{};
  std::string state_file;  // JSON; empty: none
  Variants variants{};
};

// Of the catalog's document.
constexpr std::string_view api_version = "2025.8";
constexpr std::string_view api_prefix = "/v4_6_release/apis/3.0";
// The member that the sandbox's keys belong to.
constexpr std::string_view api_member = "sandboxApi";

}  // namespace leat::sandbox
