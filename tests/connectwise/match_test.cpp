#include "plugins/connectwise/writing/match.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;

namespace {

Result<Match> parsed(const std::string& option, const std::string& schema = "Ticket") {
  const NewRecord json(option);
  return Match::parse(builtin_catalog(), json.root(), *builtin_catalog().schema(schema));
}

// "conditions=...&childConditions=...", or what is wrong.
std::string asked(const std::string& option, const std::string& record, const std::string& schema = "Ticket") {
  const auto match = parsed(option, schema);
  if (!match) return match.error().message;
  const NewRecord input(record);
  const auto query = match->query(input.root());
  if (!query) return query.error().message;
  std::string text;
  for (const auto& [name, value] : *query) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

}  // namespace

TEST_CASE("members become conditions, written as their types are") {
  test::PluginHost host;
  struct Row {
    std::string option, payload, conditions;
  };
  const Row rows[] = {
      {R"("externalXRef")", R"({"externalXRef": "K-1"})", R"(externalXRef = "K-1")"},
      {R"("externalXRef")", R"({"externalXRef": 17})", R"(externalXRef = "17")"},
      {R"(["externalXRef", "company/id"])", R"({"externalXRef": "K", "company": {"id": 250}})",
       R"(externalXRef = "K" and company/id = 250)"},
      {R"("company")", R"({"company": {"id": "250"}})", "company/id = 250"},
      {R"("company/identifier")", R"({"company": {"identifier": "acme"}})", R"(company/identifier = "acme")"},
      {R"("requiredDate")", R"({"requiredDate": "2026-02-03T10:11:12Z"})", "requiredDate = [2026-02-03T10:11:12Z]"},
      {R"("requiredDate")", R"({"requiredDate": "2026-02-03T12:11:12.5+02:00"})",
       "requiredDate = [2026-02-03T10:11:12Z]"},
      {R"("budgetHours")", R"({"budgetHours": 1.50})", "budgetHours = 1.50"},
      {R"("closedFlag")", R"({"closedFlag": "true"})", "closedFlag = True"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.option);
    CHECK(asked(row.option, R"({"payload": )" + row.payload + "}") == "conditions=" + row.conditions);
  }
}

TEST_CASE("no value can leave its literal") {
  test::PluginHost host;
  const auto xref = [](const std::string& json) {
    return asked(R"("externalXRef")", R"({"payload": {"externalXRef": )" + json + "}}");
  };
  CHECK(xref(R"("O'Neil \"Bob\" \\")") == R"(conditions=externalXRef = "O'Neil \"Bob\" \\")");
  CHECK(xref(R"("x\" or id > 0 or summary = \"")") == R"(conditions=externalXRef = "x\" or id > 0 or summary = \"")");
  CHECK(xref(R"("100%_[a]*")") == R"(conditions=externalXRef = "100%_[a]*")");
  CHECK(xref(R"("a\nb")").find("control character") != std::string::npos);
  CHECK(asked(R"("budgetHours")", R"({"payload": {"budgetHours": "1 or id > 0"}})") ==
        "payload.budgetHours must be a number");
  CHECK(asked(R"({"conditions": "requiredDate > [{payload.requiredDate}]"})",
              R"({"payload": {"requiredDate": "2026] or id > 0 or x = ["}})")
            .starts_with("payload.requiredDate must be a date"));
  CHECK(asked(R"({"conditions": "summary = '{payload.summary}'"})", R"({"payload": {"summary": "O'Neil \"x\""}})") ==
        R"(conditions=summary = 'O\'Neil "x"')");
}

TEST_CASE("templates take values from payload, path, query and match of the record") {
  test::PluginHost host;
  const std::string record =
      R"({"path": {"parentId": 5}, "payload": {"summary": "x", "items": [{"value": "a@b.c"}]}, "match": {"key": "k", "on": true}})";
  CHECK(
      asked(
          R"({"conditions": "externalXRef = {match.key} and board/id = {path.parentId} and closedFlag = {match.on}"})",
          record) == R"(conditions=externalXRef = "k" and board/id = 5 and closedFlag = True)");
  CHECK(
      asked(
          R"({"childConditions": "communicationItems/value = {payload.items[0].value}", "conditions": "id > 0 and externalXRef = \"{match.key}\""})",
          record) == R"(childConditions=communicationItems/value = "a@b.c"&conditions=id > 0 and externalXRef = "k")");
  CHECK(asked(R"({"customfieldconditions": "caption = \"Asset {not a value\" AND value = {match.key}"})", record)
            .starts_with("match.customFieldConditions: "));
}

TEST_CASE("a record without the value is refused, because it would find every other") {
  test::PluginHost host;
  for (const char* payload : {"{}", R"({"externalXRef": null})", R"({"externalXRef": ""})"}) {
    CHECK(
        asked(R"("externalXRef")", R"({"payload": )" + std::string(payload) + "}") ==
        "payload.externalXRef is missing or empty: match needs it, or it would find other records than the one meant");
  }
  CHECK(asked(R"({"conditions": "a = {match.key}"})", R"({"payload": {}})").starts_with("match.key is missing"));
  CHECK(asked(R"({"conditions": "a = {payload.x}"})", R"({"payload": {"x": {}}})")
            .starts_with("payload.x must be text, a number or a boolean"));
}

TEST_CASE("options that cannot work are refused") {
  test::PluginHost host;
  const std::pair<std::string, std::string> rows[] = {
      {R"("externalXref")", "match: externalXref is not a member of Ticket (did you mean externalXRef?)"},
      {R"(["company/idd"])", "match: idd is not a member of CompanyReference (did you mean id?)"},
      {R"("summary/id")", "match: id is not a member of a value without members"},
      {R"("customFields")", "match: customFields is no single value; "},
      {R"([])", "match: names at least one member"},
      {R"([7])", "match: a list holds names of members"},
      {R"({"condition": "x = {payload.x}"})", "match: condition is none of conditions, "},
      {R"({"conditions": "id > 5"})", "match.conditions: has no value of the record in braces"},
      {R"({"conditions": "x = {payload.x"})", "match.conditions: expected } at offset 14"},
      {R"({"conditions": "x = {summary}"})",
       "match.conditions: {summary}: a value comes from payload, path, query or match"},
      {R"({"conditions": "x = \"{payload.x}"})", "match.conditions: a text in quotes does not end"},
      {R"({"xref": "tickets"})", "match: xref, a set of cross-references, and source,"},
      {R"({"source": "match.key"})", "match: xref, a set of cross-references, and source,"},
      {R"({"xref": "tickets", "source": "a..b"})", "match.source: "},
  };
  for (const auto& row : rows) {
    const auto& option = row.first;
    const auto& message = row.second;
    CAPTURE(option);
    const auto match = parsed(option);
    REQUIRE_FALSE(match);
    CAPTURE(match.error().message);
    CHECK(match.error().message.starts_with(message));
  }
}

TEST_CASE("cross-references know a source without a question to the server") {
  test::PluginHost host;
  const auto match = parsed(R"({"xref": "tickets", "source": "match.key"})");
  REQUIRE(match);
  CHECK_FALSE(match->asks());
  CHECK(match->xref_set() == "tickets");
  CHECK(*match->xref_source(NewRecord(R"({"match": {"key": 17}})").root()) == "17");
  CHECK_FALSE(match->xref_source(NewRecord("{}").root()));
}

TEST_CASE("records found are compared to the letter, because the server does not") {
  test::PluginHost host;
  const auto match = parsed(R"(["externalXRef", "company/id"])");
  const NewRecord record(R"({"payload": {"externalXRef": "0015Ab", "company": {"id": 5}}})");
  CHECK(match->exact(record.root(), NewRecord(R"({"externalXRef": "0015Ab", "company": {"id": 5}})").root()));
  CHECK_FALSE(match->exact(record.root(), NewRecord(R"({"externalXRef": "0015AB", "company": {"id": 5}})").root()));
}

TEST_CASE("a trial asks for what no record has") {
  test::PluginHost host;
  const auto trial = parsed(R"(["externalXRef", "company/id", "requiredDate"])")->trial();
  REQUIRE(trial.size() == 1);
  CHECK(trial[0].second ==
        R"(externalXRef = "leat doctor" and company/id = -1 and requiredDate = [1900-01-01T00:00:00Z])");
  CHECK(parsed(R"({"conditions": "a = {payload.a}"})")->trial().empty());
}
