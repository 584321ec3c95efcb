#include "host/net/gzip.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "gzip_maker.hpp"

using leat::host::gunzip;
using leat::host::test::gzipped;

namespace {

leat::Result<std::string> unpacked(std::string_view data, std::size_t size_max = 1 << 20) {
  const auto out = gunzip({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()}, size_max);
  if (!out) return out.error();
  return std::string(reinterpret_cast<const char*>(out->data()), out->size());
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919);
  return text;
}

}  // namespace

TEST_CASE("what was compressed comes back, all members of it") {
  const std::string text = long_text();
  CHECK(*unpacked(gzipped(text)) == text);
  CHECK(*unpacked(gzipped("")) == "");
  CHECK(*unpacked(gzipped("one, ") + gzipped(text) + gzipped("") + gzipped(" three")) == "one, " + text + " three");
  CHECK(*unpacked(gzipped("padded") + std::string(512, '\0')) == "padded");
}

TEST_CASE("the ceiling is exact, for one member and for many") {
  const std::string text = long_text();
  const std::string two = gzipped(text) + gzipped(text);
  CHECK(*unpacked(gzipped(text), text.size()) == text);
  CHECK_FALSE(unpacked(gzipped(text), text.size() - 1));
  CHECK(unpacked(two, 2 * text.size()));
  const auto refused = unpacked(two, 2 * text.size() - 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == leat::ErrorKind::invalid);
  CHECK(refused.error().message.find("larger than") != std::string::npos);
}

TEST_CASE("damage is seen") {
  const std::string good = gzipped(long_text());
  std::string wrong_sum = good;
  wrong_sum[wrong_sum.size() - 6] = static_cast<char>(wrong_sum[wrong_sum.size() - 6] ^ 1);
  const std::string cases[] = {
      "",       "not gzip at all", good.substr(0, good.size() / 2), good.substr(0, good.size() - 1), good + "rubbish",
      wrong_sum};
  for (const std::string& data : cases) {
    CAPTURE(data.size());
    const auto out = unpacked(data);
    REQUIRE_FALSE(out);
    CHECK(out.error().kind == leat::ErrorKind::invalid);
  }
}

TEST_CASE("a lie about the length costs nothing") {
  std::string lie = gzipped("small");
  for (std::size_t i = lie.size() - 4; i < lie.size(); ++i) lie[i] = '\xff';
  CHECK_FALSE(unpacked(lie, std::size_t{1} << 40));
}
