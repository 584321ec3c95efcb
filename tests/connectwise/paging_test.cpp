#include "plugins/connectwise/reading/paging.hpp"

#include <doctest/doctest.h>

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

// What was sent, as text: "forward-only pageSize=2&pageId=7".
std::string asked(const Paging& paging) {
  const PageRequest request = paging.request();
  std::string text = request.forward_only ? "forward-only " : "";
  for (std::size_t i = 0; i < request.query.size(); ++i) {
    text += (i == 0 ? "" : "&") + request.query[i].first + "=" + request.query[i].second;
  }
  return text;
}

// Pages with different content unless a test says otherwise.
struct Answers {
  std::uint64_t print = 0;
  PageAnswer operator()(std::size_t records, std::optional<std::string_view> link) { return {records, link, ++print}; }
};

PagingSetup pages_of_two() {
  PagingSetup setup;
  setup.page_size = 2;
  return setup;
}

}  // namespace

TEST_CASE("a list with ids is read forward-only, until the Link is empty") {
  Answers answer;
  Paging paging(pages_of_two());
  CHECK(asked(paging) == "forward-only pageSize=2");
  REQUIRE(*paging.take(answer(2, forward_link(7))) == Step::keep);
  CHECK(asked(paging) == "forward-only pageSize=2&pageId=7");
  CHECK_FALSE(paging.ended());
  REQUIRE(*paging.take(answer(2, forward_link(9))) == Step::keep);
  REQUIRE(*paging.take(answer(0, "")) == Step::keep);
  CHECK(paging.ended());
}

TEST_CASE("a short page with a next Link is not the end: some servers cut pages shorter") {
  Answers answer;
  Paging paging(pages_of_two());
  REQUIRE(*paging.take(answer(1, forward_link(7))) == Step::keep);
  CHECK_FALSE(paging.ended());
  REQUIRE(*paging.take(answer(0, forward_link(7))) == Step::keep);
  CHECK(paging.ended());
}

TEST_CASE(
    "a page without any Link is the end when it is short, and says that forward-only is unknown when it is full") {
  Answers answer;
  Paging small(pages_of_two());
  REQUIRE(*small.take(answer(1, std::nullopt)) == Step::keep);
  CHECK(small.ended());

  Paging full(pages_of_two());
  CHECK(full.may_ask_again(answer(2, std::nullopt)));
  REQUIRE(*full.take(answer(2, std::nullopt)) == Step::again);
  CHECK(full.mode() == PagingMode::numbered);
  CHECK(asked(full) == "pageSize=2&page=1&orderBy=id");
}

TEST_CASE("a Link with numbered pages says that forward-only is unknown") {
  Answers answer;
  Paging paging(pages_of_two());
  REQUIRE(*paging.take(answer(2, numbered_link(2))) == Step::again);
  CHECK(asked(paging) == "pageSize=2&page=1&orderBy=id");
}

TEST_CASE("a forward-only link never means another look at the first page") {
  Answers answer;
  const Paging paging(pages_of_two());
  CHECK_FALSE(paging.may_ask_again(answer(2, forward_link(7))));
}

TEST_CASE("an order of one's own, or records without id, are read in numbered pages") {
  Answers answer;
  PagingSetup ordered = pages_of_two();
  ordered.has_order = true;
  Paging paging(ordered);
  CHECK(asked(paging) == "pageSize=2&page=1");
  REQUIRE(*paging.take(answer(2, numbered_link(2))) == Step::keep);
  CHECK(asked(paging) == "pageSize=2&page=2");
  REQUIRE(*paging.take(answer(2, last_link)) == Step::keep);
  CHECK(paging.ended());

  PagingSetup without_id = pages_of_two();
  without_id.has_id = false;
  CHECK(asked(Paging(without_id)) == "pageSize=2&page=1");
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
    Answers answer;
    PagingSetup setup = pages_of_two();
    setup.has_order = true;
    Paging paging(setup);
    REQUIRE(*paging.take(answer(row.records, row.link)) == Step::keep);
    CHECK(paging.ended() == row.ended);
  }
}

TEST_CASE("one object, or pagination off, is one request with nothing added") {
  for (const bool list : {false, true}) {
    Answers answer;
    PagingSetup setup = pages_of_two();
    setup.is_list = list;
    setup.on = !list;
    Paging paging(setup);
    CHECK(asked(paging).empty());
    REQUIRE(*paging.take(answer(2, numbered_link(2))) == Step::keep);
    CHECK(paging.ended());
  }
}

TEST_CASE("a server that repeats itself is found out") {
  Answers answer;
  Paging stuck(pages_of_two());
  REQUIRE(stuck.take(answer(2, forward_link(7))));
  const auto same_id = stuck.take(answer(2, forward_link(7)));
  REQUIRE_FALSE(same_id);
  CHECK(same_id.error().kind == ErrorKind::broken);

  Paging back(pages_of_two());
  REQUIRE(back.take(answer(2, forward_link(7))));
  CHECK_FALSE(back.take(answer(2, forward_link(3))));

  PagingSetup ordered = pages_of_two();
  ordered.has_order = true;
  Paging same_page(ordered);
  const PageAnswer page{2, std::nullopt, 42};
  REQUIRE(same_page.take(page));
  CHECK_FALSE(same_page.take(page));

  Paging lost(pages_of_two());
  REQUIRE(lost.take(answer(2, forward_link(7))));
  CHECK_FALSE(lost.take(answer(2, std::nullopt)));
}

TEST_CASE("a cursor goes on where reading stopped") {
  Answers answer;
  Paging forward(pages_of_two());
  REQUIRE(forward.take(answer(2, forward_link(7))));
  CHECK(asked(Paging(pages_of_two(), forward.cursor())) == "forward-only pageSize=2&pageId=7");

  PagingSetup ordered = pages_of_two();
  ordered.has_order = true;
  Paging numbered(ordered);
  REQUIRE(numbered.take(answer(2, numbered_link(2))));
  CHECK(asked(Paging(ordered, numbered.cursor())) == "pageSize=2&page=2");
}

TEST_CASE("a cursor of a finished read begins anew, and remembers a list without forward-only") {
  Answers answer;
  Paging forward(pages_of_two());
  REQUIRE(forward.take(answer(1, "")));
  REQUIRE(forward.ended());
  CHECK(asked(Paging(pages_of_two(), forward.cursor())) == "forward-only pageSize=2");

  Paging fallen_back(pages_of_two());
  REQUIRE(*fallen_back.take(answer(2, std::nullopt)) == Step::again);
  REQUIRE(fallen_back.take(answer(1, std::nullopt)));
  REQUIRE(fallen_back.ended());
  CHECK(asked(Paging(pages_of_two(), fallen_back.cursor())) == "pageSize=2&page=1&orderBy=id");
}

TEST_CASE("a cursor that cannot be used begins anew") {
  for (const std::string cursor : {"", "no JSON", "[]", "{}", R"({"mode":"forward-only","pageId":"x"})",
                                   R"({"mode":3})", R"({"mode":"forward-only","pageId":-5})"}) {
    CAPTURE(cursor);
    CHECK(asked(Paging(pages_of_two(), cursor)) == "forward-only pageSize=2");
  }
  // Pages of another size are other pages.
  PagingSetup ordered = pages_of_two();
  ordered.has_order = true;
  CHECK(asked(Paging(ordered, R"({"mode":"numbered","page":5,"pageSize":1000})")) == "pageSize=2&page=1");
}

TEST_CASE("of a Link only the numbers of pages are read") {
  struct Row {
    std::string link;
    std::int64_t page;  // 0: none
  };
  const Row rows[] = {
      {numbered_link(2), 2},
      {"<http://x/agreements&pageSize=10&page=3>; rel=\"next\"", 3},
      {"<http://x/a?PAGE=4>;REL=next", 4},
      {"<http://x/a?page=4>; title=\"x, y\"; rel=\"next\"", 4},
      {"<http://x/a?mypage=4>; rel=\"next\"", 0},
      {"<http://x/a?page=>; rel=\"next\"", 0},
      {"<http://x/a?page=99999999999999999999>; rel=\"next\"", 0},
      {"<http://x/a?page=4>; rel=\"prev\"", 0},
      {"<http://x/a?page=4", 0},
      {"", 0},
      {"<>; rel=\"next\"", 0},
      {";;<<>>,", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.link);
    CHECK(page_of_link(row.link, "next", "page").value_or(0) == row.page);
  }
}

TEST_CASE("prints tell pages apart by length, beginning and end") {
  std::string page(10'000, 'a');
  const std::uint64_t print = page_print(page);
  CHECK(page_print(page) == print);
  CHECK(page_print(page + "a") != print);
  for (const std::size_t at : {std::size_t{0}, page.size() - 1}) {
    std::string changed = page;
    changed[at] = 'b';
    CHECK(page_print(changed) != print);
  }
  CHECK(page_print("") != page_print("x"));
}
