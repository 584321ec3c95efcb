#include "host/schedule/cron.hpp"

#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace leat::host {
namespace {

using namespace std::chrono;

struct Failure {
  std::size_t offset;
  std::string what;
};

Error to_error(const Failure& failure) {
  return {ErrorKind::invalid, "schedule: " + failure.what + " (at offset " + std::to_string(failure.offset) + ")", 0};
}

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  unsigned low, high;
  std::span<const std::string_view> names;  // of low, low + 1, ...
};

constexpr Field fields[5] = {{"minute", 0, 59, {}},
                             {"hour", 0, 23, {}},
                             {"day of month", 1, 31, {}},
                             {"month", 1, 12, month_names},
                             {"day of week", 0, 7, weekday_names}};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool same(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != name[i]) return false;
  }
  return true;
}

// Reads one field: item {"," item}; item = ("*" | value ["-" value]) ["/" step]. Throws Failure.
class FieldReader {
 public:
  FieldReader(const Field& field, std::string_view text, std::size_t offset)
      : field_(field), text_(text), offset_(offset) {}

  std::bitset<64> read() {
    do {
      item();
    } while (take(','));
    if (at_ < text_.size()) fail("expected ',' or a space instead of '" + std::string(1, text_[at_]) + "'");
    return set_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Failure{offset_ + at_, std::string(field_.name) + ": " + what};
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  unsigned number(std::string_view digits) const {
    unsigned value = 0;
    for (const char c : digits) value = c >= '0' && c <= '9' && value < 10'000 ? value * 10 + (c - '0') : 10'000;
    return value;
  }

  unsigned value() {
    const std::size_t begin = at_;
    const std::string_view text = word();
    for (std::size_t i = 0; i < field_.names.size(); ++i) {
      if (same(text, field_.names[i])) return field_.low + static_cast<unsigned>(i);
    }
    const unsigned value = number(text);
    if (!text.empty() && value >= field_.low && value <= field_.high) return value;
    at_ = begin;
    fail(text.empty() ? "expected '*' or a value"
                      : "'" + std::string(text) + "' is not within " + std::to_string(field_.low) + "-" +
                            std::to_string(field_.high));
  }

  void item() {
    unsigned first = field_.low;
    unsigned last = field_.high;
    bool open = true;  // goes to the end of the field when a step follows
    if (!take('*')) {
      const std::size_t begin = at_;
      first = value();
      open = !take('-');
      if (!open) last = value();
      if (!open && last < first) {
        at_ = begin;
        fail("the range ends before it begins");
      }
    }
    const bool star = at_ > 0 && text_[at_ - 1] == '*';
    unsigned step = 1;
    if (take('/')) {
      const std::size_t begin = at_;
      step = number(word());
      if (step == 0 || step > field_.high) {
        at_ = begin;
        fail("the step must be within 1-" + std::to_string(field_.high));
      }
    } else if (open && !star) {
      last = first;
    }
    for (unsigned value = first; value <= last; value += step) set_.set(value);
  }

  const Field& field_;
  std::string_view text_;
  std::size_t offset_;
  std::size_t at_ = 0;
  std::bitset<64> set_;
};

// "5m" -> milliseconds. Throws Failure.
Millis parse_every(std::string_view text, std::size_t offset) {
  std::size_t at = 0;
  std::int64_t count = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && count < 1'000'000) {
    count = count * 10 + (text[at++] - '0');
  }
  const std::string_view unit = text.substr(at);
  const Millis one = unit == "s"   ? Millis(1s)
                     : unit == "m" ? Millis(1min)
                     : unit == "h" ? Millis(1h)
                     : unit == "d" ? Millis(24h)
                                   : Millis(0);
  if (at == 0 || one.count() == 0) throw Failure{offset, "expected a time such as 30s, 5m, 2h or 1d after 'every'"};
  if (count == 0 || one * count > Millis(24h * 366)) throw Failure{offset, "the time must be within 1s and 366d"};
  return one * count;
}

struct Shorthand {
  std::string_view name, text;
};
constexpr Shorthand shorthands[] = {{"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
                                    {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
                                    {"@annually", "0 0 1 1 *"}};

struct Word {
  std::string_view text;
  std::size_t offset;
};

std::vector<Word> split(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t", begin), text.size());
    words.push_back({text.substr(begin, at - begin), begin});
  }
  return words;
}

// The longest time between two days of a schedule: 29 february over a century that is no leap year.
constexpr int days_max = 366 * 8 + 8;

}  // namespace

Result<Schedule> Schedule::parse(std::string_view text) {
  try {
    std::vector<Word> words = split(text);
    Schedule schedule;
    if (words.size() == 2 && words[0].text == "every") {
      schedule.every_ = parse_every(words[1].text, words[1].offset);
      return schedule;
    }
    if (words.size() == 1 && words[0].text.front() == '@') {
      for (const Shorthand& shorthand : shorthands) {
        if (words[0].text == shorthand.name) return parse(shorthand.text);
      }
      throw Failure{words[0].offset, "'" + std::string(words[0].text) +
                                         "' is unknown; there are @hourly, @daily, @weekly, @monthly and @yearly"};
    }
    if (words.size() != std::size(fields)) {
      throw Failure{
          words.size() > 5 ? words[5].offset : text.size(),
          "expected five fields (minute, hour, day of month, month, day of week), 'every 5m' or '@hourly'; found " +
              std::to_string(words.size()) + " of five"};
    }
    std::array<std::bitset<64>, 5> sets;
    for (std::size_t i = 0; i < sets.size(); ++i)
      sets[i] = FieldReader(fields[i], words[i].text, words[i].offset).read();
    if (sets[4].test(7)) sets[4].set(0);
    schedule.minutes_ = std::bitset<60>(sets[0].to_ullong());
    schedule.hours_ = std::bitset<24>(sets[1].to_ullong());
    schedule.days_ = std::bitset<32>(sets[2].to_ullong());
    schedule.months_ = std::bitset<13>(sets[3].to_ullong());
    schedule.weekdays_ = std::bitset<7>(sets[4].to_ullong() & 0x7f);
    schedule.any_day_ = words[2].text.front() == '*';
    schedule.any_weekday_ = words[4].text.front() == '*';
    auto day = sys_days(2000y / 1 / 1);  // a leap year, and every weekday comes soon enough after it
    for (int i = 0; i < days_max; ++i, day += days(1)) {
      if (schedule.on_day(day)) return schedule;
    }
    throw Failure{words[2].offset, "this day never comes"};
  } catch (const Failure& failure) {
    return to_error(failure);
  }
}

// "*/2" restricts, but a field that begins with '*' does not count for the either-or rule: crontab(5) of Debian's cron.
bool Schedule::on_day(year_month_day day) const {
  if (!months_.test(static_cast<unsigned>(day.month()))) return false;
  const bool in_month = days_.test(static_cast<unsigned>(day.day()));
  const bool in_week = weekdays_.test(weekday(sys_days(day)).c_encoding());
  return any_day_ || any_weekday_ ? in_month && in_week : in_month || in_week;
}

Millis Schedule::next(Millis after) const {
  if (every_.count() != 0) return (after / every_ + 1) * every_;
  const minutes start = floor<minutes>(after) + 1min;
  sys_days day = floor<days>(sys_time<minutes>(start));
  minutes within = start - day.time_since_epoch();
  for (int i = 0; i < days_max; ++i, day += days(1), within = 0min) {
    if (!on_day(day)) continue;
    for (; within < 24h; within += 1min) {
      const auto hour = static_cast<std::size_t>(within / 1h);
      if (hours_.test(hour) && minutes_.test(static_cast<std::size_t>(within.count() % 60))) {
        return day.time_since_epoch() + within;
      }
    }
  }
  return Millis::max();  // not reached: parse() has seen a day
}

}  // namespace leat::host
