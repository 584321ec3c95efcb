#include "plugins/connectwise/payload.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;

namespace {

Result<Done> checked(std::string_view id, std::string_view payload) {
  const NewRecord record(payload);
  return check_payload(builtin_catalog(), *builtin_catalog().by_id(id), record.root());
}

}  // namespace

TEST_CASE("members that the schema does not have are refused with the nearest name") {
  test::PluginHost host;
  struct Row {
    std::string id;
    std::string payload;
    std::string message;
  };
  const Row rows[] = {
      {"putServiceTicketsById", R"({"sumary": "x"})",
       "payload.sumary is not a member of Ticket (did you mean summary?)"},
      {"putServiceTicketsById", R"({"Summary": "x"})",
       "payload.Summary is not a member of Ticket (did you mean summary?)"},
      {"putServiceTicketsById", R"({"company": {"nmae": "x"}})",
       "payload.company.nmae is not a member of CompanyReference (did you mean name?)"},
      {"putServiceTicketsById", R"({"customFields": [{"id": 1}, {"valeu": 1}]})",
       "payload.customFields[1].valeu is not a member of CustomFieldValue (did you mean value?)"},
      {"putServiceTicketsById", R"({"company": 5})", "payload.company must be an object, such as {\"id\": 1}"},
      {"putServiceTicketsById", R"({"summary": {"a": 1}})", "payload.summary must be text"},
      {"putServiceTicketsById", R"({"budgetHours": []})", "payload.budgetHours must be a number"},
      {"putServiceTicketsById", R"({"customFields": {}})",
       "payload.customFields must be a list of {\"id\": 1, \"value\": ...}; names: true looks captions up"},
      {"putServiceTicketsById", R"({"closedFlag": 1})", "payload.closedFlag must be true or false"},
      {"putServiceTicketsById", R"({"closedFlag": "yes"})", "payload.closedFlag must be true or false, not \"yes\""},
      {"putServiceTicketsById", R"({"budgetHours": "two"})", "payload.budgetHours must be a number, not \"two\""},
      {"putServiceTicketsById", R"({"duration": 1.5})", "payload.duration must be a whole number"},
      {"putServiceTicketsById", R"({"duration": 3000000000})", "payload.duration must be a whole number"},
      {"putServiceTicketsById", R"({"requiredDate": "tomorrow"})",
       "payload.requiredDate must be a date such as 2026-02-03T10:11:12Z, not \"tomorrow\""},
      {"putServiceTicketsById", R"({"status": "New"})",
       "payload.status must be an object, such as {\"id\": 1}, not \"New\"; names: true looks names up"},
      {"putServiceTicketsById", R"({"customFields": {"Asset": 1}})",
       "payload.customFields must be a list of {\"id\": 1, \"value\": ...}; names: true looks captions up"},
      {"putServiceTicketsById", R"({"zip": "1234567890123"})",
       "payload.zip is 13 characters long, the server takes 12: shorten it (truncate in a map transformer)"},
      {"patchServiceTicketsById", R"({"summary": null})", "payload.summary cannot be cleared: a Ticket needs it"},
      {"patchServiceTicketsById", R"([{"op": "replace", "path": "/zip", "value": "1234567890123"}])",
       "payload[0].value is 13 characters long, the server takes 12: shorten it (truncate in a map transformer)"},
      {"putServiceTicketsById", R"({"_info": "x"})", "payload._info must be an object, not \"x\""},
      {"putCompanyConfigurationsBulk", R"([{"name": "a"}, {"nmae": "b"}])",
       "payload[1].nmae is not a member of Company.Configuration (did you mean name?)"},
      {"postCompanyConfigurationsBulk", R"([7])", "payload[0] must be an object (Company.Configuration)"},
      {"patchServiceTicketsById", R"({"statsu": {"id": 1}})",
       "payload.statsu is not a member of Ticket (did you mean status?)"},
      {"patchServiceTicketsById", R"([{"op": "replace", "path": "/Status/id", "value": 1}])",
       "payload[0].path: Status is not a member of Ticket (did you mean status?)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.payload);
    const auto result = checked(row.id, row.payload);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::invalid);
    CHECK(result.error().message == row.message);
  }
}

TEST_CASE("what the server converts or knows better is let through") {
  test::PluginHost host;
  struct Row {
    std::string id;
    std::string payload;
  };
  const Row rows[] = {
      {"putServiceTicketsById", "{}"},
      {"putServiceTicketsById", R"({"summary": null, "company": null, "customFields": null})"},
      {"putServiceTicketsById",
       R"({"company": {"id": "5"}, "budgetHours": "1.5", "closedFlag": "true", "summary": 7})"},
      {"putServiceTicketsById", R"({"customFields": [{"id": 21, "value": true}, {"id": 22, "value": {"any": []}}]})"},
      {"putServiceTicketsById", R"({"severity": "Catastrophic"})"},
      {"putServiceTicketsById", R"({"requiredDate": "2026-02-03", "duration": "5", "budgetHours": ""})"},
      {"putServiceTicketsById",
       R"({"zip": "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"})"},
      {"putServiceTicketsById", R"({"_info": {"anything": "x"}})"},
      {"patchServiceTicketsById",
       R"([{"op": "replace", "path": "status/id", "value": 1}, {"op": "add", "path": "/customFields/0", "value": 1}])"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.payload);
    const auto result = checked(row.id, row.payload);
    CHECK_MESSAGE(result, (result ? std::string() : result.error().message));
  }
}

TEST_CASE("a new record has what the document requires, a changed one need not") {
  test::PluginHost host;
  const std::string missing =
      "payload.summary is missing: a new Ticket needs it; payload.company is missing: a new Ticket needs it, such as "
      "{\"id\": 1}";
  CHECK(checked("postServiceTickets", "{}").error().message == missing);
  CHECK(checked("postServiceTickets", R"({"summary": "", "company": null})").error().message == missing);
  CHECK(checked("postServiceTickets", R"({"summary": "x", "company": {"identifier": "acme"}})"));
  CHECK(checked("putServiceTicketsById", "{}"));
  CHECK(checked("patchServiceTicketsById", "{}"));
  CHECK(checked("postServiceTicketsSearch", "{}"));
  CHECK(checked("postCompanyConfigurationsBulk", R"([{"name": "a"}])").error().message ==
        "payload[0].type is missing: a new Company.Configuration needs it, such as {\"id\": 1}; payload[0].company is "
        "missing: a new Company.Configuration needs it, such as {\"id\": 1}");
}

TEST_CASE("an object for a bulk operation is checked as one element") {
  test::PluginHost host;
  CHECK(checked("putCompanyConfigurationsBulk", R"({"name": "a"})"));
  CHECK(checked("putCompanyConfigurationsBulk", R"({"nmae": "a"})").error().message ==
        "payload.nmae is not a member of Company.Configuration (did you mean name?)");
}

TEST_CASE("lengths are counted as the server counts them: what lies beyond 16 bits is two") {
  test::PluginHost host;
  CHECK(checked("putServiceTicketsById",
                R"({"zip": "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"})"));
  CHECK_FALSE(checked("putServiceTicketsById",
                      R"({"zip": "x\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"})"));
}

TEST_CASE("several problems are told at once, the first five of many") {
  test::PluginHost host;
  const auto problems = [](std::string_view payload) {
    const NewRecord record(payload);
    return payload_problems(builtin_catalog(), *builtin_catalog().by_id("putServiceTicketsById"), record.root());
  };
  CHECK(problems(R"({"a": 1, "b": 1, "summary": {}})").size() == 3);
  CHECK(problems(R"({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1})").size() == 5);
}

TEST_CASE("a plain object becomes a patch that replaces each member whole") {
  test::PluginHost host;
  const NewRecord record(
      R"({"status": {"id": 17}, "budgetHours": 1.50, "owner": null, "a\"b": "\u00e9", "big": 9007199254740993})");
  const auto patch = make_patch(record.root());
  REQUIRE(patch);
  CHECK(patch->only_replaces);
  CHECK(patch->body ==
        R"([{"op":"replace","path":"status","value":{"id":17}},{"op":"replace","path":"budgetHours","value":1.50},)"
        R"({"op":"replace","path":"owner","value":null},{"op":"replace","path":"a\"b","value":"\u00e9"},)"
        R"({"op":"replace","path":"big","value":9007199254740993}])");
  CHECK(make_patch(NewRecord("{}").root())->body == "[]");
}

TEST_CASE("a patch stays as it is") {
  test::PluginHost host;
  const NewRecord record(R"([{"op": "add", "path": "/x", "value": null}, {"op": "remove", "path": "y"}])");
  const auto patch = make_patch(record.root());
  REQUIRE(patch);
  CHECK_FALSE(patch->only_replaces);
  CHECK(patch->body == R"([{"op":"add","path":"/x","value":null},{"op":"remove","path":"y"}])");
}

TEST_CASE("a patch that the server would not understand is refused") {
  test::PluginHost host;
  const std::pair<std::string, std::string> rows[] = {
      {R"("text")", "payload must be an object with the members to change, or a JSON-Patch array"},
      {R"([{"op": "move", "path": "x", "from": "y"}])", "payload[0].op must be add, replace or remove"},
      {R"([{"path": "x"}])", "payload[0].op must be add, replace or remove"},
      {R"([7])", "payload[0].op must be add, replace or remove"},
      {R"([{"op": "replace", "value": 1}])",
       "payload[0].path must name the member to change, such as \"status\" or \"status/id\""},
      {R"([{"op": "replace", "path": "/", "value": 1}])",
       "payload[0].path must name the member to change, such as \"status\" or \"status/id\""},
      {R"([{"op": "remove", "path": "x"}, {"op": "add", "path": "x"}])", "payload[1].value is missing"},
  };
  for (const auto& [payload, message] : rows) {
    const auto patch = make_patch(NewRecord(payload).root());
    REQUIRE_FALSE(patch);
    CHECK(patch.error().message == message);
  }
}
