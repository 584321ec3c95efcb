#include "plugins/connectwise/writing/payload.hpp"

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
      {"postServiceTickets", R"({"sumary": "x"})", "payload.sumary is not a member of Ticket (did you mean summary?)"},
      {"postServiceTickets", R"({"Summary": "x"})",
       "payload.Summary is not a member of Ticket (did you mean summary?)"},
      {"postServiceTickets", R"({"company": {"nmae": "x"}})",
       "payload.company.nmae is not a member of CompanyReference (did you mean name?)"},
      {"postServiceTickets", R"({"customFields": [{"id": 1}, {"valeu": 1}]})",
       "payload.customFields[1].valeu is not a member of CustomFieldValue (did you mean value?)"},
      {"postServiceTickets", R"({"company": 5})", "payload.company must be an object, such as {\"id\": 1}"},
      {"postServiceTickets", R"({"summary": {"a": 1}})", "payload.summary must be text"},
      {"postServiceTickets", R"({"budgetHours": []})", "payload.budgetHours must be a number"},
      {"postServiceTickets", R"({"customFields": {}})", "payload.customFields must be a list"},
      {"postServiceTickets", R"({"closedFlag": 1})", "payload.closedFlag must be true or false"},
      {"postServiceTickets", R"({"_info": "x"})", "payload._info must be an object"},
      {"postCompanyConfigurationsBulk", R"([{"name": "a"}, {"nmae": "b"}])",
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
      {"postServiceTickets", "{}"},
      {"postServiceTickets", R"({"summary": null, "company": null, "customFields": null})"},
      {"postServiceTickets", R"({"company": {"id": "5"}, "budgetHours": "1.5", "closedFlag": "true", "summary": 7})"},
      {"postServiceTickets", R"({"customFields": [{"id": 21, "value": true}, {"id": 22, "value": {"any": []}}]})"},
      {"postServiceTickets", R"({"severity": "Catastrophic"})"},
      {"postServiceTickets", R"({"_info": {"anything": "x"}})"},
      {"patchServiceTicketsById",
       R"([{"op": "replace", "path": "status/id", "value": 1}, {"op": "add", "path": "/customFields/0", "value": 1}])"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.payload);
    const auto result = checked(row.id, row.payload);
    CHECK_MESSAGE(result, (result ? std::string() : result.error().message));
  }
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
