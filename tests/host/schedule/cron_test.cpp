#include "host/schedule/cron.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

namespace leat::host {
namespace {

using namespace std::chrono;

// "2024-02-29 23:59" -> UTC.
Millis at(const char* text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0;
  REQUIRE(std::sscanf(text, "%d-%d-%d %d:%d", &y, &mo, &d, &h, &mi) == 5);
  const sys_days day = year(y) / mo / d;
  return day.time_since_epoch() + hours(h) + minutes(mi);
}

}  // namespace

TEST_CASE("a schedule says when it comes next") {
  struct Row {
    const char* schedule;
    const char* after;
    const char* next;
  };
  const Row rows[] = {
      {"* * * * *", "2024-01-01 00:00", "2024-01-01 00:01"},
      {"*/5 * * * *", "2024-01-01 00:00", "2024-01-01 00:05"},
      {"*/5 * * * *", "2024-01-01 00:57", "2024-01-01 01:00"},
      {"*/40 * * * *", "2024-01-01 00:40", "2024-01-01 01:00"},
      {"15 * * * *", "2024-01-01 23:15", "2024-01-02 00:15"},
      {"0 0 * * *", "2024-12-31 00:00", "2025-01-01 00:00"},
      {"30 8-17/3 * * *", "2024-01-01 11:30", "2024-01-01 14:30"},
      {"30 8-17/3 * * *", "2024-01-01 17:30", "2024-01-02 08:30"},
      {"0 20/2 * * *", "2024-01-01 20:00", "2024-01-01 22:00"},
      {"0 9 1,15 * *", "2024-01-01 09:00", "2024-01-15 09:00"},
      {"0 0 31 * *", "2024-01-31 00:00", "2024-03-31 00:00"},
      {"0 0 30 * *", "2024-01-30 00:00", "2024-03-30 00:00"},
      {"0 0 29 2 *", "2024-02-29 00:00", "2028-02-29 00:00"},
      {"0 0 29 2 *", "2096-02-29 00:00", "2104-02-29 00:00"},
      {"59 23 28 feb *", "2023-02-28 23:58", "2023-02-28 23:59"},
      {"0 0 1 JAN,Jul *", "2024-01-01 00:00", "2024-07-01 00:00"},
      {"0 7 * * mon-fri", "2024-03-01 07:00", "2024-03-04 07:00"},
      {"0 7 * * 7", "2024-03-01 07:00", "2024-03-03 07:00"},
      {"0 7 * * 0", "2024-03-01 07:00", "2024-03-03 07:00"},
      {"0 7 * * fri-7", "2024-03-01 07:00", "2024-03-02 07:00"},
      {"0 0 13 * fri", "2024-03-01 00:00", "2024-03-08 00:00"},  // either day
      {"0 0 13 * fri", "2024-03-08 00:00", "2024-03-13 00:00"},
      {"0 0 */10 * fri", "2024-03-01 00:00", "2024-05-31 00:00"},  // begins with '*': both
      {"  0   0\t1 1 *  ", "2024-06-01 00:00", "2025-01-01 00:00"},
      {"@hourly", "2024-01-01 00:00", "2024-01-01 01:00"},
      {"@daily", "2024-01-01 12:00", "2024-01-02 00:00"},
      {"@midnight", "2024-01-01 12:00", "2024-01-02 00:00"},
      {"@weekly", "2024-03-01 00:00", "2024-03-03 00:00"},
      {"@monthly", "2024-02-01 00:00", "2024-03-01 00:00"},
      {"@yearly", "2024-02-01 00:00", "2025-01-01 00:00"},
      {"@annually", "2024-02-01 00:00", "2025-01-01 00:00"},
      {"every 5m", "2024-01-01 00:00", "2024-01-01 00:05"},
      {"every 5m", "2024-01-01 00:03", "2024-01-01 00:05"},
      {"every 2h", "2024-01-01 23:59", "2024-01-02 00:00"},
      {"every 1d", "2024-01-01 00:01", "2024-01-02 00:00"},
      {"every 120s", "2024-01-01 00:01", "2024-01-01 00:02"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.schedule);
    CAPTURE(row.after);
    const auto schedule = Schedule::parse(row.schedule);
    REQUIRE(schedule);
    CHECK(schedule->next(at(row.after)).count() == at(row.next).count());
  }
}

TEST_CASE("the next instant is later, also within a minute and before 1970") {
  const auto schedule = Schedule::parse("* * * * *").value();
  CHECK(schedule.next(59'999ms) == 60s);
  CHECK(schedule.next(60'000ms) == 120s);
  CHECK(schedule.next(-30s) == 0s);
}

TEST_CASE("a wrong schedule is refused with its place and what was expected") {
  struct Row {
    const char* schedule;
    const char* message;
  };
  const Row rows[] = {
      {"",
       "schedule: expected five fields (minute, hour, day of month, month, day of week), 'every 5m' or '@hourly'; "
       "found "
       "0 of five (at offset 0)"},
      {"* * * *", "found 4 of five (at offset 7)"},
      {"* * * * * *", "found 6 of five (at offset 10)"},
      {"60 * * * *", "minute: '60' is not within 0-59 (at offset 0)"},
      {"* 24 * * *", "hour: '24' is not within 0-23 (at offset 2)"},
      {"* * 0 * *", "day of month: '0' is not within 1-31 (at offset 4)"},
      {"* * * foo *", "month: 'foo' is not within 1-12 (at offset 6)"},
      {"* * * * 8", "day of week: '8' is not within 0-7 (at offset 8)"},
      {"1- * * * *", "minute: expected '*' or a value (at offset 2)"},
      {"1,,2 * * * *", "minute: expected '*' or a value (at offset 2)"},
      {"9-5 * * * *", "minute: the range ends before it begins (at offset 0)"},
      {"*/0 * * * *", "minute: the step must be within 1-59 (at offset 2)"},
      {"*/x * * * *", "minute: the step must be within 1-59 (at offset 2)"},
      {"1x2 * * * *", "minute: '1x2' is not within 0-59 (at offset 0)"},
      {"5? * * * *", "minute: expected ',' or a space instead of '?' (at offset 1)"},
      {"99999999999 * * * *", "is not within 0-59"},
      {"0 0 30 2 *", "this day never comes (at offset 4)"},
      {"@often", "'@often' is unknown"},
      {"every", "found 1 of five"},
      {"every 5", "expected a time such as"},
      {"every 5x", "expected a time such as"},
      {"every 0m", "within 1s and 366d"},
      {"every 99999999d", "expected a time such as"},
      {"every 999999d", "within 1s and 366d"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.schedule);
    const auto schedule = Schedule::parse(row.schedule);
    REQUIRE_FALSE(schedule);
    CHECK(schedule.error().kind == ErrorKind::invalid);
    const std::string message = schedule.error().message;
    CAPTURE(message);
    CHECK(message.find(row.message) != std::string::npos);
  }
}

}  // namespace leat::host
