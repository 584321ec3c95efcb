#include "host/net/http_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace leat::host {

namespace {

using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return std::nullopt;
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What RFC 3986 allows unencoded in a path or a query.
bool is_target_char(char c) {
  return is_alpha(c) || is_digit(c) || std::string_view("-._~:/?@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

bool is_host_char(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }

Error bad_url(std::string_view why) { return {ErrorKind::invalid, fmt::format("URL: {}", why)}; }

std::optional<unsigned> month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin()) + 1;
}

std::vector<std::string_view> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t start = text.find_first_not_of(separators);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
    words.push_back(text.substr(start, end - start));
    text.remove_prefix(end);
  }
  return words;
}

struct DateWords {
  std::string_view day, month, year, time;
};

std::optional<seconds> to_seconds(const DateWords& words) {
  const auto day = parse_number<unsigned>(words.day);
  const auto month = month_number(words.month);
  auto year = parse_number<int>(words.year);
  const auto clock = words_of(words.time, ":");
  if (!day || !month || !year || clock.size() != 3) return std::nullopt;
  if (words.year.size() == 2) *year += *year < 70 ? 2000 : 1900;
  const auto hour = parse_number<int>(clock[0]);
  const auto minute = parse_number<int>(clock[1]);
  const auto second = parse_number<int>(clock[2]);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60 || *year > 9999) return std::nullopt;
  const auto date = std::chrono::year{*year} / std::chrono::month{*month} / std::chrono::day{*day};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         seconds(*second);
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

const Header* find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (same_ignoring_case(header.name, name)) return &header;
  }
  return nullptr;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return bad_url("it must start with http:// or https://");
  const std::string_view scheme = text.substr(0, scheme_end);
  url.tls = same_ignoring_case(scheme, "https");
  if (!url.tls && !same_ignoring_case(scheme, "http")) return bad_url("it must start with http:// or https://");

  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  std::string_view target = rest.substr(authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return bad_url("user name or password in it; give them as options of the client");
  }
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return bad_url("the IPv6 address has no closing ]");
    url.host = authority.substr(0, close + 1);
    authority.remove_prefix(close + 1);
    if (url.host.find_first_not_of("[]0123456789abcdefABCDEF:.") != std::string::npos || url.host.size() < 4) {
      return bad_url("there is no IPv6 address between [ and ]");
    }
    if (!authority.empty() && authority.front() != ':') return bad_url("after ] only a port may follow");
    has_port = !authority.empty();
    if (has_port) port = authority.substr(1);
  } else {
    const std::size_t colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon + 1);
    url.host = authority.substr(0, colon);
    if (url.host.empty()) return bad_url("the host is missing");
    if (!std::all_of(url.host.begin(), url.host.end(), is_host_char)) {
      return bad_url("the host may have letters, digits, '.', '-' and '_' only");
    }
  }
  url.port = url.tls ? 443 : 80;
  url.origin = fmt::format("{}://{}", url.tls ? "https" : "http", url.host);
  if (has_port) {
    const auto number = parse_number<std::uint16_t>(port);
    if (!number || *number == 0) return bad_url("the port must be 1 to 65535");
    if (*number != url.port) url.origin += fmt::format(":{}", *number);
    url.port = *number;
  }
  const auto bad = std::find_if_not(target.begin(), target.end(), is_target_char);
  if (bad != target.end()) {
    const auto byte = static_cast<unsigned char>(*bad);
    return bad_url(fmt::format("the byte {} at offset {} of path and query must be percent-encoded, %{:02X}",
                               byte > 0x20 && byte < 0x7f ? fmt::format("'{}'", *bad) : fmt::format("0x{:02x}", byte),
                               bad - target.begin(), byte));
  }
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::optional<seconds> parse_http_date(std::string_view text) {
  const auto words = words_of(text, " ,");
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (words.size() == 6 && words[5] == "GMT") return to_seconds({words[1], words[2], words[3], words[4]});
  // Sunday, 06-Nov-94 08:49:37 GMT
  if (words.size() == 4 && words[3] == "GMT") {
    const auto date = words_of(words[1], "-");
    if (date.size() == 3) return to_seconds({date[0], date[1], date[2], words[2]});
  }
  // Sun Nov  6 08:49:37 1994
  if (words.size() == 5) return to_seconds({words[2], words[1], words[4], words[3]});
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, std::chrono::milliseconds now) {
  using std::chrono::milliseconds;
  static constexpr milliseconds longest = std::chrono::hours(24);
  const std::string_view text = trimmed(value);
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_digit)) {
    const auto number = parse_number<std::uint32_t>(text);
    return number ? std::min<milliseconds>(seconds(*number), longest) : longest;
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  return std::clamp<milliseconds>(milliseconds(*date) - now, milliseconds(0), longest);
}

}  // namespace leat::host
