// Batches, records and clients as the C++ layer gives them to an author, over the host's own records.
#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "leat/sdk.hpp"
#include "support/plugin_host.hpp"

using namespace leat;
using leat::test::PluginHost;

namespace {

// What is left of a batch, in order: JSON, "dropped", or the error.
std::vector<std::string> fates(const host::Batch& batch) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    switch (batch.fate(i)) {
      case host::Fate::dropped: out.emplace_back("dropped"); break;
      case host::Fate::rejected:
        out.push_back(std::string(to_string(batch.error(i).kind)) + ": " + batch.error(i).message);
        break;
      default: out.emplace_back(batch.record(i)->json());
    }
  }
  return out;
}

template <class T>
std::vector<std::string> run(const std::vector<std::string>& records) {
  PluginHost host;
  const auto component = transformer<T>("test");
  const auto instance = host.make<T>("{}");
  host::Batch batch;
  for (const auto& text : records) batch.append(std::move(host::make_record(text).value()));
  const auto call = host.call();
  REQUIRE(static_cast<const leat_transformer*>(component.vtable)->process(instance.get(), call.get(), &batch) ==
          LEAT_OK);
  return fates(batch);
}

struct Split {
  std::vector<NewRecord> operator()(Record record) {
    std::vector<NewRecord> out;
    for (const auto item : record["lines"]) {
      out.push_back(record.clone());
      out.back().root().erase("lines");
      out.back().set("line", item.value);
    }
    if (record["bad"]) throw invalid("a bad one");
    return out;
  }
};

struct MaySplit {
  Result<std::vector<NewRecord>> operator()(Record record, Context&) {
    if (record["bad"]) return Error{ErrorKind::denied, "no", 0};
    return std::vector<NewRecord>();
  }
};

struct Sort {
  void process(Batch& batch, Context&) {
    for (const auto item : batch.live()) {
      const auto n = item.record["n"].i64();
      if (!n) {
        batch.reject(item.index, busy("n is not here yet", 10));
      } else if (*n < 0) {
        batch.drop(item.index);
      } else {
        batch.append(R"({"copy":true})");
      }
    }
  }
};

}  // namespace

TEST_CASE("records that an author returns take the place of the one they came from") {
  CHECK(run<Split>({R"({"id":1,"lines":["a",{"b":2}]})", R"({"id":2,"lines":[]})", R"({"id":3,"bad":1})"}) ==
        std::vector<std::string>{"dropped", "dropped", "invalid: a bad one", R"({"id":1,"line":"a"})",
                                 R"({"id":1,"line":{"b":2}})"});
  CHECK(run<MaySplit>({R"({"bad":1})", "{}"}) == std::vector<std::string>{"denied: no", "dropped"});
}

TEST_CASE("a loop over a batch visits the live records that were there when it began") {
  CHECK(run<Sort>({R"({"n":1})", "{}", R"({"n":-1})", R"({"n":2})"}) ==
        std::vector<std::string>{R"({"n":1})", "busy: n is not here yet", "dropped", R"({"n":2})", R"({"copy":true})",
                                 R"({"copy":true})"});
}

TEST_CASE("a page becomes records with its buffer or without one") {
  PluginHost host;
  const auto call = host.call();
  Context context(call.get());
  host::Batch raw;
  Batch batch(&raw);
  {
    const Buffer page = Buffer::copy_of(R"([{"a":1},2])");
    CHECK(batch.append_array(page.text(), page, context) == 2);
  }
  CHECK(batch.append_array("[3]", context) == 1);
  CHECK_THROWS_WITH_AS(batch.append_array("[3,", context), "not a JSON array: byte 3: expected a value, found the end",
                       Failure);
  CHECK(fates(raw) == std::vector<std::string>{R"({"a":1})", "2", "3"});
  CHECK(Buffer().text().empty());
}

TEST_CASE("numbers, texts and attributes of a record") {
  PluginHost host;
  NewRecord record(R"({"max":18446744073709551615,"whole":1e3,"minus":-1,"id":17,"name":"a\/b","none":null})");
  CHECK(record["max"].u64() == std::optional<std::uint64_t>(18446744073709551615ULL));
  CHECK(record["whole"].u64() == std::optional<std::uint64_t>(1000));
  CHECK_FALSE(record["minus"].u64());
  CHECK_FALSE(record["name"].u64());
  CHECK(record["id"].text() == "17");
  CHECK(record["name"].text() == "a/b");
  CHECK(record["none"].text() == "null");
  CHECK(record["missing"].text().empty());
  record.set_attribute("test.b", "2");
  record.set_attribute("test.a", "1");
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  const Attributes both = {{"test.a", "1"}, {"test.b", "2"}};
  CHECK(record.attributes() == both);
  CHECK(record.clone().attributes() == both);
}

TEST_CASE("a query is encoded into the URL") {
  Request request;
  request.url = "/things";
  request.query("name", "a b&c").query("text", "\xc3\xa9~");
  CHECK(request.url == "/things?name=a%20b%26c&text=%C3%A9~");
}

TEST_CASE("state that the host does not offer is said to be missing") {
  PluginHost host;
  const auto call = host.call();
  const Context context(call.get());
  CHECK_THROWS_WITH_AS(context.state(), "the host does not offer leat.kv/1", Failure);
}
