#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/engine/references.hpp"
#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr Seconds day = 86'400;

std::optional<Seconds> start_of(const Json& entry) { return parse_timestamp(text_at(entry, "timeStart")); }

// "2024-12-08 to 2024-12-14".
std::string days_of(const TimePeriod& period) {
  return to_timestamp(period.start).substr(0, 10) + " to " + to_timestamp(period.end).substr(0, 10);
}

}  // namespace

bool TimePeriod::covers(Seconds time) const { return time >= start && time < end + day; }

TimePeriod time_period_of(Seconds time) {
  const Seconds days = time >= 0 ? time / day : -((day - 1 - time) / day);
  // 1970-01-01 was a Thursday.
  const Seconds weekday = ((days + 4) % 7 + 7) % 7;
  TimePeriod period;
  period.start = (days - weekday) * day;
  period.end = period.start + 6 * day;
  const std::string year = to_timestamp(period.end).substr(0, 4);
  period.year = static_cast<int>(to_integer(year).value_or(0));
  const Seconds first = parse_timestamp(year + "-01-01T00:00:00Z").value_or(period.end);
  period.number = static_cast<int>((period.end - first) / (7 * day)) + 1;
  return period;
}

bool is_closed_sheet(std::string_view status) {
  constexpr std::array<std::string_view, 4> open = {"Open", "Rejected", "ErrorsCorrected", "RejectBySecondTier"};
  return std::find(open.begin(), open.end(), status) == open.end();
}

bool TimeSheets::covers(const Json& sheet, const Json& entry) {
  const auto time = start_of(entry);
  const auto start = parse_timestamp(text_at(sheet, "dateStart"));
  return time && start && reference_id(sheet, "member") == reference_id(entry, "member") &&
         time_period_of(*start).covers(*time);
}

Json TimeSheets::find(const Json& entry) {
  if (reference_id(entry, "member") == 0 || !start_of(entry)) return nullptr;
  const Collection& sheets = store_.open(list_);
  for (auto id = sheets.next(0); id; id = sheets.next(*id)) {
    Json sheet = store_.read(list_, *id);
    if (covers(sheet, entry)) return sheet;
  }
  return nullptr;
}

Json TimeSheets::open(const Json& entry, Seconds now, std::string_view member) {
  const auto time = start_of(entry);
  if (reference_id(entry, "member") == 0 || !time) return nullptr;
  Json sheet = find(entry);
  if (sheet.is_null()) {
    const TimePeriod period = time_period_of(*time);
    const std::string stamp = to_timestamp(now);
    sheet = {{"id", store_.next_id(list_)},
             {"member", entry["member"]},
             {"year", period.year},
             {"period", period.number},
             {"dateStart", to_timestamp(period.start)},
             {"dateEnd", to_timestamp(period.end)},
             {"status", "Open"},
             {"_info", {{"lastUpdated", stamp}, {"updatedBy", member}, {"dateEntered", stamp}, {"enteredBy", member}}}};
    store_.open(list_).put(id_at(sheet), to_text(sheet));
  }
  const std::string name = days_of(time_period_of(*time));
  return {{"id", id_at(sheet)},
          {"name", name},
          {"_info", {{"timeSheet_href", store_.url() + "/time/sheets/" + std::to_string(id_at(sheet))}}}};
}

std::string TimeSheets::refusal(const Json& entry) {
  const Json sheet = find(entry);
  if (sheet.is_null() || !is_closed_sheet(text_at(sheet, "status"))) return {};
  // The live system's words are not known (U).
  return "The time period " + days_of(time_period_of(start_of(entry).value_or(0))) + " is closed: time sheet " +
         std::to_string(id_at(sheet)) + " is " + text_at(sheet, "status") + ".";
}

}  // namespace leat::sandbox
