#include "plugins/connectwise/sandbox/timestamp.hpp"

#include <array>

namespace leat::sandbox {

namespace {

constexpr Seconds seconds_per_day = 86'400;

// Days since 1970-01-01 of a Gregorian date and back: whole 400-year eras of 146,097 days, years beginning in March.
Seconds days_from_date(int year, int month, int day) {
  const Seconds shifted = year - (month <= 2 ? 1 : 0);
  const Seconds era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const Seconds year_of_era = shifted - era * 400;
  const Seconds day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

struct Date {
  int year;
  int month;
  int day;
};

Date date_from_days(Seconds days) {
  days += 719'468;
  const Seconds era = (days >= 0 ? days : days - 146'096) / 146'097;
  const Seconds day_of_era = days - era * 146'097;
  const Seconds year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const Seconds day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const Seconds month_index = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  return {year, month, static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1)};
}

// Reads text from left to right against fixed shapes.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool digits(int count, int& value) {
    value = 0;
    if (text_.size() < static_cast<std::size_t>(count)) return false;
    for (int i = 0; i < count; ++i) {
      const char c = text_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(count));
    return true;
  }
  bool mark(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

bool read_clock(Cursor& in, int& hour, int& minute, int& second) {
  if (!in.digits(2, hour) || !in.mark(':') || !in.digits(2, minute)) return false;
  if (in.mark(':')) {
    if (!in.digits(2, second)) return false;
    if (in.mark('.')) {
      int digit = 0;
      if (!in.digits(1, digit)) return false;
      while (in.digits(1, digit)) continue;
    }
  }
  return hour < 24 && minute < 60 && second < 60;
}

bool read_zone(Cursor& in) {
  if (in.at_end() || in.mark('Z') || in.mark('z')) return in.at_end();
  int hour = 0;
  int minute = 0;
  return (in.mark('+') || in.mark('-')) && in.digits(2, hour) && (in.mark(':') || true) && in.digits(2, minute) &&
         in.at_end();
}

}  // namespace

std::optional<Seconds> parse_timestamp(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  Cursor in(text);
  if (text.size() == 10 && text[2] == '/') {
    if (!in.digits(2, month) || !in.mark('/') || !in.digits(2, day) || !in.mark('/') || !in.digits(4, year)) return {};
  } else {
    if (!in.digits(4, year) || !in.mark('-') || !in.digits(2, month) || !in.mark('-') || !in.digits(2, day)) return {};
    if (!in.at_end()) {
      if (!in.mark('T') && !in.mark('t') && !in.mark(' ')) return {};
      if (!read_clock(in, hour, minute, second) || !read_zone(in)) return {};
    }
  }
  constexpr std::array<int, 12> month_days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > month_days[static_cast<std::size_t>(month - 1)]) return {};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2 && day == 29 && !leap) return {};
  return days_from_date(year, month, day) * seconds_per_day + hour * 3600 + minute * 60 + second;
}

void append_timestamp(std::string& out, Seconds time) {
  Seconds days = time / seconds_per_day;
  Seconds rest = time % seconds_per_day;
  if (rest < 0) {
    rest += seconds_per_day;
    --days;
  }
  const Date date = date_from_days(days);
  std::array<char, 20> text{};
  std::size_t at = 0;
  const auto put = [&](Seconds value, std::size_t width, char end) {
    for (std::size_t i = width; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
    at += width;
    text[at++] = end;
  };
  put(date.year, 4, '-');
  put(date.month, 2, '-');
  put(date.day, 2, 'T');
  put(rest / 3600, 2, ':');
  put(rest / 60 % 60, 2, ':');
  put(rest % 60, 2, 'Z');
  out.append(text.data(), text.size());
}

std::string to_timestamp(Seconds time) {
  std::string text;
  append_timestamp(text, time);
  return text;
}

}  // namespace leat::sandbox
