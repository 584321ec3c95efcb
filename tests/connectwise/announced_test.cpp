// What events are about, and what is made of it, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "connectwise/hooked.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

namespace {

// What the client does with a URL that is too long, the address in front included.
std::optional<Scripted> refuse_long_url(const Request& request) {
  if (request.url.size() + 60 <= 1950) return {};
  return Scripted{{}, {}, Error{ErrorKind::invalid, "the URL is too long", 0}};
}

}  // namespace

TEST_CASE("conditions of any length that the list is read with are good for what callbacks announce") {
  std::string ids = "id in (1";
  for (int id = 2; id <= 110; ++id) ids += "," + std::to_string(id);
  for (int id = 900'000; id < 900'300; ++id) ids += "," + std::to_string(id);
  const std::string fits = "id < 111 and summary != '" + std::string(1480, 'x') + "'";
  for (const std::string& conditions : {ids + ")", fits}) {
    CAPTURE(conditions.size());
    sandbox::Settings how = announcing();
    how.tickets = 120;
    Hooked hooked(with_callbacks + R"(, "parameters": {"query": {"conditions": ")" + conditions + R"("}})", how);
    hooked.psa.answer_instead = refuse_long_url;
    REQUIRE(hooked.run().size() == 110);
    for (int id = 1; id <= 119; ++id) hooked.change(id, "announced");
    hooked.psa.sandbox.send("DELETE", "/service/tickets/3");
    while (hooked.deliver() > 0) {
    }
    const auto records = hooked.run_woken();
    CHECK(records.size() == 110);
    CHECK(records.back() == deletion(3));
    CHECK(hooked.run().empty());
  }
}

TEST_CASE("an announced record that cannot be asked for pauses the incoming, and does not end it") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "x");
  hooked.deliver();
  hooked.psa.answer_instead = [](const Request& request) -> std::optional<Scripted> {
    if (request.url.find("id%20in") == std::string::npos) return {};
    return Scripted{{}, {}, Error{ErrorKind::invalid, "400", 0}};
  };
  hooked.reading.open(hooked.cursor);
  const auto failed = hooked.reading.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::denied);
}
