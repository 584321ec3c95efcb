// Time sheets: what a member worked in a week, and whether more may be entered there.
// Threads  as the store.
// Units    seconds since 1970, UTC.
// Source   "needs an open time period": clients L. Statuses and members: document C. That a sheet covers a week from Sunday
//          to Saturday, is made with its first entry, and is open again when rejected or reversed: U.
#pragma once

#include <optional>

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/engine/store.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

// The time period of a point in time.
struct TimePeriod {
  Seconds start = 0;  // of Sunday
  Seconds end = 0;    // of Saturday
  int year = 0;       // of Saturday
  int number = 0;     // in that year, from 1

  bool covers(Seconds time) const;
};
TimePeriod time_period_of(Seconds time);

// "PendingApproval" and everything that follows it.
bool is_closed_sheet(std::string_view status);

class TimeSheets {
 public:
  explicit TimeSheets(Store& store) : store_(store), list_(store.place("/time/sheets", {})) {}

  // The sheet of a time entry; null: the entry has no member or no date, or the sheet was not made yet.
  Json find(const Json& entry);
  // A reference to the entry's sheet, which is made when it is not there; null as above. One writer at a time.
  Json open(const Json& entry, Seconds now, std::string_view member);
  // Why the entry may not be written where it is; empty: it may.
  std::string refusal(const Json& entry);
  // Whether the entry belongs to the sheet.
  static bool covers(const Json& sheet, const Json& entry);

 private:
  Store& store_;
  ListPlace list_;
};

}  // namespace leat::sandbox
