// Time periods, and what a time sheet that is closed refuses.
#include <doctest/doctest.h>

#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

TEST_CASE("a submitted time sheet closes its period for the member's time entries until it is opened again") {
  Harness harness(few_tickets());
  const Json body = {
      {"timeStart", "2026-01-15T08:00:00Z"}, {"chargeToId", 5}, {"chargeToType", "ServiceTicket"}, {"notes", "n"}};
  const Json entry = harness.post("/time/entries", body);
  // The first entry of a week opens the sheet; the next one is on it.
  const std::string sheet = "/time/sheets/" + entry["timeSheet"]["id"].dump();
  CHECK(harness.post("/time/entries", body)["timeSheet"]["id"] == entry["timeSheet"]["id"]);
  CHECK(entry["timeSheet"]["name"] == "2026-01-11 to 2026-01-17");
  const Json opened = harness.get(sheet);
  CHECK(opened["status"] == "Open");
  CHECK(opened["year"] == 2026);
  CHECK(opened["period"] == 3);
  CHECK(opened["member"]["identifier"] == "sandboxApi");
  // As the list of periods has it.
  const Json period = harness.get("/time/timePeriodSetups/3/periods?conditions=period%3D3").at(0);
  CHECK(period["startDate"] == opened["dateStart"]);
  CHECK(period["endDate"] == opened["dateEnd"]);

  const std::string path = "/time/entries/" + entry["id"].dump();
  const std::string note = Json::array({replace("notes", "other")}).dump();
  for (const char* closing : {"submit", "approve"}) {
    CAPTURE(closing);
    CHECK(harness.post(sheet + "/" + closing, {{"approvalType", "Tier1Update"}})["success"] == true);
    CHECK(harness.get(path)["status"] == harness.get(sheet)["status"]);
    for (const Response& refused : {harness.send("POST", "/time/entries", body.dump()),
                                    harness.send("PATCH", path, note), harness.send("DELETE", path)}) {
      CHECK(refused.status == 400);
      const Json error = Json::parse(refused.body);
      CHECK(error["code"] == "InvalidObject");
      CHECK(error["message"] == "timeEntry object is invalid");
      const std::string words = error["errors"][0]["message"];
      CHECK(words.starts_with("The time period 2026-01-11 to 2026-01-17 is closed: time sheet "));
      CHECK(error["errors"][0]["field"] == "timeStart");
    }
  }
  harness.post(sheet + "/reverse", Json::object());
  CHECK(harness.send("PATCH", path, note).status == 200);
  CHECK(harness.send("DELETE", path).status == 204);
}

TEST_CASE("weeks of the time periods go from Sunday to Saturday and belong to the year of the Saturday") {
  struct Row {
    const char* time;
    const char* start;
    const char* end;
    int year;
    int number;
  };
  const Row rows[] = {
      {"2024-12-28T23:59:59Z", "2024-12-22T00:00:00Z", "2024-12-28T00:00:00Z", 2024, 52},
      {"2024-12-29T00:00:00Z", "2024-12-29T00:00:00Z", "2025-01-04T00:00:00Z", 2025, 1},
      {"2025-01-05T00:00:00Z", "2025-01-05T00:00:00Z", "2025-01-11T00:00:00Z", 2025, 2},
      {"2026-02-03T10:11:12Z", "2026-02-01T00:00:00Z", "2026-02-07T00:00:00Z", 2026, 6},
      {"1969-12-31T12:00:00Z", "1969-12-28T00:00:00Z", "1970-01-03T00:00:00Z", 1970, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.time);
    const TimePeriod period = time_period_of(parse_timestamp(row.time).value());
    CHECK(to_timestamp(period.start) == row.start);
    CHECK(to_timestamp(period.end) == row.end);
    CHECK(period.year == row.year);
    CHECK(period.number == row.number);
  }
  // The seeded setups have every week once.
  Harness harness(few_tickets());
  CHECK(harness.get("/time/timePeriodSetups/1/periods/count")["count"] == 52);
  CHECK(harness.get("/time/timePeriodSetups/2/periods?pageSize=1").at(0)["startDate"] == "2024-12-29T00:00:00Z");
}
