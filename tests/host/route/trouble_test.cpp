#include "host/route/trouble.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "host/base/secrets.hpp"

namespace leat::host::test {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

struct Told {
  ManualClock clock{Millis{1'700'000'000'000}};
  Secrets secrets;
  Lines lines;
  Log log{secrets, Level::info, [this](Level level, std::string_view line) {
            lines.push_back((level == Level::warn ? "warn " : "info ") + std::string(line));
          }};
  Trouble trouble{log, clock, "route r"};

  std::size_t size() const { return lines.size(); }
};

}  // namespace

TEST_CASE("the first attempt that failed is told with its reason, the others are not, and then that it is over") {
  Told told;
  for (int i = 0; i < 500; ++i) told.trouble.met(ErrorKind::busy, "task " + std::to_string(i), "the disk is full");
  told.clock.advance(2500ms);
  told.trouble.over();
  told.trouble.over();
  CHECK(told.lines ==
        Lines{"warn route r: task 0 will be tried again: the disk is full; `leat tasks list` shows all that wait",
              "info route r: delivers again; 500 attempts failed in 2.5 s"});
}

TEST_CASE("each kind of failure is told once") {
  Told told;
  for (int i = 0; i < 3; ++i) {
    told.trouble.met(ErrorKind::busy, "task 1", "full");
    told.trouble.met(ErrorKind::unreachable, "task 2", "nobody there");
  }
  REQUIRE(told.size() == 2);
  CHECK(told.lines[0].find("full") != std::string::npos);
  CHECK(told.lines[1].find("nobody there") != std::string::npos);
}

TEST_CASE("a route without trouble says nothing") {
  Told told;
  told.trouble.over();
  CHECK(told.lines.empty());
}

TEST_CASE("what comes and goes is told at most once a minute, and what stays is told in the end") {
  Told told;
  for (int i = 0; i < 59; ++i) {
    told.trouble.met(ErrorKind::busy, "task 1", "now and then");
    told.trouble.over();
    told.clock.advance(1s);
  }
  CHECK(told.size() == 2);
  told.trouble.met(ErrorKind::busy, "task 2", "for good");
  CHECK(told.size() == 2);
  told.clock.advance(1s);
  told.trouble.met(ErrorKind::busy, "task 2", "for good");
  REQUIRE(told.size() == 3);
  CHECK(told.lines[2].find("for good") != std::string::npos);
}

}  // namespace leat::host::test
