#include "host/base/utf8.hpp"

#include <doctest/doctest.h>

#include <stop_token>
#include <string>

#include "host/base/call.hpp"

using namespace leat::host;
using namespace std::string_literals;

TEST_CASE("UTF-8 is told without padding") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("\0"s));
  CHECK(is_utf8("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  CHECK_FALSE(is_utf8("\xC3"));
  CHECK_FALSE(is_utf8("a\xED\xA0\x80"));
}

TEST_CASE("each byte that belongs to no character is replaced, what is one stays") {
  struct Row {
    std::string text;
    std::string repaired;
  };
  const Row rows[] = {
      {"", ""},
      {"plain\n\x1b", "plain\n\x1b"},
      {"caf\xC3\xA9", "caf\xC3\xA9"},
      {"caf\xE9", "caf\uFFFD"},
      {"\xFF\xFE.", "\uFFFD\uFFFD."},
      {"\xE2\x82", "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"\xF0\x9F\x98\x80\x80", "\xF0\x9F\x98\x80\uFFFD"},
  };
  for (const Row& row : rows) CHECK(repaired_utf8(row.text) == row.repaired);
}

TEST_CASE("a reason is cut at a character's border and says its size") {
  CHECK(as_reason(std::string(reason_max, 'x')) == std::string(reason_max, 'x'));
  const std::string end = "... (20,000,000 bytes)";
  const std::string longest = as_reason(std::string(20'000'000, 'x'));
  CHECK(longest == std::string(reason_max - end.size(), 'x') + end);
  CHECK(as_reason(longest) == longest);
  for (const std::string character : {"\u00E9", "\u20AC", "\U0001F600"}) {
    for (std::size_t before = 0; before < character.size(); ++before) {
      CAPTURE(character);
      CAPTURE(before);
      std::string text(before, 'x');
      while (text.size() <= reason_max) text += character;
      const std::string reason = as_reason(text);
      CHECK(is_utf8(reason));
      CHECK(reason.find("\uFFFD") == std::string::npos);
      const std::size_t kept = reason.find("...");
      CHECK(reason.size() <= reason_max);
      CHECK(reason.size() + character.size() > reason_max);
      CHECK(kept % character.size() == before % character.size());
    }
  }
  for (const std::size_t size : {std::size_t{2000}, reason_max, std::size_t{5000}}) {  // each byte becomes three
    const std::string reason = as_reason(std::string(size, '\xBF'));
    CHECK(reason.size() <= reason_max);
    CHECK(is_utf8(reason));
    CHECK(reason.ends_with(" bytes)"));
  }
}

TEST_CASE("what a component says of its failure is fit for logs, the store and JSON, whatever its bytes are") {
  const SystemClock clock;
  Call call(clock, std::stop_token(), "test");
  const auto said = [&](std::string_view text) {
    CHECK(ctx_api().fail(&call, LEAT_DENIED, 0, str(text)) == LEAT_DENIED);
    return call.failure(LEAT_DENIED).message;
  };
  CHECK(said("caf\xE9 is shut") == "caf\uFFFD is shut");
  CHECK(said(std::string(5000, 'x')).ends_with("xxx... (5,000 bytes)"));
  CHECK(said(call.last().message).ends_with("xxx... (5,000 bytes)"));  // an earlier call's, given on
  CHECK(said("two\nlines") == "two\nlines");
}
