#include "subscriber.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/plugin_host.hpp"
#include "support/process.hpp"

using leat::file::Subscriber;
using leat::host::Fate;
using leat::test::PluginHost;
using leat::test::TempDir;

namespace {

using Texts = std::vector<std::string>;

// A subscriber as the host uses it: open at the last cursor, poll to the end.
class Source {
 public:
  explicit Source(const std::string& options) : subscriber_(host_.make<Subscriber>(options)) {}

  // Opens and polls until the end; what came: a record's text, or "rejected: why (text)".
  Texts read(std::uint32_t max = 1000) {
    Texts out = open();
    bool ended = !out.empty();
    while (!ended) {
      const std::size_t before = out.size();
      ended = poll(out, max);
      if (!ended && out.size() == before) return out;
    }
    return out;
  }

  Texts open() {
    const auto call = host_.call();
    const leat_kind kind =
        leat::detail::open_subscriber<Subscriber>(subscriber_.get(), call.get(), leat::bytes(cursor));
    if (kind == LEAT_OK) return {};
    return {"open: " + std::to_string(kind) + ' ' + call->failure(kind).message};
  }

  // True at the end, or after a failure.
  bool poll(Texts& out, std::uint32_t max) {
    const auto call = host_.call();
    leat_batch batch;
    const leat_kind kind = leat::detail::poll<Subscriber>(subscriber_.get(), call.get(), max, 0, &batch);
    if (kind != LEAT_OK) {
      out.push_back("poll: " + std::to_string(kind) + ' ' + call->failure(kind).message);
      return true;
    }
    CHECK(batch.size() <= max);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::string text(batch.record(i)->json());
      out.push_back(batch.fate(i) == Fate::rejected ? "rejected: " + batch.error(i).message + " (" + text + ")" : text);
    }
    if (const auto moved = batch.cursor()) cursor = *moved;
    return batch.ended();
  }

  std::string cursor;
  const std::vector<std::string>& log() const { return host_.lines; }

 private:
  PluginHost host_;
  std::unique_ptr<Subscriber> subscriber_;
};

std::string options(const TempDir& folder, const std::string& name, const std::string& more = {}) {
  return R"({"path": ")" + (folder.path() / name).string() + '"' + more + "}";
}

void append(const TempDir& folder, const std::string& name, std::string_view text) {
  std::ofstream(folder.path() / name, std::ios::binary | std::ios::app) << text;
}

}  // namespace

TEST_CASE("a line that is no JSON is rejected with its number and text; the others arrive") {
  const TempDir folder;
  folder.write("in.ndjson", "{\"id\":1}\n\n{\"id\":}\n{\"a\":\"\xff\"}\n{\"id\":2}\n");
  Source source(options(folder, "in.ndjson"));
  const Texts found = source.read();
  REQUIRE(found.size() == 4);
  CHECK(found[0] == "{\"id\":1}");
  CHECK(found[1].starts_with("rejected: in.ndjson line 3: "));
  CHECK(found[1].ends_with(" (\"{\\\"id\\\":}\")"));
  CHECK(found[2].starts_with("rejected: in.ndjson line 4: "));
  CHECK(found[2].ends_with(" (\"{\\\"a\\\":\\\"\xef\xbf\xbd\\\"}\")"));
  CHECK(found[3] == "{\"id\":2}");
}

TEST_CASE("a read that stopped anywhere goes on with the next record") {
  struct Row {
    std::string_view name, content;
  };
  const Row rows[] = {{"in.ndjson", "{\"id\":\"1\"}\n{\"id\":\"2\"}\r\n\n{\"id\":\"3\"}\n{\"id\":\"4\"}"},
                      {"in.json", "[{\"id\":\"1\"},\n{\"id\":\"2\"} , {\"id\":\"3\"},{\"id\":\"4\"}\n]\n"},
                      {"in.csv", "\xef\xbb\xbfid\r\n1\r\n\"2\"\r\n3\n4"}};
  const Texts expected{"{\"id\":\"1\"}", "{\"id\":\"2\"}", "{\"id\":\"3\"}", "{\"id\":\"4\"}"};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TempDir folder;
    folder.write(std::string(row.name), row.content);
    for (const std::uint32_t max : {1U, 2U, 3U, 5U}) {
      Source source(options(folder, std::string(row.name)));
      CHECK(source.read(max) == expected);
    }
    std::string cursor;
    for (const std::string& record : expected) {  // a new process for each record
      Source source(options(folder, std::string(row.name)));
      source.cursor = cursor;
      Texts found = source.open();
      source.poll(found, 1);
      CHECK(found == Texts{record});
      cursor = source.cursor;
    }
    Source source(options(folder, std::string(row.name)));
    source.cursor = cursor;
    CHECK(source.read().empty());
  }
}

TEST_CASE("what is added to a file is read by the next poll; a line that is still being written waits") {
  const TempDir folder;
  folder.write("in.ndjson", "{\"id\":1}\n{\"id\":");
  Source source(options(folder, "in.ndjson"));
  CHECK(source.read() == Texts{"{\"id\":1}"});
  REQUIRE(source.log().size() == 1);
  CHECK(source.log()[0] == "in.ndjson line 2: the last line is incomplete; it is read when it ends with a line end");
  append(folder, "in.ndjson", "2}\n12");
  Texts found;
  CHECK(source.poll(found, 10));
  CHECK(found == Texts{"{\"id\":2}"});
  append(folder, "in.ndjson", "3\n{\"id\":4}");
  CHECK(source.poll(found, 10));
  append(folder, "in.ndjson", "\n{\"id\":5}\n");
  CHECK(source.poll(found, 10));
  CHECK(found == Texts{"{\"id\":2}", "123", "{\"id\":4}", "{\"id\":5}"});
}

TEST_CASE("a JSON array that grows is read on behind its last element") {
  const TempDir folder;
  folder.write("in.json", "[\n1,\n2\n]\n");
  Source source(options(folder, "in.json"));
  CHECK(source.read() == Texts{"1", "2"});
  std::filesystem::resize_file(folder.path() / "in.json", 6);
  append(folder, "in.json", ",\n3\n]\n");
  Texts found;
  CHECK(source.poll(found, 10));
  CHECK(found == Texts{"3"});
}

TEST_CASE("a file that was replaced, shortened or rewritten is read from its begin") {
  const TempDir folder;
  const std::string first = "{\"id\":1}\n{\"id\":2}\n";
  const auto after = [&](auto change) {
    folder.write("in.ndjson", first);
    Source source(options(folder, "in.ndjson"));
    CHECK(source.read().size() == 2);
    change();
    const Texts found = source.read();
    CHECK(source.log().size() == 1);
    return found;
  };
  CHECK(after([&] { folder.write("in.ndjson", "{\"id\":3}\n"); }) == Texts{"{\"id\":3}"});
  CHECK(after([&] { folder.write("in.ndjson", "{\"id\":3}\n{\"id\":4}\n{\"id\":5}\n"); }).size() == 3);
  CHECK(after([&] {
          folder.write("new", first + "{\"id\":3}\n");
          std::filesystem::rename(folder.path() / "new", folder.path() / "in.ndjson");
        }).size() == 3);
}

TEST_CASE("an array that is damaged gives what stands before the damage, then says where it is") {
  const TempDir folder;
  folder.write("in.json", "[1,\n2,\n{\"a\":");
  Source source(options(folder, "in.json"));
  CHECK(source.read() == Texts{"1", "2",
                               "poll: 2 in.json line 3: the array does not end with \"]\"; is the file still being "
                               "written?"});
  CHECK(source.read() ==
        Texts{"poll: 2 in.json line 3: the array does not end with \"]\"; is the file still being written?"});
}

TEST_CASE("CSV rows become objects of strings; rows that do not fit the header are rejected") {
  const TempDir folder;
  folder.write("in.csv", "id;\"na\"\"me\"\r\n1;\"a\r\nb\"\r\n2\r\n3;c;d\r\n\"4\"x;e\r\n5;\r\n6;\xff\r\n");
  Source source(options(folder, "in.csv", R"(, "delimiter": ";")"));
  CHECK(source.read() ==
        Texts{R"({"id":"1","na\"me":"a\r\nb"})",
              "rejected: in.csv line 4: the row has 1 values, the header 2 columns (\"2\")",
              "rejected: in.csv line 5: the row has 3 values, the header 2 columns (\"3;c;d\")",
              "rejected: in.csv line 6: something follows the closing quote in value 1 of the row (\"\\\"4\\\"x;e\")",
              R"({"id":"5","na\"me":""})",
              "rejected: in.csv line 8: the row is not valid UTF-8; save the file as UTF-8 (\"6;\xef\xbf\xbd\")"});
}

TEST_CASE("a CSV header that cannot name members is refused") {
  const TempDir folder;
  const auto failure = [&](std::string_view content) {
    folder.write("in.csv", content);
    Source source(options(folder, "in.csv", R"(, "max_record": 1000)"));
    const Texts found = source.read();
    REQUIRE(found.size() == 1);
    return found[0];
  };
  CHECK(failure("a,b,a\n1,2,3\n") == "poll: 2 in.csv line 1: the header names the column a twice");
  CHECK(failure("\"a\"b,c\n1,2\n") ==
        "poll: 2 in.csv line 1: the header: something follows the closing quote in value 1 of the row");
  CHECK(failure("a,,b\n1,2,3\n") == "poll: 2 in.csv line 1: column 2 of the header has no name");
  CHECK(failure("a," + std::string(5000, 'b') + "\n1,2\n") ==
        "poll: 2 in.csv line 1: the header: the record is longer than max_record (1000 bytes); is a quote not closed?");
  CHECK(failure("a,\"b\n1,2\n") == "poll: 2 in.csv line 1: the header: a quote is not closed");
  CHECK(failure("a,\xff\n1,2\n") == "poll: 2 in.csv line 1: the header is not valid UTF-8; save the file as UTF-8");
}

TEST_CASE("a file that is not there, no file, or no cursor of one is refused") {
  const TempDir folder;
  const std::string missing = (folder.path() / "missing.ndjson").string();
  CHECK(Source(options(folder, "missing.ndjson")).read() ==
        Texts{"open: 2 " + missing + ": cannot be opened: No such file or directory"});
  CHECK(Source(options(folder, "", R"(, "format": "json")")).read() ==
        Texts{"open: 2 " + folder.path().string() + "/: is not a regular file; use - to read a pipe"});
  folder.write("in.ndjson", "1\n");
  Source source(options(folder, "in.ndjson"));
  source.cursor = "7";
  CHECK(source.read() == Texts{"open: 2 the cursor is not one of a file: 7 (reset it, or set it to "
                               "{\"offset\":0,\"line\":1,\"record\":0})"});
}

TEST_CASE("a record that is longer than allowed is rejected, the others arrive") {
  const TempDir folder;
  folder.write("in.ndjson", "1\n\"" + std::string(5000, 'x') + "\"\n2\n");
  Source source(options(folder, "in.ndjson", R"(, "max_record": 1000)"));
  const Texts found = source.read();
  REQUIRE(found.size() == 3);
  CHECK(
      found[1].starts_with("rejected: in.ndjson line 2: the record is longer than max_record (1000 bytes) (\"\\\"xxx"));
  CHECK(found[2] == "2");
}

TEST_CASE("a batch holds about eight megabytes at most, whatever it may count") {
  const TempDir folder;
  std::string text;
  const std::string line = '"' + std::string(1 << 20, 'x') + "\"\n";
  for (int i = 0; i < 20; ++i) text += line;
  folder.write("in.ndjson", text);
  Source source(options(folder, "in.ndjson"));
  Texts found = source.open();
  CHECK_FALSE(source.poll(found, 1000));
  CHECK(found.size() == 8);
}
