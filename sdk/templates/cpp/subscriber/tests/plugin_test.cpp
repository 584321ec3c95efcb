#include <leat/testing.hpp>

#include "expect.hpp"

namespace {

void it_counts_to_the_number_and_ends() {
  leat::testing::Host host;
  leat::testing::Subscriber count(host, "@NAME@", R"({"to": 3})");
  const auto all = count.read_all();
  EXPECT_EQUAL(all.size(), 3u);
  EXPECT_EQUAL(all.back(), R"({"number":3})");
}

void it_goes_on_behind_the_cursor() {
  leat::testing::Host host;
  leat::testing::Subscriber count(host, "@NAME@", R"({"to": 5})");
  EXPECT_EQUAL(static_cast<bool>(count.open()), true);
  const auto page = count.poll(2);
  EXPECT_EQUAL(page.cursor.value_or(""), "2");
  EXPECT_EQUAL(page.ended, false);
  EXPECT_EQUAL(count.read_all(*page.cursor).at(0), R"({"number":3})");
}

void a_cursor_that_is_no_number_is_refused() {
  leat::testing::Host host;
  leat::testing::Subscriber count(host, "@NAME@");
  const auto opened = count.open("x");
  EXPECT_EQUAL(opened ? "" : opened.error().message, "the cursor is no number; `leat cursor reset` begins anew");
}

}  // namespace

int main() {
  it_counts_to_the_number_and_ends();
  it_goes_on_behind_the_cursor();
  a_cursor_that_is_no_number_is_refused();
}
