#include "host/net/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "host/net/http_text.hpp"

namespace leat::host {

namespace {

using Json = nlohmann::json;
using Options = TransportOptions;

// Reads a member into its place; gives what the member should have been when it is something else.
using Reader = std::function<std::string(Options&, const Json&)>;

struct Member {
  std::string_view name;
  Reader read;
};

template <class Field, class Convert>
Reader number(Field Options::*field, std::uint64_t least, std::uint64_t most, std::string_view unit, Convert convert) {
  return [=](Options& options, const Json& json) -> std::string {
    const bool fits =
        json.is_number_unsigned() && json.get<std::uint64_t>() >= least && json.get<std::uint64_t>() <= most;
    if (!fits) return fmt::format("a whole number{} from {} to {}", unit, least, most);
    options.*field = convert(json.get<std::uint64_t>());
    return {};
  };
}

Reader count(std::uint32_t Options::*field, std::uint64_t least, std::uint64_t most) {
  return number(field, least, most, "", [](std::uint64_t value) { return static_cast<std::uint32_t>(value); });
}

Reader bytes(std::size_t Options::*field, std::uint64_t least, std::uint64_t most) {
  return number(field, least, most, " of bytes", [](std::uint64_t value) { return static_cast<std::size_t>(value); });
}

Reader duration(std::chrono::milliseconds Options::*field, std::uint64_t least, std::uint64_t most) {
  return number(field, least, most, " of milliseconds",
                [](std::uint64_t value) { return std::chrono::milliseconds(value); });
}

Reader flag(bool Options::*field) {
  return [=](Options& options, const Json& json) -> std::string {
    if (!json.is_boolean()) return "true or false";
    options.*field = json.get<bool>();
    return {};
  };
}

Reader text(std::string Options::*field) {
  return [=](Options& options, const Json& json) -> std::string {
    if (!json.is_string() || !is_field_value(json.get_ref<const std::string&>())) return "text without line breaks";
    options.*field = json.get<std::string>();
    return {};
  };
}

std::string read_level(Options& options, const Json& json) {
  static constexpr std::array<std::string_view, 4> names = {"off", "line", "headers", "bodies"};
  const std::string name = json.is_string() ? json.get<std::string>() : "";
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return "one of off, line, headers, bodies";
  options.log = static_cast<RequestLogLevel>(found - names.begin());
  return {};
}

std::string read_redact(Options& options, const Json& json) {
  const auto is_name = [](const Json& item) {
    return item.is_string() && is_token(item.get_ref<const std::string&>());
  };
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), is_name)) return "a list of header names";
  options.redact = json.get<std::vector<std::string>>();
  return {};
}

std::string read_proxy(Options& options, const Json& json) {
  const auto url = parse_url(json.is_string() ? json.get<std::string>() : "");
  if (!url || url->tls || url->target != "/")
    return "a URL such as http://proxy.example:3128, without user name and path";
  options.proxy = fmt::format("http://{}:{}", url->host, url->port);
  return {};
}

const std::vector<Member>& members() {
  constexpr std::uint64_t hour = 3'600'000;
  static const std::vector<Member> all = {
      {"max_in_flight", count(&Options::max_in_flight, 1, 4096)},
      {"requests_per_minute", count(&Options::requests_per_minute, 0, 1'000'000)},
      {"connect_timeout", duration(&Options::connect_timeout, 1, hour)},
      {"timeout", duration(&Options::timeout, 1, hour)},
      {"max_body", bytes(&Options::max_body, 1, std::uint64_t{4} << 30)},
      {"max_header", bytes(&Options::max_header, 256, std::uint64_t{16} << 20)},
      {"ca_file", text(&Options::ca_file)},
      {"insecure", flag(&Options::insecure)},
      {"client_certificate", text(&Options::client_certificate)},
      {"client_key", text(&Options::client_key)},
      {"proxy", &read_proxy},
      {"proxy_user", text(&Options::proxy_user)},
      {"proxy_password", text(&Options::proxy_password)},
      {"gzip", flag(&Options::gzip)},
      {"retries", count(&Options::retries, 0, 20)},
      {"log", &read_level},
      {"redact", &read_redact},
      {"user_agent", text(&Options::user_agent)},
  };
  return all;
}

Error wrong(std::string_view why) { return {ErrorKind::invalid, fmt::format("transport options: {}", why)}; }

}  // namespace

Result<TransportOptions> parse_transport_options(std::string_view json) {
  TransportOptions options;
  if (json.empty()) return options;
  const Json tree = Json::parse(json, nullptr, false);
  if (!tree.is_object()) return wrong("they must be a JSON object");
  for (const auto& item : tree.items()) {
    const auto member = std::find_if(members().begin(), members().end(),
                                     [&](const Member& candidate) { return candidate.name == item.key(); });
    if (member == members().end()) {
      std::string known;
      for (const Member& each : members()) known += (known.empty() ? "" : ", ") + std::string(each.name);
      return wrong(fmt::format("'{}' is not known; there are {}", item.key(), known));
    }
    const std::string expected = member->read(options, item.value());
    // The value itself may be a secret: it is not shown.
    if (!expected.empty()) return wrong(fmt::format("{} must be {}", item.key(), expected));
  }
  if (options.client_certificate.empty() != options.client_key.empty()) {
    return wrong("client_certificate and client_key belong together: give both or neither");
  }
  if (options.proxy.empty() && !(options.proxy_user.empty() && options.proxy_password.empty())) {
    return wrong("proxy_user and proxy_password need proxy");
  }
  return options;
}

}  // namespace leat::host
