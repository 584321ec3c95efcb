#include "plugins/connectwise/timestamp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using namespace std::chrono;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a time from its front to its back.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : text_(text) {}

  bool number(std::size_t width, int& out) {
    if (text_.size() < width) return false;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + width, out);
    if (error != std::errc{} || end != text_.data() + width || !is_digit(text_[0])) return false;
    text_.remove_prefix(width);
    return true;
  }
  bool mark(std::string_view any) {
    if (text_.empty() || any.find(text_.front()) == any.npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool digits() {
    const std::size_t count = std::min(text_.find_first_not_of("0123456789"), text_.size());
    text_.remove_prefix(count);
    return count > 0;
  }
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  bool ends() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// "+02:00", "-0530", "Z" or nothing: seconds ahead of UTC.
std::optional<std::int64_t> take_offset(TimeText& text) {
  if (text.ends() || text.mark("Zz")) return 0;
  const bool behind = text.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!text.mark("+-") || !text.number(2, hours)) return {};
  static_cast<void>(text.mark(":"));
  if (!text.number(2, minutes) || hours > 14 || minutes > 59) return {};
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return behind ? -seconds : seconds;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view given) {
  TimeText text(trim(given));
  int y = 0;
  int m = 0;
  int d = 0;
  if (!text.number(4, y) || !text.mark("-") || !text.number(2, m) || !text.mark("-") || !text.number(2, d)) return {};
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return {};
  const std::int64_t midnight = duration_cast<seconds>(sys_days{date}.time_since_epoch()).count();
  if (text.ends()) return midnight;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!text.mark("Tt ") || !text.number(2, hour) || !text.mark(":") || !text.number(2, minute)) return {};
  if (text.mark(":")) {
    if (!text.number(2, second)) return {};
    if (text.mark(".") && !text.digits()) return {};
  }
  const auto offset = take_offset(text);
  if (!offset || !text.ends() || hour > 23 || minute > 59 || second > 60) return {};
  return midnight + hour * 3600 + minute * 60 + second - *offset;
}

std::string to_timestamp(std::int64_t all) {
  const sys_seconds time{seconds(all)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                 static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                                 static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  std::tm date{};
  const std::string copy(text);
  const char* rest = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (rest == nullptr || *rest != '\0') return {};
  return static_cast<std::int64_t>(timegm(&date));
}

}  // namespace leat::connectwise
