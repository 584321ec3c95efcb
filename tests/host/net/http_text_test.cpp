#include "host/net/http_text.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace leat::host;
using namespace std::chrono_literals;

namespace {

using Millis = std::chrono::milliseconds;
constexpr Millis kNow = 784'111'777s;  // Sun, 06 Nov 1994 08:49:37 GMT

}  // namespace

TEST_CASE("an HTTP date comes in three formats") {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    CAPTURE(text);
    CHECK(parse_http_date(text) == std::optional(784'111'777s));
  }
  CHECK(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT") == std::optional(1'709'164'800s));
  for (const char* text :
       {"", "GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT", "06 11 1994 08:49:37 GMT x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("Retry-After is seconds or a date, and a day at most") {
  const struct {
    const char* value;
    std::optional<Millis> expected;
  } rows[] = {
      {"0", 0ms},
      {"120", 120s},
      {"  7 ", 7s},
      {"86400", 24h},
      {"86401", 24h},
      {"99999999999999999999", 24h},
      {"Sun, 06 Nov 1994 08:49:40 GMT", 3s},
      {"Sun, 06 Nov 1994 08:49:00 GMT", 0ms},
      {"Sun, 06 Nov 2094 08:49:37 GMT", 24h},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"1.5", std::nullopt},
      {"soon", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(parse_retry_after(row.value, kNow) == row.expected);
  }
}

TEST_CASE("a URL is taken apart") {
  const struct {
    const char* text;
    bool tls;
    const char* host;
    int port;
    const char* origin;
    const char* target;
  } rows[] = {
      {"http://example.org", false, "example.org", 80, "http://example.org", "/"},
      {"https://example.org/a/b?c=d%20e", true, "example.org", 443, "https://example.org", "/a/b?c=d%20e"},
      {"HTTPS://example.org:443/", true, "example.org", 443, "https://example.org", "/"},
      {"http://127.0.0.1:8080?x=1", false, "127.0.0.1", 8080, "http://127.0.0.1:8080", "/?x=1"},
      {"http://[::1]:81/x", false, "[::1]", 81, "http://[::1]:81", "/x"},
      {"http://h/x#part", false, "h", 80, "http://h", "/x"},
      {"http://h/a?u=http://i:1/@", false, "h", 80, "http://h", "/a?u=http://i:1/@"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(url);
    CHECK(url->tls == row.tls);
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->origin == row.origin);
    CHECK(url->target == row.target);
  }
}

TEST_CASE("a URL that cannot be sent says why") {
  const struct {
    std::string text;
    const char* why;
  } rows[] = {
      {"", "start with http"},
      {"/path", "start with http"},
      {"ftp://h/", "start with http"},
      {"http:///x", "host is missing"},
      {"http://a b/", "host may have"},
      {"http://h\r\nX: y/", "host may have"},
      {"http://user:secret@h/", "user name or password"},
      {"http://h:0/", "port must be"},
      {"http://h:65536/", "port must be"},
      {"http://h:x/", "port must be"},
      {"http://h:/", "port must be"},
      {"http://[::1/", "closing ]"},
      {"http://h/a b", "0x20 at offset 2"},
      {"http://h/a\r\nX: y", "0x0d at offset 2"},
      {std::string("http://h/\0", 10), "0x00 at offset 1"},
      {"http://h/?q=\"x\"", "'\"' at offset 4 of path and query must be percent-encoded, %22"},
      {"http://h/?d=[x]", "%5B"},
      {"http://h/\xc3\xa4", "%C3"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    REQUIRE_FALSE(url);
    CHECK(url.error().kind == leat::ErrorKind::invalid);
    CHECK(url.error().message.find(row.why) != std::string::npos);
    CHECK(url.error().message.find("secret") == std::string::npos);
  }
}

TEST_CASE("header names and values that could end a line are seen") {
  CHECK(is_token("X-Request-Id"));
  for (const char* name : {"", "a b", "a:", "a\r\n", "\xc3\xa4"}) CHECK_FALSE(is_token(name));
  CHECK(is_field_value("text, \xc3\xa4 and a\ttab"));
  CHECK(is_field_value(""));
  CHECK_FALSE(is_field_value("a\r\nb"));
  CHECK_FALSE(is_field_value("a\nb"));
  CHECK_FALSE(is_field_value(std::string_view("a\0b", 3)));
}
