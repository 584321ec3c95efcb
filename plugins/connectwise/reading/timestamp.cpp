#include "plugins/connectwise/reading/timestamp.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace leat::connectwise {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return {};
  int number = 0;
  const char* end = text.data() + at + count;
  const auto [read, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc{} || read != end || number < 0) return {};
  return number;
}

bool has(std::string_view text, std::size_t at, char c) { return at < text.size() && text[at] == c; }

std::optional<std::int64_t> seconds_of_day(std::string_view text) {
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  const auto second = digits(text, 6, 2);
  if (!hour || !minute || !second || !has(text, 2, ':') || !has(text, 5, ':')) return {};
  if (*hour > 23 || *minute > 59 || *second > 60) return {};
  std::string_view rest = text.substr(8);
  if (has(rest, 0, '.')) {
    const std::size_t end = rest.find_first_not_of("0123456789", 1);
    if (end == 1) return {};
    rest = end == rest.npos ? std::string_view() : rest.substr(end);
  }
  // The server writes no offsets; one would be a misunderstanding.
  if (!rest.empty() && rest != "Z") return {};
  return *hour * 3600LL + *minute * 60LL + *second;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || !has(text, 4, '-') || !has(text, 7, '-')) return {};
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  const std::int64_t midnight = sys_days(date).time_since_epoch().count() * 86400LL;
  if (text.size() == 10) return midnight;
  if (!has(text, 10, 'T') || text.size() < 19) return {};
  const auto time = seconds_of_day(text.substr(11));
  if (!time) return {};
  return midnight + *time;
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

std::string to_http_date(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm date{};
  gmtime_r(&time, &date);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  return {text.data(), size};
}

}  // namespace leat::connectwise
