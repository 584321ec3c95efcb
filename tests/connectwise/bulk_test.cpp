// Bulk calls against the sandbox: an outcome for each element.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "connectwise/publishing.hpp"
#include "connectwise/sandbox_psa.hpp"

using namespace leat;
using test::Publishing;
using test::SandboxPsa;
using Parsed = nlohmann::json;
using Lines = std::vector<std::string>;

TEST_CASE("elements of a bulk call have outcomes of their own") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), R"("entity": "POST /company/configurations/bulk", "names": true)");
  CHECK(writing.publisher().batch_max() == 100);
  const auto made = [](const std::string& name, const std::string& company) {
    return R"({"payload": {"name": ")" + name + R"(", "type": {"id": 1}, "company": )" + company + "}}";
  };
  const auto results = writing.publish(std::vector<std::string>{
      made("one", R"({"id": 1})"), made("two", R"({"id": 99999})"), R"({"payload": {"name": "three"}})",
      made("four", R"("No such company")"), made("five", R"({"id": 2})"),
      R"({"payload": [{"name": "six", "type": {"id": 1}, "company": {"id": 1}}]})"});
  REQUIRE_MESSAGE(results[0], results[0].error().message);
  CHECK(Parsed::parse(*results[0])["name"] == "one");
  REQUIRE_FALSE(results[1]);
  CHECK(results[1].error().kind == ErrorKind::invalid);
  CHECK(results[1].error().message.starts_with("the element was answered with 4"));
  CHECK(results[2].error().message.starts_with("payload[0].type is missing"));
  CHECK(results[3].error().message.starts_with("payload.company: \"No such company\" is none of the names"));
  REQUIRE(results[4]);
  CHECK(Parsed::parse(*results[4])["name"] == "five");
  CHECK(results[5]);
  CHECK(psa.writes() == Lines{"POST /company/configurations/bulk", "POST /company/configurations/bulk"});

  Publishing deleting(psa.client.table(), R"("entity": "DELETE /company/configurations/bulk")");
  const std::string id = std::to_string(Parsed::parse(*results[0])["id"].get<int>());
  const auto gone = deleting.publish(
      std::vector<std::string>{R"({"payload": {"id": )" + id + "}}", R"({"payload": {"id": 987654}})"});
  CHECK(gone[0]);
  CHECK(gone[1].error().kind == ErrorKind::not_found);
  CHECK(psa.last().body == R"([{"id":)" + id + R"(},{"id":987654}])");
  CHECK(deleting.publish(R"({"payload": {"name": "x"}})").error().message ==
        "payload must be { id: ... }, with the id of the record to delete");
}

TEST_CASE("a bulk call that failed fails its elements, and what it does not speak of is not known") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), R"("entity": "POST /company/configurations/bulk")");
  const std::string record = R"({"payload": {"name": "a", "type": {"id": 1}, "company": {"id": 1}}})";
  psa.fault(R"({"fault": "throttle", "method": "POST", "count": 1})");
  for (const auto& result : writing.publish(std::vector<std::string>{record, record}))
    CHECK(result.error().kind == ErrorKind::busy);
  psa.fault(R"({"fault": "truncate", "method": "POST", "count": 1})");
  for (const auto& result : writing.publish(std::vector<std::string>{record, record}))
    CHECK(result.error().kind == ErrorKind::uncertain);
}
