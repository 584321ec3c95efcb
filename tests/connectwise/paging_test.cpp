#include "plugins/connectwise/reading/paging.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <string>
#include <vector>

using namespace leat;
using namespace leat::connectwise;
using Step = Paging::Step;

namespace {

// The next page's URL as the server writes it: other host, other encoding, our conditions lost or not.
const std::string host = "https://na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets/";

std::string forward_link(std::int64_t id) {
  return "<" + host + "?conditions=a+%3e+1&pageSize=2&pageId=" + std::to_string(id) + ">; rel=\"next\"";
}

std::string numbered_link(int next) {
  return "<" + host + "?page=1&pageSize=2>; rel=\"first\", <" + host + "?pageSize=2&page=" + std::to_string(next) +
         ">; rel=\"next\", <" + host + "?pageSize=2&page=9>; rel=\"last\"";
}

const std::string last_link =
    "<" + host + "?page=1&pageSize=2>; rel=\"prev\", <" + host + "?page=1&pageSize=2>; rel=\"first\"";

// What is asked for next, as text: "forward-only pageSize=2&pageId=7", with the condition and order of by-id pages.
std::string text_of(const Page& page) {
  const PageRequest& request = page.request;
  std::string text = request.forward_only ? "forward-only" : "";
  for (const auto& [name, value] : request.query) text += (text.empty() ? "" : " ") + name + "=" + value;
  if (!request.condition.empty()) text += " [" + request.condition + "]";
  if (!request.order.empty()) text += " by " + request.order;
  return text;
}

// A Paging whose pages are planned as far as they can be, and answered in their order.
class Line {
 public:
  explicit Line(const PagingSetup& setup, std::string_view cursor = {}) : paging(setup, cursor) { plan(); }

  std::string asked() const {
    std::string text;
    for (const Page& page : pages) text += (text.empty() ? "" : ", ") + text_of(page);
    return text;
  }
  Result<Step> answer(std::size_t records, std::optional<std::string_view> link,
                      std::optional<std::int64_t> last_id = {}) {
    const Page page = pages.front();
    pages.pop_front();
    auto step = paging.take(page, {records, link, ++print_, last_id});
    if (step && *step == Step::again) pages.clear();
    plan();
    return step;
  }
  bool refuse() {
    const bool otherwise = paging.refused(pages.front());
    if (otherwise) pages.clear();
    plan();
    return otherwise;
  }
  bool make_smaller() {
    const bool smaller = paging.make_smaller();
    if (smaller) pages.clear();
    plan();
    return smaller;
  }

  Paging paging;
  std::deque<Page> pages;

 private:
  void plan() {
    while (auto page = paging.plan()) {
      if (page->first_in_line) {
        pages.push_front(std::move(*page));
      } else {
        pages.push_back(std::move(*page));
      }
    }
  }
  std::uint64_t print_ = 0;
};

PagingSetup pages_of(int size, int in_flight = 1) {
  PagingSetup setup;
  setup.page_size = PageSize(size);
  setup.in_flight = in_flight;
  return setup;
}

PagingSetup ordered(int size, int in_flight = 1) {
  PagingSetup setup = pages_of(size, in_flight);
  setup.has_order = true;
  return setup;
}

}  // namespace

TEST_CASE("a list with ids is read forward-only, until the Link is empty") {
  Line line(pages_of(2));
  CHECK(line.asked() == "forward-only pageSize=2");
  REQUIRE(*line.answer(2, forward_link(7)) == Step::keep);
  CHECK(line.asked() == "forward-only pageSize=2 pageId=7");
  REQUIRE(*line.answer(2, forward_link(9)) == Step::keep);
  CHECK_FALSE(line.paging.ended());
  REQUIRE(*line.answer(0, "") == Step::keep);
  CHECK(line.paging.ended());
  CHECK(line.asked().empty());
}

TEST_CASE("a short page with a next Link is not the end: some servers cut pages shorter") {
  Line line(pages_of(2));
  REQUIRE(*line.answer(1, forward_link(7)) == Step::keep);
  CHECK_FALSE(line.paging.ended());
  REQUIRE(*line.answer(0, forward_link(7)) == Step::keep);
  CHECK(line.paging.ended());
}

TEST_CASE("a first page without any Link is the end when it is short; a full one is asked for again by id") {
  Line small(pages_of(2));
  REQUIRE(*small.answer(1, std::nullopt) == Step::keep);
  CHECK(small.paging.ended());

  for (const auto& link : {std::optional<std::string>(), std::optional<std::string>(numbered_link(2))}) {
    Line full(pages_of(2));
    CHECK(full.paging.may_ask_again(full.pages.front(), {2, link, 1, 7}));
    REQUIRE(*full.answer(2, link) == Step::again);
    CHECK(full.paging.mode() == PagingMode::keyset);
    CHECK(full.asked() == "pageSize=2 by id");
    REQUIRE(*full.answer(2, std::nullopt, 8) == Step::keep);
    CHECK(full.asked() == "pageSize=2 [id > 8] by id");
    REQUIRE(*full.answer(1, std::nullopt, 9) == Step::keep);
    CHECK(full.paging.ended());
  }
}

TEST_CASE("a full page without a Link in the middle of a forward-only list is followed by id") {
  Line line(pages_of(2));
  REQUIRE(line.answer(2, forward_link(7), 7));
  REQUIRE(*line.answer(2, std::nullopt, 9) == Step::keep);
  CHECK(line.asked() == "pageSize=2 [id > 9] by id");
  REQUIRE(*line.answer(0, std::nullopt) == Step::keep);
  CHECK(line.paging.ended());
}

TEST_CASE("a forward-only link never means another look at the first page") {
  const Line line(pages_of(2));
  CHECK_FALSE(line.paging.may_ask_again(line.pages.front(), {2, forward_link(7), 1, 7}));
}

TEST_CASE("a list that takes no conditions on the id is read in numbered pages from there on") {
  Line line(pages_of(2));
  REQUIRE(*line.answer(2, std::nullopt) == Step::again);
  REQUIRE(*line.answer(2, std::nullopt, 8) == Step::keep);
  REQUIRE(line.refuse());
  CHECK(line.asked() == "pageSize=2 page=2 by id");

  Line no_order(pages_of(2));
  REQUIRE(*no_order.answer(2, std::nullopt) == Step::again);
  REQUIRE(no_order.refuse());
  CHECK(no_order.asked() == "pageSize=2 page=1");
  CHECK_FALSE(no_order.refuse());
}

TEST_CASE("a search is read by id from its first page") {
  PagingSetup search = pages_of(2);
  search.forward_only = false;
  CHECK(Line(search).asked() == "pageSize=2 by id");
}

TEST_CASE("a long list goes over to ranges of ids beside each other, up to the largest and beyond it") {
  Line line(pages_of(10, 3));
  CHECK(line.asked() == "forward-only pageSize=10");
  REQUIRE(*line.answer(10, forward_link(10), 10) == Step::keep);
  CHECK(line.asked() == "forward-only pageSize=10 pageId=10, pageSize=1 [id > 10] by id desc");
  REQUIRE(*line.answer(10, forward_link(20), 20) == Step::keep);
  REQUIRE(*line.answer(1, std::nullopt, 45) == Step::no_records);
  CHECK(line.asked() ==
        "pageSize=10 [id > 20 and id <= 30] by id, pageSize=10 [id > 30 and id <= 40] by id, pageSize=10 [id > 40] by "
        "id");
  REQUIRE(line.answer(10, std::nullopt, 30));
  REQUIRE(line.answer(9, std::nullopt, 39));
  // Records came meanwhile: the last range has no upper end.
  REQUIRE(line.answer(10, std::nullopt, 50));
  CHECK(line.asked() == "pageSize=10 [id > 50] by id");
  REQUIRE(line.answer(3, std::nullopt, 53));
  CHECK(line.paging.ended());
}

TEST_CASE("where ids are far apart the ranges grow, and one that holds more than a page is read on before the next") {
  Line line(pages_of(10, 2));
  REQUIRE(line.answer(10, forward_link(1000), 1000));
  REQUIRE(line.answer(10, forward_link(2000), 2000));
  REQUIRE(line.answer(1, std::nullopt, 9000));
  CHECK(line.asked() == "pageSize=10 [id > 2000 and id <= 2010] by id, pageSize=10 [id > 2010 and id <= 2020] by id");
  REQUIRE(line.answer(0, std::nullopt));
  REQUIRE(line.answer(0, std::nullopt));
  CHECK(line.asked() == "pageSize=10 [id > 2020 and id <= 2060] by id, pageSize=10 [id > 2060 and id <= 2100] by id");
  REQUIRE(line.answer(10, std::nullopt, 2041));
  CHECK(line.asked() == "pageSize=10 [id > 2041 and id <= 2060] by id, pageSize=10 [id > 2060 and id <= 2100] by id");
  REQUIRE(line.answer(2, std::nullopt, 2060));
  CHECK(line.pages.front().after == 2060);
}

TEST_CASE("a server that gives shorter pages than asked for is read on inside a range") {
  Line line(pages_of(10, 2));
  REQUIRE(line.answer(10, forward_link(10), 10));
  REQUIRE(line.answer(10, forward_link(20), 20));
  REQUIRE(line.answer(1, std::nullopt, 100));
  REQUIRE(line.answer(4, numbered_link(2), 24));
  CHECK(line.asked().starts_with("pageSize=10 [id > 24 and id <= 30] by id, "));
}

TEST_CASE("ranges that the server refuses are given up: the list is read page after page") {
  Line line(pages_of(10, 3));
  REQUIRE(line.answer(10, forward_link(10), 10));
  REQUIRE(line.answer(10, forward_link(20), 20));
  REQUIRE(line.refuse());  // the question for the largest id
  CHECK(line.asked() == "forward-only pageSize=10 pageId=20");
  CHECK_FALSE(line.refuse());
}

TEST_CASE("a list that ended meanwhile has no largest id, and no ranges") {
  Line line(pages_of(10, 3));
  REQUIRE(line.answer(10, forward_link(10), 10));
  REQUIRE(line.answer(0, ""));
  CHECK(line.paging.ended());
}

TEST_CASE("ids that were not asked for end the read: it would not be complete, or never end") {
  for (const std::int64_t id : {std::int64_t{20}, std::int64_t{31}}) {
    Line line(pages_of(10, 2));
    REQUIRE(line.answer(10, forward_link(10), 10));
    REQUIRE(line.answer(10, forward_link(20), 20));
    REQUIRE(line.answer(1, std::nullopt, 100));
    const auto wrong = line.answer(1, std::nullopt, id);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::broken);
  }
}

TEST_CASE("an order of one's own, or records without id, are read in numbered pages") {
  Line line(ordered(2));
  CHECK(line.asked() == "pageSize=2 page=1");
  REQUIRE(*line.answer(2, numbered_link(2)) == Step::keep);
  CHECK(line.asked() == "pageSize=2 page=2");
  REQUIRE(*line.answer(2, last_link) == Step::keep);
  CHECK(line.paging.ended());

  PagingSetup without_id = pages_of(2);
  without_id.has_id = false;
  CHECK(Line(without_id).asked() == "pageSize=2 page=1");
}

TEST_CASE(
    "numbered pages are asked for beside each other once the first one says that there are more, up to the last") {
  Line line(ordered(2, 3));
  CHECK(line.asked() == "pageSize=2 page=1");
  REQUIRE(line.answer(2, numbered_link(2)));
  CHECK(line.asked() == "pageSize=2 page=2, pageSize=2 page=3, pageSize=2 page=4");
  for (int page = 2; page <= 6; ++page) REQUIRE(line.answer(2, numbered_link(page + 1)));
  CHECK(line.asked() == "pageSize=2 page=7, pageSize=2 page=8, pageSize=2 page=9");
  REQUIRE(line.answer(2, numbered_link(8)));
  CHECK(line.asked() == "pageSize=2 page=8, pageSize=2 page=9");
}

TEST_CASE("numbered pages end with the Link, or without one at a page that is short or empty") {
  struct Row {
    std::size_t records;
    std::optional<std::string_view> link;
    bool ended;
  };
  const std::string next = numbered_link(2);
  const Row rows[] = {{2, next, false},        {2, last_link, true},    {1, next, false}, {2, std::nullopt, false},
                      {1, std::nullopt, true}, {0, std::nullopt, true}, {0, next, true},  {2, "", false}};
  for (const Row& row : rows) {
    CAPTURE(row.records);
    CAPTURE(row.ended);
    Line line(ordered(2));
    REQUIRE(*line.answer(row.records, row.link) == Step::keep);
    CHECK(line.paging.ended() == row.ended);
  }
}

TEST_CASE("one object, or pagination off, is one request with nothing added") {
  for (const bool list : {false, true}) {
    PagingSetup setup = pages_of(2, 4);
    setup.is_list = list;
    setup.on = !list;
    Line line(setup);
    CHECK(line.pages.size() == 1);
    CHECK(line.asked().empty());
    REQUIRE(*line.answer(2, numbered_link(2)) == Step::keep);
    CHECK(line.paging.ended());
  }
}

TEST_CASE("a server that repeats itself is found out; a report that ignores the page is at its end") {
  Line stuck(pages_of(2));
  REQUIRE(stuck.answer(2, forward_link(7)));
  const auto same_id = stuck.answer(2, forward_link(7));
  REQUIRE_FALSE(same_id);
  CHECK(same_id.error().kind == ErrorKind::broken);

  Line back(pages_of(2));
  REQUIRE(back.answer(2, forward_link(7)));
  CHECK_FALSE(back.answer(2, forward_link(3)));

  Line lost(pages_of(2));
  REQUIRE(lost.answer(2, forward_link(7)));
  CHECK_FALSE(lost.answer(2, std::nullopt, 2));

  const PageAnswer page{2, std::nullopt, 42, std::nullopt};
  Paging same_page(ordered(2));
  REQUIRE(same_page.take(*same_page.plan(), page));
  CHECK_FALSE(same_page.take(*same_page.plan(), page));

  PagingSetup report = ordered(2);
  report.repeats_at_end = true;
  Paging rows(report);
  REQUIRE(rows.take(*rows.plan(), page));
  CHECK(*rows.take(*rows.plan(), page) == Step::no_records);
  CHECK(rows.ended());
}

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

TEST_CASE("a cursor goes on where reading stopped, in smaller pages too") {
  Line forward(pages_of(2));
  REQUIRE(forward.answer(2, forward_link(7)));
  CHECK(Line(pages_of(2), forward.paging.cursor()).asked() == "forward-only pageSize=2 pageId=7");

  Line numbered(ordered(1000));
  REQUIRE(numbered.answer(1000, numbered_link(2)));
  CHECK(Line(ordered(1000), numbered.paging.cursor()).asked() == "pageSize=1000 page=2");
  REQUIRE(numbered.make_smaller());
  CHECK(Line(ordered(1000), numbered.paging.cursor()).asked() == "pageSize=500 page=3");

  Line ranges(pages_of(10, 2));
  REQUIRE(ranges.answer(10, forward_link(10), 10));
  REQUIRE(ranges.answer(10, forward_link(20), 20));
  REQUIRE(ranges.answer(1, std::nullopt, 100));
  REQUIRE(ranges.answer(0, std::nullopt));  // 21..30 are gone
  CHECK(Line(pages_of(10, 2), ranges.paging.cursor()).asked() ==
        "forward-only pageSize=10 pageId=30, pageSize=1 [id > 30] by id desc");
}

TEST_CASE("a cursor of a finished read begins anew, and remembers a list without forward-only") {
  Line forward(pages_of(2));
  REQUIRE(forward.answer(1, ""));
  REQUIRE(forward.paging.ended());
  CHECK(Line(pages_of(2), forward.paging.cursor()).asked() == "forward-only pageSize=2");

  Line fallen_back(pages_of(2));
  REQUIRE(*fallen_back.answer(2, std::nullopt) == Step::again);
  REQUIRE(fallen_back.answer(1, std::nullopt, 3));
  REQUIRE(fallen_back.paging.ended());
  CHECK(Line(pages_of(2), fallen_back.paging.cursor()).asked() == "pageSize=2 by id");
}

TEST_CASE("a cursor that cannot be used begins anew") {
  for (const std::string cursor : {"", "no JSON", "[]", "{}", R"({"mode":"forward-only","pageId":"x"})",
                                   R"({"mode":3})", R"({"mode":"forward-only","pageId":-5})"}) {
    CAPTURE(cursor);
    CHECK(Line(pages_of(2), cursor).asked() == "forward-only pageSize=2");
  }
  // Pages of another size are other pages.
  CHECK(Line(ordered(2), R"({"mode":"numbered","page":5,"pageSize":1000})").asked() == "pageSize=2 page=1");
}

TEST_CASE("a list that is not paged comes whole: more records than were asked for are all there are") {
  for (const bool has_id : {true, false}) {
    PagingSetup setup;
    setup.page_size = PageSize(3);
    setup.has_id = has_id;
    Paging paging(setup);
    PageAnswer answer;
    answer.records = 5;
    answer.print = 1;
    const auto page = paging.plan();
    REQUIRE(page);
    const auto step = paging.take(*page, answer);
    REQUIRE(step);
    CHECK(*step == Paging::Step::keep);
    CHECK(paging.ended());
  }
}
