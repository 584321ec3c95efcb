#include "plugins/connectwise/reading/page_size.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "connectwise/paging_line.hpp"

using namespace leat;
using namespace leat::connectwise;
using namespace leat::connectwise::test;

TEST_CASE("pages become smaller down to the server's own default, and go on at the same record") {
  Line numbered(ordered(1000));
  REQUIRE(numbered.answer(1000, numbered_link(2)));
  REQUIRE(numbered.make_smaller());
  CHECK(numbered.asked() == "pageSize=500 page=3");
  REQUIRE(numbered.make_smaller());
  REQUIRE(numbered.make_smaller());
  CHECK(numbered.asked() == "pageSize=125 page=9");
  REQUIRE(numbered.make_smaller());
  CHECK(numbered.asked() == "pageSize=25 page=41");
  CHECK_FALSE(numbered.make_smaller());
  CHECK(numbered.asked() == "pageSize=25 page=41");

  Line forward(pages_of(1000));
  REQUIRE(forward.answer(1000, forward_link(1000)));
  REQUIRE(forward.make_smaller());
  CHECK(forward.asked() == "forward-only pageSize=500 pageId=1000");
}

TEST_CASE("pages that came in time for a while are followed by larger ones, up to the size that is configured") {
  Line forward(pages_of(1000));
  REQUIRE(forward.answer(1000, forward_link(1000)));
  REQUIRE(forward.make_smaller());
  REQUIRE(forward.make_smaller());
  std::int64_t id = 1000;
  const auto full = [&](int pages) {
    for (int i = 0; i < pages; ++i) REQUIRE(forward.answer(forward.pages.front().size, forward_link(++id)));
  };
  full(PageSize::calm_first - 1);
  CHECK(forward.asked() == "forward-only pageSize=250 pageId=1019");
  full(1);
  CHECK(forward.asked() == "forward-only pageSize=500 pageId=1020");
  full(PageSize::calm_first);
  CHECK(forward.asked() == "forward-only pageSize=1000 pageId=1040");
  full(3 * PageSize::calm_first);
  CHECK(forward.asked() == "forward-only pageSize=1000 pageId=1100");
}

TEST_CASE("a server that is too slow for larger pages again is given twice as long before they are tried again") {
  PageSize size(1000);
  REQUIRE(size.make_smaller());
  int needed = PageSize::calm_first;
  for (int times = 0; times < 8; ++times) {
    for (int i = 0; i < needed; ++i) {
      CHECK_FALSE(size.may_grow());
      size.came(500);
      size.came(3);  // nearly empty pages say nothing
    }
    REQUIRE(size.may_grow());
    size.grow();
    CHECK(size.now() == 1000);
    REQUIRE(size.make_smaller());
    needed = std::min(2 * needed, PageSize::calm_longest);
  }
}

TEST_CASE("sizes are whole parts of the configured one, on the way down and up again") {
  for (const int configured : {1000, 999, 900, 250, 130, 100, 50, 49, 25, 1}) {
    CAPTURE(configured);
    PageSize size(configured);
    while (size.make_smaller()) CHECK(configured % size.now() == 0);
    int steps = 0;
    for (; size.now() < configured && steps < 100; ++steps) {
      const int before = size.now();
      size.grow();
      CHECK(size.now() % before == 0);
      CHECK(configured % size.now() == 0);
      CHECK(size.now() > before);
    }
    CHECK(size.now() == configured);
  }
}

TEST_CASE("numbered pages become larger where a larger one begins, when none is under way, and no record is missed") {
  for (const int in_flight : {1, 3, 4}) {
    CAPTURE(in_flight);
    constexpr int total = 50'000;
    Line line(ordered(1000, in_flight));
    REQUIRE(line.make_smaller());
    REQUIRE(line.make_smaller());
    int next = 0;  // the record that comes next
    int largest = 0;
    while (!line.paging.ended()) {
      const Page& page = line.pages.front();
      CHECK((page.number - 1) * page.size == next);
      const int records = std::min(page.size, total - next);
      next += records;
      largest = std::max(largest, page.size);
      REQUIRE(line.answer(records, next < total ? numbered_link(static_cast<int>(page.number) + 1) : last_link));
    }
    CHECK(next == total);
    CHECK(largest == 1000);
  }
}

TEST_CASE("pages by id that were planned before they became larger count as full at their own size") {
  Line line(pages_of(100, 4));
  REQUIRE(line.answer(100, forward_link(100), 100));
  REQUIRE(line.make_smaller());
  constexpr std::int64_t total = 20'000;
  std::int64_t id = 100;  // all up to it have come; each id has a record
  bool grown = false;
  while (!line.paging.ended()) {
    const Page& page = line.pages.front();
    grown = grown || page.size == 100;
    if (page.kind == Page::Kind::largest_id) {
      REQUIRE(line.answer(1, {}, total));
      continue;
    }
    CHECK(page.after == id);
    const std::int64_t last = std::min({total, page.up_to, page.after + page.size});
    const auto records = static_cast<std::size_t>(last - id);
    id = last;
    const bool forward = page.request.forward_only;
    REQUIRE(line.answer(records, forward ? forward_link(last) : std::string(), last));
  }
  CHECK(id == total);
  CHECK(grown);
}
