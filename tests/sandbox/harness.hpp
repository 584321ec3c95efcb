// A sandbox without a network: requests in, answers out.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/sandbox/service.hpp"

namespace leat::sandbox::test {

using Json = nlohmann::ordered_json;

inline constexpr std::string_view good_credentials = "Basic c2FuZGJveCtzYW5kYm94UHVibGljS2V5OnNhbmRib3hQcml2YXRlS2V5";

class Harness {
 public:
  explicit Harness(Settings settings = {})
      : service(
            connectwise::builtin_catalog(), std::move(settings), [this] { return now; }, [this] { return ticks; }) {}

  // `path` below /v4_6_release/apis/3.0.
  Response send(const std::string& method, const std::string& path, const std::string& body = {},
                std::vector<Header> headers = {}) {
    Request request{method, std::string(api_prefix) + path, std::move(headers), body, "http"};
    request.headers.push_back({"Host", "cw.test"});
    request.headers.push_back({"Authorization", std::string(good_credentials)});
    request.headers.push_back({"clientId", "11111111-2222-3333-4444-555555555555"});
    if (!body.empty() && request.header("Content-Type").empty())
      request.headers.push_back({"Content-Type", "application/json"});
    return service.answer(request);
  }
  Json get(const std::string& path) { return Json::parse(send("GET", path).body); }
  Json post(const std::string& path, const Json& body) { return Json::parse(send("POST", path, body.dump()).body); }
  Json patch(const std::string& path, const Json& body) { return Json::parse(send("PATCH", path, body.dump()).body); }
  // A page below /sandbox/; `path` whole.
  Response control(const std::string& method, const std::string& path, const std::string& body = {}) {
    return service.answer({method, path, {{"Host", "cw.test"}}, body, "http"});
  }
  // The ids a list shows.
  std::vector<Id> ids(const std::string& path) {
    std::vector<Id> result;
    for (const Json& record : get(path)) result.push_back(record.at("id").get<Id>());
    return result;
  }

  Seconds now = 1'770'113'472;         // 2026-02-03T10:11:12Z
  std::chrono::milliseconds ticks{0};  // what callbacks are repeated by
  Service service;
};

inline Settings few_tickets(Id count = 20) {
  Settings settings;
  settings.tickets = count;
  return settings;
}

// An operation of a JSON-Patch.
inline Json replace(std::string path, Json value) {
  return {{"op", "replace"}, {"path", std::move(path)}, {"value", std::move(value)}};
}

// The Authorization header of other keys than the sandbox's own.
inline Header keys(const std::string& public_key, const std::string& private_key) {
  return {"Authorization", "Basic " + connectwise::base64("sandbox+" + public_key + ":" + private_key)};
}

inline std::string header(const Response& response, std::string_view name) {
  for (const Header& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return "(absent)";
}

}  // namespace leat::sandbox::test
