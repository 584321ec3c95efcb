// What a sandbox is started with.
#pragma once

#include <cstdint>
#include <string>

#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/faults.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

struct Settings {
  std::string company = "sandbox";
  std::string public_key = "sandboxPublicKey";
  std::string private_key = "sandboxPrivateKey";
  std::string client_id;  // empty: any is taken
  Id tickets = 1000;
  std::string public_url = "http://127.0.0.1:8123";  // where records say they are: scheme and host of their hrefs
  FaultSettings faults;
  Variants variants;
};

// Of the catalog's document; also the codebase "v2025_8/".
constexpr std::string_view api_version = "2025.8";
constexpr std::string_view api_prefix = "/v4_6_release/apis/3.0";
// The member that the sandbox's keys belong to.
constexpr std::string_view api_member = "sandboxApi";

}  // namespace leat::sandbox
