#include "reader.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <string>
#include <vector>

#include "support/process.hpp"

using namespace leat::file;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> records_of(Reader& reader) {
  std::vector<std::string> out;
  for (;;) {
    const auto cut = reader.next(10s);
    REQUIRE(cut);
    if (cut->kind != Cut::Kind::record) return out;
    out.emplace_back(cut->text);
  }
}

}  // namespace

TEST_CASE("a file is read through a window of any size, with or without a byte order mark") {
  const leat::test::TempDir folder;
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back("{\"id\":" + std::to_string(i) + ",\"text\":\"" + std::string(static_cast<std::size_t>(i), 'x') +
                       "\"}");
    text += expected.back() + '\n';
  }
  for (const std::string mark : {"", "\xef\xbb\xbf"}) {
    const Descriptor fd(::open(folder.write("in.ndjson", mark + text).c_str(), O_RDONLY | O_CLOEXEC));
    for (const std::size_t chunk : {1U, 2U, 3U, 7U, 64U, 4096U, 1U << 20U}) {
      CAPTURE(chunk);
      ReaderOptions options;
      options.chunk = chunk;
      Reader reader(fd.raw(), false, "in.ndjson", options, Position{});
      CHECK(records_of(reader) == expected);
      CHECK(reader.position().offset == mark.size() + text.size());
      CHECK(reader.position().line == 301);
      CHECK(reader.position().record == 300);
    }
  }
}

TEST_CASE("reading goes on at a position") {
  const leat::test::TempDir folder;
  const Descriptor fd(
      ::open(folder.write("in.json", "[{\"a\":1},\n{\"a\":2},\n{\"a\":3}]").c_str(), O_RDONLY | O_CLOEXEC));
  ReaderOptions options;
  options.format = Format::json;
  Reader first(fd.raw(), false, "in.json", options, Position{});
  REQUIRE(first.next(0ms));
  Reader second(fd.raw(), false, "in.json", options, first.position());
  CHECK(records_of(second) == std::vector<std::string>{"{\"a\":2}", "{\"a\":3}"});
}

TEST_CASE("a pipe gives what is there, and says when nothing is") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  Reader reader(out.raw(), true, "standard input", {}, Position{});
  CHECK(reader.next(0ms)->kind == Cut::Kind::more);
  REQUIRE(::write(in.raw(), "{\"a\":1}\n{\"a\"", 12) == 12);
  CHECK(reader.next(10s)->text == "{\"a\":1}");
  CHECK(reader.next(0ms)->kind == Cut::Kind::more);
  REQUIRE(::write(in.raw(), ":2}", 3) == 3);
  in.close();
  CHECK(reader.next(10s)->text == "{\"a\":2}");
  CHECK(reader.next(10s)->kind == Cut::Kind::end);
}

TEST_CASE("an element larger than everything read at once is found") {
  const leat::test::TempDir folder;
  const std::string large = "[" + std::string(1'000'000, '1') + "]";
  const Descriptor fd(::open(folder.write("in.json", "[" + large + "," + large + "]").c_str(), O_RDONLY | O_CLOEXEC));
  ReaderOptions options;
  options.format = Format::json;
  options.chunk = 1000;
  Reader reader(fd.raw(), false, "in.json", options, Position{});
  CHECK(records_of(reader) == std::vector<std::string>{large, large});
}
