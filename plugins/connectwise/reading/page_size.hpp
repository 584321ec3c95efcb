// How many records a request asks for: fewer after a server was too slow for them, and slowly more again, up to what is
// configured. Sizes are whole parts of the configured one, so that numbered pages of two of them begin at the same records.
// Threads  one user at a time; pure.
#pragma once

#include <algorithm>

namespace leat::connectwise {

class PageSize {
 public:
  static constexpr int floor = 25;          // the server's own default: smaller ones were not seen to help
  static constexpr int calm_first = 20;     // pages in a row that came in time, before larger ones are tried
  static constexpr int calm_longest = 640;  // the same for a server that was too slow for them again and again

  explicit PageSize(int configured) : configured_(configured), now_(configured) {}

  int now() const { return now_; }
  // A stored one; false: it is no part of the configured one, nothing changes.
  bool resume(int size) {
    if (size < 1 || configured_ % size != 0) return false;
    now_ = size;
    return true;
  }
  // The one that follows now(): the next larger part, now() itself when it is the configured one.
  int larger() const {
    for (int times = 2; times * now_ <= configured_; ++times) {
      if (configured_ % (times * now_) == 0) return times * now_;
    }
    return now_;
  }

  // The server was too slow. False: it cannot get smaller.
  bool make_smaller() {
    int size = now_ / 2;
    while (size >= floor && now_ % size != 0) --size;
    if (size < floor) return false;
    // It was too slow before: larger ones are tried later than that time.
    if (grown_) calm_needed_ = std::min(calm_needed_ * 2, calm_longest);
    grown_ = false;
    now_ = size;
    calm_ = 0;
    return true;
  }
  // A page with so many records came in time. Nearly empty ones say nothing.
  void came(std::size_t records) {
    if (now_ < configured_ && records * 2 >= static_cast<std::size_t>(now_)) ++calm_;
  }
  bool may_grow() const { return now_ < configured_ && calm_ >= calm_needed_; }
  void grow() {
    now_ = larger();
    grown_ = true;
    calm_ = 0;
  }

 private:
  int configured_;
  int now_;
  int calm_ = 0;
  int calm_needed_ = calm_first;
  bool grown_ = false;
};

}  // namespace leat::connectwise
