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

namespace {

// A far side that makes what it is sent unless one of the elements is called "bad": then it refuses the call whole.
class Fussy {
 public:
  explicit Fussy(Error refusal)
      : client([this, refusal](const Request& request) { return answer(request, refusal); }) {}

  std::vector<std::string> made;   // names
  std::vector<std::size_t> calls;  // elements of each
  test::ScriptedClient client;

 private:
  test::Scripted answer(const Request& request, const Error& refusal) {
    const Parsed elements = Parsed::parse(request.body);
    calls.push_back(elements.size());
    Parsed results = Parsed::array();
    for (const Parsed& element : elements) {
      if (element["name"] == "bad") return {{}, {}, refusal};
      results.push_back({{"originalIndex", results.size()}, {"success", true}, {"data", {{"name", element["name"]}}}});
    }
    for (const Parsed& element : elements) made.push_back(element["name"]);
    return {Parsed{{"payload", results}}.dump(), {{"Content-Type", "application/json"}}};
  }
};

std::vector<std::string> named(const std::vector<std::string>& names) {
  std::vector<std::string> records;
  for (const std::string& name : names) {
    records.push_back(R"({"payload": {"name": ")" + name + R"(", "type": {"id": 1}, "company": {"id": 1}}})");
  }
  return records;
}

const std::string make_configurations = R"("entity": "POST /company/configurations/bulk")";

}  // namespace

TEST_CASE("of a bulk call that is refused whole only the records that are the reason fail") {
  for (const char* refusal :
       {"POST was answered with 400 ConnectWiseApi: Enum value supplied was invalid", "POST was answered with 413",
        "POST was answered with 500 ConnectWiseApi: Could not find member 'x' on object of type 'Configuration'."}) {
    CAPTURE(refusal);
    Fussy far({ErrorKind::invalid, refusal, 0});
    Publishing writing(far.client.table(), make_configurations);
    const Lines names = {"a", "b", "c", "bad", "d", "e", "bad", "f"};
    const auto results = writing.publish(named(names));
    for (std::size_t i = 0; i < names.size(); ++i) {
      CAPTURE(i);
      if (names[i] == "bad") {
        REQUIRE_FALSE(results[i]);
        CHECK(results[i].error().kind == ErrorKind::invalid);
        CHECK(results[i].error().message.ends_with(refusal));
      } else {
        REQUIRE_MESSAGE(results[i], results[i].error().message);
        CHECK(Parsed::parse(*results[i])["name"] == names[i]);
      }
    }
    CHECK(far.made == Lines{"a", "b", "c", "d", "e", "f"});
    CHECK(far.calls == std::vector<std::size_t>{8, 4, 2, 2, 1, 1, 4, 2, 2, 1, 1});
  }
}

TEST_CASE("a bulk call that failed in another way is not sent again in parts") {
  const Error others[] = {
      {ErrorKind::uncertain, "POST was answered with 500 ConnectWiseApi: A timeout has occured.", 0},
      {ErrorKind::invalid, "POST was answered with 500 ConnectWiseApi: Length cannot be less than zero.", 0},
      {ErrorKind::invalid, "POST was answered with 405", 0},
      {ErrorKind::denied, "POST was answered with 403 Security: no", 0},
      {ErrorKind::busy, "POST was answered with 429", 0}};
  for (const Error& other : others) {
    CAPTURE(other.message);
    Fussy far(other);
    Publishing writing(far.client.table(), make_configurations);
    for (const auto& result : writing.publish(named({"a", "bad"}))) {
      REQUIRE_FALSE(result);
      CHECK(to_string(result.error().kind) == to_string(other.kind));
    }
    CHECK(far.calls == std::vector<std::size_t>{2});
  }
}

TEST_CASE("parts of a bulk deletion are complete calls too") {
  test::ScriptedClient far([](const Request& request) {
    if (request.body.find("13") != std::string::npos) {
      return test::Scripted{{}, {}, Error{ErrorKind::invalid, "DELETE was answered with 400 ConnectWiseApi: no", 0}};
    }
    return test::Scripted{
        R"({"payload": [{"originalIndex": 0, "success": true}, {"originalIndex": 1, "success": true}]})"};
  });
  Publishing deleting(far.table(), R"("entity": "DELETE /company/configurations/bulk")");
  const auto results = deleting.publish(
      std::vector<std::string>{R"({"payload": {"id": 5}})", R"({"payload": {"id": 13}})", R"({"payload": {"id": 7}})"});
  CHECK(results[0]);
  CHECK_FALSE(results[1]);
  CHECK(results[2]);
  Lines bodies;
  for (const Request& request : far.requests()) bodies.push_back(request.body);
  CHECK(bodies == Lines{R"([{"id":5},{"id":13},{"id":7}])", R"([{"id":5}])", R"([{"id":13},{"id":7}])",
                        R"([{"id":13}])", R"([{"id":7}])"});
}
