// When an incoming runs: text -> the next instant. Pure; all times are UTC, where no hour is missing or comes twice.
//   "*/5 * * * *"  minute hour day-of-month month day-of-week; lists, ranges, steps, names (jan, mon), 7 = sunday; when
//   both
//                  days are restricted either one is enough, as in crontab(5)
//   "every 5m"     each multiple of that time since 1970: 30s, 5m, 2h, 1d
//   "@hourly"      @daily (@midnight), @weekly, @monthly, @yearly (@annually)
#pragma once

#include <bitset>
#include <chrono>
#include <string_view>

#include "host/base/clock.hpp"
#include "leat/result.hpp"

namespace leat::host {

class Schedule {
 public:
  // invalid: what is wrong, with the offset in the text; also for a date that never comes (30 february).
  static Result<Schedule> parse(std::string_view text);

  // The first instant later than `after`.
  Millis next(Millis after) const;

 private:
  bool on_day(std::chrono::year_month_day day) const;

  Millis every_{0};  // not 0: the rest does not count
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;  // 0 = sunday
  bool any_day_ = true;      // day-of-month is "*"
  bool any_weekday_ = true;
};

}  // namespace leat::host
