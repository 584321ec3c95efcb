#include "publisher.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/plugin_host.hpp"
#include "support/process.hpp"

using leat::file::Publisher;
using leat::host::Fate;
using leat::test::PluginHost;
using leat::test::TempDir;

namespace {

using Texts = std::vector<std::string>;

class Route {
 public:
  explicit Route(const std::string& options) : publisher_(host_.make<Publisher>(options)) {}

  // What became of each record: "+", or why not.
  Texts publish(const std::vector<std::string>& records, int first_task = 0) {
    leat_batch batch;
    for (const std::string& text : records) {
      leat::NewRecord record(text);
      if (first_task > 0) record.set_attribute("leat.task", std::to_string(first_task++));
      leat::Batch(&batch).append(std::move(record));
    }
    const auto call = host_.call();
    const leat_kind kind = leat::detail::publish<Publisher>(publisher_.get(), call.get(), &batch);
    Texts out;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch.fate(i) == Fate::rejected) {
        out.push_back(batch.error(i).message);
      } else if (kind == LEAT_OK || batch.fate(i) == Fate::delivered) {
        out.emplace_back("+");
      } else {
        out.push_back(std::to_string(kind) + ' ' + call->failure(kind).message);
      }
    }
    return out;
  }

  leat_kind open() {
    const auto call = host_.call();
    return leat::detail::open_publisher<Publisher>(publisher_.get(), call.get());
  }
  void close() {
    const auto call = host_.call();
    CHECK(leat::detail::close<Publisher>(publisher_.get(), call.get()) == LEAT_OK);
  }
  Publisher& publisher() { return *publisher_; }
  PluginHost& host() { return host_; }

 private:
  PluginHost host_;
  std::unique_ptr<Publisher> publisher_;
};

std::string options(const TempDir& folder, const std::string& name, const std::string& more = {}) {
  return R"({"path": ")" + (folder.path() / name).string() + R"(", "sync": false)" + more + "}";
}

std::string refusal(const std::string& options_json) {
  try {
    const Route route(options_json);
  } catch (const leat::Failure& failure) {
    return failure.error().message;
  }
  return "none";
}

}  // namespace

TEST_CASE("records become lines of NDJSON, byte for byte") {
  const TempDir folder;
  Route route(options(folder, "out.ndjson"));
  CHECK(route.publish({R"({"id":1.10,"t":"\u00e9\n"})", "[1]"}) == Texts{"+", "+"});
  CHECK(route.publish({"null"}) == Texts{"+"});
  CHECK(folder.read("out.ndjson") == "{\"id\":1.10,\"t\":\"\\u00e9\\n\"}\n[1]\nnull\n");
  CHECK(route.publisher().replay_safe());
  CHECK(route.publish({}).empty());
}

TEST_CASE("records become elements of a JSON array") {
  const TempDir folder;
  Route route(options(folder, "out.json"));
  CHECK(route.publish({"1", "2"}) == Texts{"+", "+"});
  CHECK(route.publish({"{}"}) == Texts{"+"});
  CHECK(folder.read("out.json") == "[\n1,\n2,\n{}\n]\n");
}

TEST_CASE("records become rows of CSV under the members of the first one") {
  const TempDir folder;
  Route route(options(folder, "out.csv"));
  CHECK(route.publish({R"({"id":[1],"x":2})", R"({"id":1,"na,me":"say \"hi\"","ok":true,"none":null})",
                       R"({"ok":false,"id":1.10})", R"({"id":3,"other":1})", "7", "{}"}) ==
        Texts{"the member id is an object or array, which CSV cannot hold; map it to plain values first", "+", "+",
              "the member other is no column of the file", "a CSV row is made of an object",
              "a CSV row is made of an object with members; this one has none"});
  route.close();
  CHECK(route.open() == LEAT_OK);
  CHECK(route.publish({R"({"none":"x\ny"})"}) == Texts{"+"});
  CHECK(folder.read("out.csv") ==
        "id,\"na,me\",ok,none\r\n1,\"say \"\"hi\"\"\",true,\r\n1.10,,false,\r\n,,,\"x\ny\"\r\n");
}

TEST_CASE("given columns choose members; a file's header has to fit them") {
  const TempDir folder;
  Route route(options(folder, "out.csv", R"(, "columns": ["b", "a"], "delimiter": ";")"));
  CHECK(route.publish({R"({"a":"x;y","c":{},"b":""})", R"({"c":1})"}) == Texts{"+", "+"});
  route.close();
  CHECK(folder.read("out.csv") == "b;a\r\n;\"x;y\"\r\n;\r\n");
  Route other(options(folder, "out.csv", R"(, "columns": ["b", "c"], "delimiter": ";")"));
  CHECK(other.publish({R"({"b":1})"}) ==
        Texts{"2 " + (folder.path() / "out.csv").string() +
              ": its header is b;a, which differs from the option columns; name another file"});
}

TEST_CASE("a row of one empty value is no blank line") {
  const TempDir folder;
  Route route(options(folder, "out.csv"));
  CHECK(route.publish({R"({"a":""})", R"({"a":null})"}) == Texts{"+", "+"});
  CHECK(folder.read("out.csv") == "a\r\n\"\"\r\n\"\"\r\n");
}

TEST_CASE("a task that comes again is not written again, neither in the same run nor after a crash") {
  for (const std::string name : {"out.ndjson", "out.json", "out.csv"}) {
    CAPTURE(name);
    const TempDir folder;
    std::string written;
    {
      Route route(options(folder, name));
      CHECK(route.publish({R"({"a":1})", R"({"a":2})"}, 10) == Texts{"+", "+"});
      written = folder.read(name);
      CHECK(route.publish({R"({"a":1})", R"({"a":2})"}, 10) == Texts{"+", "+"});
      CHECK(folder.read(name) == written);
    }  // no close: a crash
    Route route(options(folder, name));
    CHECK(route.publish({R"({"a":1})", R"({"a":2})"}, 10) == Texts{"+", "+"});
    CHECK(folder.read(name) == written);
    // The same number with other content is another task: of a new store.
    CHECK(route.publish({R"({"a":3})"}, 10) == Texts{"+"});
    CHECK(folder.read(name).size() > written.size());
    CHECK(route.publish({R"({"a":4})", R"({"a":1})"}, 12) == Texts{"+", "+"});
    const std::string all = folder.read(name);
    CHECK(all.find('4') != std::string::npos);
  }
}

TEST_CASE("records without a task number are written as often as they come") {
  const TempDir folder;
  Route route(options(folder, "out.ndjson"));
  CHECK(route.publish({"1"}) == Texts{"+"});
  CHECK(route.publish({"1"}) == Texts{"+"});
  CHECK(folder.read("out.ndjson") == "1\n1\n");
}

TEST_CASE("a batch larger than what one system call takes is written in order") {
  const TempDir folder;
  Route route(options(folder, "out.ndjson"));
  std::vector<std::string> records;
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    records.push_back(std::to_string(i));
    expected += records.back() + '\n';
  }
  CHECK(route.publish(records, 1).size() == 3000);
  CHECK(folder.read("out.ndjson") == expected);
}

TEST_CASE("wrong options are refused with what to do") {
  const TempDir folder;
  const std::string path = (folder.path() / "out.txt").string();
  CHECK(refusal(R"({"path": ")" + path + "\"}") ==
        "format: set it to ndjson, json or csv; the name " + path + " ends in none of .ndjson, .jsonl, .json, .csv");
  CHECK(refusal(options(folder, "a.ndjson", R"(, "columns": ["a"])")) == "columns: only CSV has columns");
  CHECK(refusal(options(folder, "a.csv", R"(, "delimiter": ";;")")) ==
        "delimiter: one ASCII character is needed (not a quote or line end), found \";;\"");
}

TEST_CASE("standard output gets records as they come, and is not replay safe") {
  const TempDir folder;
  // Standard output is a file for the time of the test.
  const int saved = ::dup(STDOUT_FILENO);
  const auto captured = [&](const std::string& format, auto body) {
    const leat::file::Descriptor file(
        ::open((folder.path() / "stdout").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    REQUIRE(::dup2(file.raw(), STDOUT_FILENO) == STDOUT_FILENO);
    Texts fates;
    {
      Route route(R"({"path": "-", "format": ")" + format + "\"}");
      fates = body(route);
    }
    ::dup2(saved, STDOUT_FILENO);
    return std::pair(fates, folder.read("stdout"));
  };
  const auto two_batches = [](Route& route) {
    Texts fates = route.publish({R"({"a":1})", R"({"a":2})"}, 1);
    const Texts more = route.publish({R"({"a":1})"}, 1);
    fates.insert(fates.end(), more.begin(), more.end());
    route.close();
    fates.emplace_back(route.publisher().replay_safe() ? "safe" : "not safe");
    return fates;
  };
  const Texts expected{"+", "+", "+", "not safe"};
  CHECK(captured("ndjson", two_batches) == std::pair(expected, std::string("{\"a\":1}\n{\"a\":2}\n{\"a\":1}\n")));
  CHECK(captured("json", two_batches) == std::pair(expected, std::string("[\n{\"a\":1},\n{\"a\":2},\n{\"a\":1}\n]\n")));
  CHECK(captured("csv", two_batches) == std::pair(expected, std::string("a\r\n1\r\n2\r\n1\r\n")));
  ::close(saved);
}

TEST_CASE("a reader of standard output that takes nothing does not keep the host from stopping") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const leat::file::Descriptor reader(ends[0]);
  const leat::file::Descriptor writer(ends[1]);
  const int saved = ::dup(STDOUT_FILENO);
  REQUIRE(::dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
  Texts fates;
  {
    Route route(R"({"path": "-"})");
    route.host().stop();
    fates = route.publish({"1", '"' + std::string(1'000'000, 'x') + '"', "2"});
  }
  ::dup2(saved, STDOUT_FILENO);
  ::close(saved);
  CHECK(fates == Texts{"+", "standard output: asked to stop within a record", "7 asked to stop"});
}
