#include "host/net/retry.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace leat::host;
using leat::ErrorKind;
using namespace std::chrono_literals;
using enum AttemptEnd;

namespace {

using Millis = std::chrono::milliseconds;
constexpr bool post = false;
constexpr bool get = true;

}  // namespace

TEST_CASE("what is sent again, and when") {
  const struct {
    AttemptEnd end;
    int status;
    std::optional<Millis> retry_after;
    bool repeatable;
    Next next;
  } rows[] = {
      {answered, 200, {}, get, Next::give},         {answered, 404, {}, get, Next::give},
      {answered, 500, {}, get, Next::give},         {answered, 501, {}, get, Next::give},
      {answered, 502, {}, get, Next::again},        {answered, 502, {}, post, Next::give},
      {answered, 503, {}, get, Next::again},        {answered, 503, {}, post, Next::give},
      {answered, 503, 2s, get, Next::after_pause},  {answered, 503, 2s, post, Next::after_pause},
      {answered, 504, {}, get, Next::again},        {answered, 504, {}, post, Next::give},
      {answered, 429, {}, get, Next::after_pause},  {answered, 429, {}, post, Next::after_pause},
      {answered, 429, 5s, post, Next::after_pause}, {not_sent, 0, {}, get, Next::again},
      {not_sent, 0, {}, post, Next::again},         {dropped, 0, {}, get, Next::again},
      {dropped, 0, {}, post, Next::give},           {timed_out, 0, {}, get, Next::give},
      {timed_out, 0, {}, post, Next::give},         {refused, 0, {}, get, Next::give},
      {untrusted, 0, {}, get, Next::give},          {untrusted, 0, {}, post, Next::give},
      {cancelled, 0, {}, get, Next::give},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.end));
    CAPTURE(row.status);
    CAPTURE(row.repeatable);
    Attempt attempt{row.end, row.status, row.retry_after, row.repeatable, 2, 2};
    CHECK(next_step(attempt) == row.next);
    attempt.tries = 3;
    CHECK(next_step(attempt) == Next::give);
  }
}

TEST_CASE("repeating does no harm to some methods") {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) CHECK(is_idempotent(method));
  for (const char* method : {"POST", "PATCH", "get", ""}) CHECK_FALSE(is_idempotent(method));
}

TEST_CASE("answers that ask everybody to pause") {
  CHECK(asked_pause(429, {}) == Millis(1s));
  CHECK(asked_pause(429, 0ms) == 0ms);
  CHECK(asked_pause(429, 7s) == Millis(7s));
  CHECK(asked_pause(429, 24h) == Millis(10min));
  CHECK(asked_pause(503, 7s) == Millis(7s));
  CHECK_FALSE(asked_pause(503, {}));
  CHECK_FALSE(asked_pause(200, 7s));
  CHECK_FALSE(asked_pause(502, 7s));
}

TEST_CASE("a call without answer says whether it may have been done") {
  const struct {
    AttemptEnd end;
    bool maybe_done;
    ErrorKind kind;
  } rows[] = {
      {not_sent, false, ErrorKind::unreachable}, {dropped, false, ErrorKind::unreachable},
      {dropped, true, ErrorKind::uncertain},     {timed_out, false, ErrorKind::unreachable},
      {timed_out, true, ErrorKind::uncertain},   {cancelled, false, ErrorKind::cancelled},
      {cancelled, true, ErrorKind::uncertain},   {refused, false, ErrorKind::invalid},
      {refused, true, ErrorKind::invalid},       {untrusted, false, ErrorKind::denied},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.end));
    CAPTURE(row.maybe_done);
    CHECK(kind_without_answer(row.end, row.maybe_done) == row.kind);
  }
}
