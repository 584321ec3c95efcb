#include "append_file.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.hpp"

using namespace leat::file;
using leat::test::TempDir;

namespace {

using Pieces = std::vector<std::string_view>;

AppendOptions options_of(const TempDir& folder, bool array = false) {
  return {(folder.path() / "out").string(), false, false, array};
}

// Appends one record the way the publisher does; `task` marks it.
leat::Result<leat::Done> append(AppendFile& file, bool array, std::string_view text, const std::string& task = {}) {
  std::vector<Mark> marks;
  if (!task.empty()) marks.push_back({task, 1});
  const std::string_view before = !array ? "" : file.empty() ? "\n" : ",\n";
  const Pieces pieces{before, text, array ? "" : "\n"};
  return file.append(pieces, std::move(marks));
}

// Ends the use of the file as a crash does: without close().
void append_and_crash(const AppendOptions& options, const std::vector<std::string>& texts) {
  AppendFile file(options);
  REQUIRE(file.open());
  for (const std::string& text : texts) REQUIRE(append(file, options.array, text, text));
}

void overwrite(const TempDir& folder, std::string_view content) {  // keeps the file's identity
  std::filesystem::resize_file(folder.path() / "out", 0);
  std::ofstream(folder.path() / "out", std::ios::binary | std::ios::app) << content;
}

// A limit on the size of files, which writes past it meet as they meet a full disk.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("a file is made with its folders, grows by batches, and leaves nothing beside it") {
  for (const bool sync : {false, true}) {
    const TempDir folder;
    AppendOptions options = options_of(folder);
    options.path = (folder.path() / "a" / "b" / "out").string();
    options.sync = sync;
    AppendFile file(options);
    REQUIRE(file.open());
    CHECK(file.empty());
    REQUIRE(append(file, false, "one"));
    REQUIRE(append(file, false, "two"));
    CHECK(folder.read("a/b/out") == "one\ntwo\n");
    file.close();
    CHECK_FALSE(std::filesystem::exists(options.path + ".journal"));
    REQUIRE(file.open());
    CHECK_FALSE(file.empty());
    REQUIRE(append(file, false, "three"));
    CHECK(folder.read("a/b/out") == "one\ntwo\nthree\n");
    CHECK(*file.first_line() == "one");
  }
}

TEST_CASE("an array is whole after every batch") {
  const TempDir folder;
  AppendFile file(options_of(folder, true));
  REQUIRE(file.open());
  CHECK(folder.read("out") == "[\n]\n");
  REQUIRE(append(file, true, "1"));
  CHECK(folder.read("out") == "[\n1\n]\n");
  REQUIRE(append(file, true, "{}"));
  CHECK(folder.read("out") == "[\n1,\n{}\n]\n");
  file.close();
  REQUIRE(file.open());
  REQUIRE(append(file, true, "3"));
  CHECK(folder.read("out") == "[\n1,\n{},\n3\n]\n");
}

TEST_CASE("a crash at any byte of a batch leaves the whole batch or nothing of it") {
  for (const bool array : {false, true}) {
    const TempDir folder;
    const AppendOptions options = options_of(folder, array);
    append_and_crash(options, {"first", "second"});
    const std::string before = folder.read("out");
    append_and_crash(options, {"third-record"});
    const std::string after = folder.read("out");
    const std::size_t kept = before.size() - (array ? 3 : 0);  // of the bytes before the batch
    for (std::size_t written = 0; written <= after.size() - kept; ++written) {
      CAPTURE(array);
      CAPTURE(written);
      std::string torn = after.substr(0, kept + written);
      if (torn.size() < before.size()) torn += before.substr(torn.size());
      overwrite(folder, torn);
      AppendFile file(options);
      REQUIRE(file.open());
      const bool whole = torn == after;
      CHECK(folder.read("out") == (whole ? after : before));
      CHECK(file.holds({"third-record", 1}) == whole);
      CHECK(file.holds({"second", 1}));
      CHECK_FALSE(file.holds({"second", 2}));
    }
  }
}

TEST_CASE("what was repaired after a crash can be appended to, and crash again") {
  for (const bool array : {false, true}) {
    const TempDir folder;
    const AppendOptions options = options_of(folder, array);
    append_and_crash(options, {"a", "b"});
    const std::string whole = folder.read("out");
    overwrite(folder, whole.substr(0, whole.size() - 1));
    append_and_crash(options, {"b", "c"});
    CHECK(folder.read("out") == (array ? "[\na,\nb,\nc\n]\n" : "a\nb\nc\n"));
    AppendFile file(options);
    REQUIRE(file.open());
    for (const char* task : {"a", "b", "c"}) CHECK(file.holds({task, 1}));
  }
}

TEST_CASE("a run that ends well leaves no journal, also when it only repaired") {
  const TempDir folder;
  append_and_crash(options_of(folder), {"a"});
  CHECK(std::filesystem::exists(folder.path() / "out.journal"));
  AppendFile file(options_of(folder));
  REQUIRE(file.open());
  file.close();
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out.journal"));
  folder.write("out.journal", "of somebody else");
  REQUIRE(file.open());
  file.close();
  CHECK(folder.read("out.journal") == "of somebody else");
}

TEST_CASE("a file of others loses nothing") {
  struct Row {
    bool array;
    std::string_view content, after;
  };
  const Row rows[] = {
      {false, "no line end", "no line end\nx\n"},
      {false, "line\n", "line\nx\n"},
      {true, "[]", "[\nx\n]\n"},
      {true, "[ ]\n", "[\nx\n]\n"},
      {true, "  \n", "[\nx\n]\n"},
      {true, "[1, 2 ]  \n", "[1, 2,\nx\n]\n"},
      {true, "[\n", "[\nx\n]\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.content);
    const TempDir folder;
    folder.write("out", row.content);
    AppendFile file(options_of(folder, row.array));
    REQUIRE(file.open());
    REQUIRE(append(file, row.array, "x"));
    CHECK(folder.read("out") == row.after);
  }
  for (const std::string_view content : {"{\"a\":1}", "[1,2", "]", "text"}) {
    CAPTURE(content);
    const TempDir folder;
    folder.write("out", content);
    AppendFile file(options_of(folder, true));
    const auto opened = file.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == leat::ErrorKind::denied);
    CHECK(opened.error().message ==
          (folder.path() / "out").string() +
              ": does not end as a JSON array does (\"]\"); move it away or name another file");
    CHECK(folder.read("out") == content);
  }
}

TEST_CASE("opening an array of our own writes nothing, and one of others is an array at each moment") {
  for (const std::string_view content : {"[\n]\n", "[\n1,\n2\n]\n"}) {
    CAPTURE(content);
    const TempDir folder;
    folder.write("out", content);
    const auto written = std::filesystem::last_write_time(folder.path() / "out") - std::chrono::hours(1);
    std::filesystem::last_write_time(folder.path() / "out", written);
    AppendFile file(options_of(folder, true));
    REQUIRE(file.open());
    CHECK(std::filesystem::last_write_time(folder.path() / "out") == written);
    REQUIRE(append(file, true, "3"));
    CHECK(folder.read("out") ==
          std::string(content.substr(0, content.size() - 3)) + (content.size() > 4 ? "," : "") + "\n3\n]\n");
  }
  for (const std::string_view content : {"[1,2]", "[1,2 ]  \n", "[]"}) {  // the disk is full: it cannot grow
    CAPTURE(content);
    const TempDir folder;
    folder.write("out", content);
    AppendFile file(options_of(folder, true));
    const SizeLimit limit(content.size());
    const bool grows = content.back() == ']';
    CHECK(static_cast<bool>(file.open()) == !grows);
    CHECK(folder.read("out") == (grows ? content : "[1,2\n]\n"));
  }
}

TEST_CASE("an array with much white space behind it is refused, not taken for an empty file") {
  const TempDir folder;
  const std::string content = "[1,2]" + std::string(5000, ' ');
  folder.write("out", content);
  CHECK_FALSE(AppendFile(options_of(folder, true)).open());
  CHECK(folder.read("out") == content);
}

TEST_CASE("a journal of a file that was changed or replaced is not believed") {
  const TempDir folder;
  const AppendOptions options = options_of(folder);
  append_and_crash(options, {"first", "second"});
  overwrite(folder, "a much longer file that somebody else wrote, without a line end");
  {
    AppendFile file(options);
    REQUIRE(file.open());
    CHECK(folder.read("out") == "a much longer file that somebody else wrote, without a line end\n");
    CHECK_FALSE(file.holds({"first", 1}));
  }
  append_and_crash(options, {"third"});
  std::filesystem::rename(folder.path() / "out", folder.path() / "old");
  folder.write("out", "other");
  AppendFile file(options);
  REQUIRE(file.open());
  CHECK(folder.read("out") == "other\n");
  CHECK_FALSE(file.holds({"third", 1}));
}

TEST_CASE("a file that is moved away or changed while it is open is noticed") {
  const TempDir folder;
  AppendFile file(options_of(folder));
  REQUIRE(file.open());
  REQUIRE(append(file, false, "one", "1"));
  std::filesystem::rename(folder.path() / "out", folder.path() / "out.1");
  REQUIRE(file.open());
  REQUIRE(append(file, false, "two"));
  CHECK(folder.read("out.1") == "one\n");
  CHECK(folder.read("out") == "two\n");
  std::ofstream(folder.path() / "out", std::ios::app) << "foreign";
  REQUIRE(file.open());
  REQUIRE(append(file, false, "three"));
  CHECK(folder.read("out") == "two\nforeign\nthree\n");
}

TEST_CASE("replace begins with an empty file, except where the last run crashed") {
  const TempDir folder;
  AppendOptions options = options_of(folder);
  options.replace = true;
  folder.write("out", "of the run before\n");
  append_and_crash(options, {"a"});
  CHECK(folder.read("out") == "a\n");
  {
    AppendFile file(options);
    REQUIRE(file.open());
    REQUIRE(append(file, false, "b"));
    file.close();
    REQUIRE(file.open());  // the same run goes on
    REQUIRE(append(file, false, "c"));
    file.close();
    CHECK(folder.read("out") == "a\nb\nc\n");
  }
  AppendFile next(options);
  REQUIRE(next.open());
  CHECK(folder.read("out").empty());
}

TEST_CASE("tasks are remembered over close and open while the file stays the same") {
  const TempDir folder;
  AppendFile file(options_of(folder));
  REQUIRE(file.open());
  REQUIRE(append(file, false, "one", "1"));
  file.close();
  REQUIRE(file.open());
  CHECK(file.holds({"1", 1}));
}

TEST_CASE("a second writer is told to wait") {
  const TempDir folder;
  AppendFile first(options_of(folder));
  REQUIRE(first.open());
  AppendFile second(options_of(folder));
  const auto refused = second.open();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == leat::ErrorKind::busy);
  CHECK(refused.error().message ==
        (folder.path() / "out").string() + ": another publisher or process writes to this file");
  first.close();
  CHECK(second.open());
}

TEST_CASE("a batch that does not fit on the disk is not there at all, and fits when there is room") {
  for (const bool array : {false, true}) {
    const TempDir folder;
    AppendFile file(options_of(folder, array));
    REQUIRE(file.open());
    REQUIRE(append(file, array, "small", "1"));
    const std::string before = folder.read("out");
    const std::string large(100'000, 'x');
    {
      const SizeLimit limit(50'000);
      const auto full = append(file, array, large, "2");
      REQUIRE_FALSE(full);
      CHECK(full.error().kind == leat::ErrorKind::denied);
      CHECK(
          full.error().message.starts_with((folder.path() / "out").string() + ": cannot be written: File too large ("));
      CHECK(full.error().message.ends_with(" bytes free on its disk)"));
    }
    CHECK(folder.read("out") == before);
    CHECK_FALSE(file.holds({"2", 1}));
    REQUIRE(file.open());
    REQUIRE(append(file, array, large, "2"));
    CHECK(folder.read("out").size() == before.size() + large.size() + (array ? 2 : 1));
    CHECK(file.holds({"2", 1}));
  }
}

TEST_CASE("a journal that cannot be shortened goes on as it is, and a crash still leaves whole batches") {
  const TempDir folder;
  const AppendOptions options = options_of(folder);
  std::string before;
  std::string torn;
  std::string task;  // of the last batch before
  {
    AppendFile file(options);
    REQUIRE(file.open());
    const Pieces line{"batch\n"};
    std::size_t batches = 0;
    for (; !batches || std::filesystem::file_size(options.path + ".journal") <= 1U << 20U; ++batches) {
      std::vector<Mark> marks;
      for (int i = 0; i < 4000; ++i) {
        task = std::to_string(4000 * batches + i);
        marks.push_back({task, ~std::uint64_t{0}});
      }
      REQUIRE(file.append(line, marks));
    }
    before = folder.read("out");
    {
      const SizeLimit limit(1000);
      REQUIRE_FALSE(append(file, false, "refused", "refused"));
    }
    CHECK(folder.read("out") == before);
    REQUIRE(append(file, false, "last-record", "last"));
    torn = folder.read("out");
    torn.resize(torn.size() - 4);
  }
  overwrite(folder, torn);
  AppendFile file(options);
  REQUIRE(file.open());
  CHECK(folder.read("out") == before);
  CHECK(file.holds({task, ~std::uint64_t{0}}));
  CHECK_FALSE(file.holds({"last", 1}));
}

TEST_CASE("a folder, a device and a file that is not ours are refused") {
  const TempDir folder;
  const auto refusal = [](const std::string& path) {
    AppendFile file(AppendOptions{path, false, false, false});
    const auto opened = file.open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == leat::ErrorKind::denied);
    return opened.error().message;
  };
  CHECK(refusal(folder.path().string()) == folder.path().string() + ": cannot be opened for writing: Is a directory");
  CHECK(refusal("/dev/full") == "/dev/full: is not a regular file; use - to write to a pipe");
  const std::string database = folder.write("database", std::string("SQLite format 3\0 and more", 25));
  CHECK(refusal(database).starts_with(database + ": is not a text but a file of another program"));
  CHECK(folder.read("database").size() == 25);
  const std::string below = folder.write("file", "") + "/out";
  CHECK(refusal(below) == (folder.path() / "file").string() + ": cannot be made: Not a directory");
}

TEST_CASE("a process killed while it appends leaves every batch that it reported, and no half of one") {
  const TempDir folder;
  std::mt19937 random(20260101);  // the seed
  std::uint64_t next = 0;         // the first number that is not known to be in the file
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      AppendFile file(options_of(folder));
      for (std::uint64_t i = next; file.open(); i += 3) {
        std::string text;
        std::vector<Mark> marks;
        for (std::uint64_t number = i; number < i + 3; ++number) {
          const Mark mark{std::to_string(number), number};
          if (file.holds(mark)) continue;
          text += std::to_string(number) + ' ' + std::string(20'000, 'x') + '\n';
          marks.push_back(mark);
        }
        const Pieces pieces{text};
        if (!text.empty() && !file.append(pieces, marks)) break;
        if (::write(ends[1], "+", 1) != 1) break;
      }
      ::_exit(1);
    }
    ::close(ends[1]);
    const auto reports = static_cast<int>(random() % 8);
    char report = 0;
    for (int i = 0; i < reports; ++i) {
      REQUIRE(::read(ends[0], &report, 1) == 1);
      next += 3;
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &report, 1) == 1) next += 3;
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(AppendFile(options_of(folder)).open());
    std::ifstream lines(folder.path() / "out");
    std::string line;
    std::uint64_t number = 0;
    for (; std::getline(lines, line); ++number) {
      REQUIRE(line == std::to_string(number) + ' ' + std::string(20'000, 'x'));
    }
    CHECK(number >= next);
    CHECK(number <= next + 3);
  }
}
