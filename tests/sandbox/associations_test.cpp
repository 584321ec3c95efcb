// Subtypes of types and items of both, as boards associate them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

TEST_CASE(
    "what a board associates is the same in its subtypes, its items and its list of associations, after each change") {
  Harness harness(few_tickets());
  const std::string board = "/service/boards/2";
  // "type subtype item", by name; an item is - where none is named.
  const auto listed = [&] {
    std::vector<std::string> rows;
    for (const Json& row : harness.get(board + "/typeSubTypeItemAssociations?pageSize=1000")) {
      const std::string item = row.contains("item") ? row["item"]["name"].get<std::string>() : "-";
      rows.push_back(row["type"]["name"].get<std::string>() + ' ' + row["subType"]["name"].get<std::string>() + ' ' +
                     item);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  const auto kept = [&] {
    std::vector<std::string> rows;
    for (const Json& type : harness.get(board + "/types?pageSize=1000")) {
      for (const Json& subtype : harness.get(board + "/subtypes?pageSize=1000")) {
        const Json& types = subtype["typeAssociationIds"];
        if (std::find(types.begin(), types.end(), type["id"]) == types.end()) continue;
        const std::string row = type["name"].get<std::string>() + ' ' + subtype["name"].get<std::string>() + ' ';
        rows.push_back(row + '-');
        for (const Json& item : harness.get(board + "/items?pageSize=1000")) {
          const std::string path = board + "/items/" + item["id"].dump() + "/associations/" + type["id"].dump();
          const Json subtypes = harness.get(path)["subTypeAssociationIds"];
          if (std::find(subtypes.begin(), subtypes.end(), subtype["id"]) != subtypes.end())
            rows.push_back(row + item["name"].get<std::string>());
        }
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  CHECK(listed() == kept());
  CHECK(listed().size() == 26);
  CHECK(harness.get(board + "/typeSubTypeItemAssociations/count?conditions=item%3Dnull")["count"] == 9);
  CHECK(harness.get(board + "/typeSubTypeItemAssociations?conditions=type%2Fname%3D'Network'").size() == 6);
  const Json first = harness.get(board + "/typeSubTypeItemAssociations/101");

  const Json created = harness.post(board + "/types", {{"name", "Security"}});
  const std::string type = created["id"].dump();
  CHECK(listed().size() == 26);
  harness.patch(board + "/subtypes/13", Json::array({replace("addAllTypesFlag", true)}));
  CHECK(harness.get(board + "/subtypes/13")["typeAssociationIds"].size() == 5);
  harness.patch(board + "/items/11/associations/" + type, Json::array({replace("addAllSubTypesFlag", true)}));
  CHECK(listed() == kept());
  const std::vector<std::string> rows = listed();
  CHECK(std::find(rows.begin(), rows.end(), "Security Change Install") != rows.end());
  // A ticket may have it from now on.
  const Json ticket = {{"summary", "x"},
                       {"company", {{"id", 2}}},
                       {"board", {{"id", 2}}},
                       {"type", {{"name", "Security"}}},
                       {"subType", {{"name", "Change"}}},
                       {"item", {{"name", "Install"}}}};
  CHECK(harness.send("POST", "/service/tickets", ticket.dump()).status == 201);
  harness.patch(board + "/types/11", Json::array({replace("name", "Devices")}));
  CHECK(listed() == kept());
  harness.send("DELETE", board + "/subtypes/12");
  CHECK(listed() == kept());
  CHECK(harness.get(board + "/items/11/associations/12")["subTypeAssociationIds"] == Json::array({13}));
  harness.send("DELETE", board + "/types/14");
  CHECK(listed() == kept());
  CHECK(harness.send("GET", board + "/items/11/associations/14").status == 404);
  CHECK(harness.send("PATCH", board + "/subtypes/11", Json::array({replace("name", "Fault")}).dump()).status == 200);
  // Rows that stay keep their ids.
  const Json now = harness.get(board + "/typeSubTypeItemAssociations/101");
  CHECK(now["type"]["id"] == first["type"]["id"]);
  CHECK(now["subType"]["id"] == first["subType"]["id"]);
  CHECK(now["subType"]["name"] == "Fault");
  // Of another board nothing changed; a board without types has none.
  CHECK(harness.get("/service/boards/1/typeSubTypeItemAssociations/count")["count"] == 26);
  const Json empty =
      harness.post("/service/boards", {{"name", "New"}, {"location", {{"id", 1}}}, {"department", {{"id", 1}}}});
  CHECK(harness.get("/service/boards/" + empty["id"].dump() + "/typeSubTypeItemAssociations").empty());
}
