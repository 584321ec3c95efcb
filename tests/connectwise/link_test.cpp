#include "plugins/connectwise/reading/link.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace leat::connectwise;

namespace {

const std::string host = "https://na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets/";

std::string numbered_link(int next) {
  return "<" + host + "?page=1&pageSize=2>; rel=\"first\", <" + host + "?pageSize=2&page=" + std::to_string(next) +
         ">; rel=\"next\", <" + host + "?pageSize=2&page=9>; rel=\"last\"";
}

}  // namespace

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
