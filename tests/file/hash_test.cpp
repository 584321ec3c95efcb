#include "hash.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using leat::file::hash64;

TEST_CASE("texts that differ in one byte, in length or in order have different hashes") {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  const auto add = [&](const std::string& text) {
    seen.insert(hash64(text));
    ++texts;
  };
  for (std::size_t size = 0; size < 100; ++size) {
    add(std::string(size, 'a'));
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = 'b';
      add(text);
    }
  }
  add("0123456789abcdef0123456789ABCDEF");
  add("89abcdef012345670123456789ABCDEF");
  CHECK(seen.size() == texts);
}

TEST_CASE("the hash is stored and stays what it is") {
  CHECK(hash64("") == 14343279185781554181U);
  CHECK(hash64("{\"id\":1}") == 18341600079281384587U);
}
