#include "journal.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace leat::file;

namespace {

constexpr FileIdentity kFile{66, 1234};

std::string shown(const std::vector<Entry>& entries) {
  std::string out;
  for (const Entry& entry : entries) {
    out += std::to_string(entry.before) + '-' + std::to_string(entry.after) + ':';
    for (const Mark& mark : entry.marks) out += ' ' + mark.task + '=' + std::to_string(mark.hash);
    out += ';';
  }
  return out;
}

std::string read(const Journal& journal, const FileIdentity& file = kFile) {
  const auto entries = journal.read(file);
  REQUIRE(entries);
  return shown(*entries);
}

}  // namespace

TEST_CASE("a journal gives back what was put in, for the same file only") {
  const leat::test::TempDir folder;
  const std::string path = (folder.path() / "out.journal").string();
  for (const bool sync : {false, true}) {
    Journal journal(path, sync);
    REQUIRE(journal.begin(kFile, {{0, 10, {{"1", 7}}}}));
    REQUIRE(journal.append({10, 30, {{"2", 8}, {"3", 9}}}));
    REQUIRE(journal.append({30, 40, {}}));
    const Journal later(path, sync);
    CHECK(read(later) == "0-10: 1=7;10-30: 2=8 3=9;30-40:;");
    CHECK(read(later, {66, 1235}).empty());
    journal.remove();
    CHECK(read(later).empty());
  }
}

TEST_CASE("a journal whose end is torn gives what is whole") {
  const leat::test::TempDir folder;
  const std::string path = (folder.path() / "out.journal").string();
  Journal journal(path, false);
  REQUIRE(journal.begin(kFile, {}));
  REQUIRE(journal.append({0, 10, {{"1", 7}}}));
  const std::string first = folder.read("out.journal");
  REQUIRE(journal.append({10, 20, {{"2", 8}}}));
  const std::string whole = folder.read("out.journal");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    folder.write("torn.journal", whole.substr(0, size));
    const Journal torn((folder.path() / "torn.journal").string(), false);
    const std::string expected = size == whole.size()   ? "0-10: 1=7;10-20: 2=8;"
                                 : size >= first.size() ? "0-10: 1=7;"
                                                        : "";
    CHECK(read(torn) == expected);
  }
  std::string damaged = whole;
  damaged[whole.size() - 8] ^= 1;
  folder.write("torn.journal", damaged);
  CHECK(read(Journal((folder.path() / "torn.journal").string(), false)) == "0-10: 1=7;");
}

TEST_CASE("a journal that grows too long keeps its last entries") {
  const leat::test::TempDir folder;
  Journal journal((folder.path() / "out.journal").string(), false, 1000);
  REQUIRE(journal.begin(kFile, {}));
  for (std::uint64_t i = 0; i < 1000; ++i) REQUIRE(journal.append({i, i + 1, {{std::to_string(i), i}}}));
  CHECK(folder.read("out.journal").size() < 2000);
  const auto entries = journal.read(kFile);
  REQUIRE(entries);
  REQUIRE(entries->size() > 5);
  CHECK(entries->back().before == 999);
  CHECK(entries->front().before == 1000 - entries->size());
}

TEST_CASE("a journal that cannot be shortened keeps all entries, and is shortened when it can be") {
  const leat::test::TempDir folder;
  Journal journal((folder.path() / "out.journal").string(), false, 100);
  REQUIRE(journal.begin(kFile, {}));
  std::uint64_t next = 0;
  while (folder.read("out.journal").size() <= 100) REQUIRE(journal.append({next++, next, {}}));
  const std::string before = read(journal);
  std::filesystem::create_directory(folder.path() / "out.journal.new");
  for (int i = 0; i < 3; ++i) {
    const auto refused = journal.append({next, next + 1, {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.ends_with("out.journal.new: cannot be made: Is a directory"));
    CHECK(read(journal) == before);
  }
  std::filesystem::remove(folder.path() / "out.journal.new");
  REQUIRE(journal.append({next, next + 1, {}}));
  const auto entries = journal.read(kFile);
  REQUIRE(entries);
  CHECK(entries->size() == next - next / 2 + 1);
  CHECK(entries->back().before == next);
}

TEST_CASE("a task whose name is no word is not remembered, and does no harm") {
  const leat::test::TempDir folder;
  Journal journal((folder.path() / "out.journal").string(), false);
  REQUIRE(journal.begin(kFile, {}));
  REQUIRE(journal.append({0, 9, {{"a b", 1}, {"", 2}, {"c\n", 3}, {"d", 4}}}));
  CHECK(read(journal) == "0-9: d=4;");
}
