// What doctor says of a publisher, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "connectwise/publishing.hpp"
#include "connectwise/sandbox_psa.hpp"

using leat::test::Publishing;
using leat::test::SandboxPsa;

TEST_CASE("doctor: can it be read, what right is needed, are the constants known") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(),
                     R"("entity": "POST /service/tickets", "names": true, "match": "externalXRef")");
  const auto good = nlohmann::json::parse(writing.doctor(
      R"({"payload": {"board": "Help Desk", "status": "New", "severity": "Low", "customFields": {"Asset": "x"}}})"));
  for (const auto& finding : good) CHECK(finding["status"] == "ok");
  CHECK(good.size() == 4);
  CHECK(good[1]["message"].get<std::string>().starts_with(
      "POST /service/tickets needs Add of Service Desk > Service Tickets at level My or All"));
  const auto bad = nlohmann::json::parse(writing.doctor(
      R"({"payload": {"board": "Helpdesk", "priority": "P1", "source": "Phone", "severity": "Awful", "zip": "12345678901234"}})"));
  std::string text;
  for (const auto& finding : bad)
    text += finding["status"].get<std::string>() + " " + finding["message"].get<std::string>() + "\n";
  CAPTURE(text);
  CHECK(text.find("error payload.board: \"Helpdesk\" is none of the names of GET /service/boards; the nearest are "
                  "\"Help Desk\"") != std::string::npos);
  CHECK(text.find("error payload.priority: \"P1\" is none of") != std::string::npos);
  CHECK(text.find("error payload.zip is 14 characters long") != std::string::npos);
  CHECK(text.find("warning payload.severity: \"Awful\" is none of Low, Medium, High") != std::string::npos);
  // A custom field that the set-up requires.
  psa.sandbox.control("PUT", "/sandbox/records/system/userDefinedFields/22",
                      R"({"podId": 1, "caption": "Root cause", "fieldTypeIdentifier": "Text", "requiredFlag": true})");
  CHECK(writing.doctor("{}").find("the server requires the custom field Root cause of each new record") !=
        std::string::npos);
  CHECK(writing.doctor(R"({"payload": {"customFields": {"Root cause": "wear"}}})").find("requires") ==
        std::string::npos);
  // The board of a status may come with the record: that it was not looked at is said.
  const std::string later =
      writing.doctor(R"({"payload": {"status": "New", "type": {"name": "Break fix"}, "item": "Laptop"}})");
  CHECK(later.find(R"("error")") == std::string::npos);
  CHECK(later.find(R"(not looked at: payload.status \"New\", because the board comes from the record)") !=
        std::string::npos);
  CHECK(later.find("not looked at: payload.type, because the board comes from the record") != std::string::npos);
  CHECK(later.find(R"(not looked at: payload.item \"Laptop\", because the board comes from the record)") !=
        std::string::npos);
  CHECK(later.find("constant members") == std::string::npos);
  CHECK(writing.doctor(R"({"payload": {"board": "Hepl Desk", "status": "New"}})")
            .find(R"(not looked at: payload.status \"New\", because payload.board is wrong)") != std::string::npos);
  CHECK(psa.writes().empty());
}
