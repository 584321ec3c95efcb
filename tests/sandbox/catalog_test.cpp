#include <doctest/doctest.h>

#include <map>

#include "tests/sandbox/minimal_request.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

bool is_json_of(const Response& response, ResponseKind kind) {
  if (kind == ResponseKind::none) return response.body.empty();
  if (kind == ResponseKind::binary || kind == ResponseKind::text) return !response.body.empty();
  const Json json = Json::parse(response.body, nullptr, false);
  if (json.is_discarded()) return false;
  if (kind == ResponseKind::array) return json.is_array();
  if (kind == ResponseKind::count) return json.is_object() && json.contains("count");
  if (kind == ResponseKind::bulk)
    return json.is_object() && json.contains("payload") && json["payload"].at(0).at("success") == true;
  return kind == ResponseKind::value || json.is_object();
}

}  // namespace

TEST_CASE("every operation of the catalog answers a minimal valid request with its documented success") {
  std::size_t good = 0;
  std::string wrong;
  std::map<Method, std::unique_ptr<Harness>> harnesses;  // apart, so that deletions do not disturb reads
  for (const Operation& operation : catalog().operations()) {
    auto& harness = harnesses[operation.method];
    if (!harness) {
      Settings settings;
      settings.tickets = 20;
      harness = std::make_unique<Harness>(settings);
    }
    const Asked asked = minimal_request(*harness, operation);
    const Response response = harness->send(std::string(to_string(operation.method)), asked.path, asked.body,
                                            {{"Content-Type", asked.content_type}});
    const int expected = operation.success == 0 ? 200 : operation.success;
    const bool empty = response.status == 204 && response.body.empty();
    // Two lists are declared where the path ends in /count, which is a count everywhere else.
    const bool count = operation.method == Method::get && operation.path.size() > 6 &&
                       operation.path.substr(operation.path.size() - 6) == "/count";
    if (response.status == expected &&
        (empty || is_json_of(response, count ? ResponseKind::count : operation.response))) {
      ++good;
    } else {
      wrong += "\n" + std::string(operation.id) + " " + std::string(to_string(operation.method)) + " " + asked.path +
               " expected " + std::to_string(expected) + " got " + std::to_string(response.status) + " " +
               response.body.substr(0, 250);
    }
  }
  INFO("wrong:", wrong);
  CHECK(good == catalog().operations().size());
  CHECK(good == 3062);
}
