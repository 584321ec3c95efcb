// Time periods, and time sheets of which the oldest are closed.
#include <array>

#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"

namespace leat::sandbox {

namespace {

constexpr Seconds day = 86'400;
constexpr Seconds week = 7 * day;
constexpr Seconds first_period_end = 1'704'499'200;  // Saturday, 2024-01-06
constexpr Seconds days_to_deadline = 3;

void add_periods(Book& book) {
  Id first = 1;
  Seconds end = first_period_end;
  for (int year = time_period_of(end).year; year < 2028; ++year) {
    const Id setup = book.add("/time/timePeriodSetups", {{"periodApplyTo", "Both"},
                                                         {"year", year},
                                                         {"numberFuturePeriods", 0},
                                                         {"type", "Weekly"},
                                                         {"description", "Weeks of " + std::to_string(year)},
                                                         {"firstPeriodEndDate", to_timestamp(end).substr(0, 10)},
                                                         {"daysPastEndDate", days_to_deadline}});
    const std::string path = "/time/timePeriodSetups/" + std::to_string(setup) + "/periods";
    for (; time_period_of(end).year == year; end += week) {
      const TimePeriod period = time_period_of(end);
      // Ids are one sequence over all years.
      book.add(path,
               {{"timePeriodSetup", {{"id", setup}}},
                {"period", period.number},
                {"startDate", to_timestamp(period.start)},
                {"endDate", to_timestamp(period.end)},
                {"deadlineDate", to_timestamp(period.end + days_to_deadline * day)}},
               first);
    }
    first += book.count(path);
  }
}

// Five weeks of each member up to the first seeded time entries, which are in the last of them.
void add_sheets(Book& book) {
  constexpr std::array<const char*, 5> statuses = {"Billed", "ApprovedByTierOne", "PendingApproval", "Rejected",
                                                   "Open"};
  constexpr Id first_member = 2;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const TimePeriod period = time_period_of(seed_time - static_cast<Seconds>(statuses.size() - 1 - i) * week);
    for (Id member = first_member; member <= book.count("/system/members"); ++member) {
      book.add("/time/sheets", {{"member", book.refer("MemberReference", member)},
                                {"year", period.year},
                                {"period", period.number},
                                {"dateStart", to_timestamp(period.start)},
                                {"dateEnd", to_timestamp(period.end)},
                                {"status", statuses[i]},
                                {"deadline", to_timestamp(period.end + days_to_deadline * day)}});
    }
  }
}

}  // namespace

void seed_time_sheets(Book& book) {
  add_periods(book);
  add_sheets(book);
}

}  // namespace leat::sandbox
