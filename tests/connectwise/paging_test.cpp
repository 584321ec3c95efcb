#include "plugins/connectwise/reading/paging.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "connectwise/paging_line.hpp"

using namespace leat;
using namespace leat::connectwise;
using namespace leat::connectwise::test;

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
