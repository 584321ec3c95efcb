// Components as an author writes them, run through the tables the host calls.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "leat/json.hpp"
#include "leat/sdk.hpp"
#include "support/plugin_host.hpp"

using namespace leat;
using leat::test::PluginHost;

namespace {

struct Rename {
  std::string from;
  std::string to = "name";
  std::int32_t limit = 5;
  std::chrono::milliseconds pause{1500};
  std::vector<std::string> tags;
  std::optional<bool> strict;
  static auto options() {
    return leat::options<Rename>()
        .field("from", &Rename::from, "The member to read.", required)
        .field("to", &Rename::to, "The member to write.", one_of({"name", "title"}))
        .field("limit", &Rename::limit, "At most.", range(1, 10))
        .field("pause", &Rename::pause, "Between records.")
        .field("tags", &Rename::tags, "Names.")
        .field("strict", &Rename::strict, "Refuse what is missing.");
  }
  bool operator()(Record record) {
    const auto value = record[from].str();
    if (!value && strict.value_or(false)) throw invalid(from + " is missing");
    if (!value) return false;
    record.set(to, std::string(*value));
    return true;
  }
};

struct Measure {
  double tolerance = 1e-7;
  double share = 0.1;
  std::uint64_t most = 18'446'744'073'709'551'615U;
  std::uint8_t small = 255;
  static auto options() {
    return leat::options<Measure>()
        .field("tolerance", &Measure::tolerance, "How far apart they may be.", range(1e-12, 2.5e10))
        .field("share", &Measure::share, "Of the whole.")
        .field("most", &Measure::most, "As many.")
        .field("small", &Measure::small, "A byte.");
  }
  void operator()(Record /*record*/) {}
};

struct Thrower {
  void operator()(Record record) {
    const auto what = record["what"].str().value_or("");
    if (what == "busy") throw busy("try later", 1234);
    if (what == "std") throw std::out_of_range("index 7");
    if (what == "int") throw 7;  // NOLINT: authors do such things
    if (what == "memory") throw std::bad_alloc();
  }
};

struct Recorder {
  std::string publish(Record record, Context&) {
    if (!record["id"]) throw invalid("id is missing");
    return R"({"seen":)" + std::string(record["id"].json()) + "}";
  }
};

struct Moody {
  void publish(Record /*record*/, Context& /*context*/) {}
  bool replay_safe() const { throw std::runtime_error("no idea"); }
  std::uint32_t batch_max() const { throw 7; }  // NOLINT: authors do such things
};

struct Narrow {
  std::int8_t tiny = 0;
  std::optional<std::uint16_t> port;
  std::int32_t number = 0;
  std::int64_t wide = 0;
  std::uint64_t count = 0;
  std::uint8_t percent = 0;
  static auto options() {
    return leat::options<Narrow>()
        .field("tiny", &Narrow::tiny, "")
        .field("port", &Narrow::port, "")
        .field("number", &Narrow::number, "")
        .field("wide", &Narrow::wide, "")
        .field("count", &Narrow::count, "")
        .field("percent", &Narrow::percent, "", range(1, 100));
  }
  void operator()(Record /*record*/) {}
};

// Runs a transformer's table over records given as text; what became of each, in order.
template <class T>
std::vector<std::string> run(PluginHost& host, const std::string& config, const std::vector<std::string>& records) {
  const auto component = transformer<T>("test");
  const auto instance = host.make<T>(config);
  host::Batch batch;
  for (const auto& text : records) batch.append(std::move(host::make_record(text).value()));
  const auto call = host.call();
  const auto* table = static_cast<const leat_transformer*>(component.vtable);
  REQUIRE(table->process(instance.get(), call.get(), &batch) == LEAT_OK);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    switch (batch.fate(i)) {
      case host::Fate::live: out.emplace_back(batch.record(i)->json()); break;
      case host::Fate::dropped: out.emplace_back("dropped"); break;
      case host::Fate::delivered: out.emplace_back("delivered"); break;
      case host::Fate::rejected:
        out.push_back(std::string(to_string(batch.error(i).kind)) + ": " + batch.error(i).message);
        break;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a schema states type, default, bounds and help of each option once") {
  const auto schema = nlohmann::json::parse(leat::detail::config_schema<Rename>());
  CHECK(schema["type"] == "object");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["required"] == nlohmann::json::array({"from"}));
  const auto& properties = schema["properties"];
  CHECK(properties["from"] == nlohmann::json{{"type", "string"}, {"description", "The member to read."}});
  CHECK(properties["to"]["enum"] == nlohmann::json::array({"name", "title"}));
  CHECK(properties["to"]["default"] == "name");
  CHECK(properties["limit"]["minimum"] == 1);
  CHECK(properties["limit"]["default"] == 5);
  CHECK(properties["pause"]["x-leat"] == "duration");
  CHECK(properties["pause"]["default"] == "1500ms");
  CHECK_FALSE(properties["strict"].contains("default"));
}

TEST_CASE("an integer's bounds are those of its type, unless its author sets others") {
  const auto schema = nlohmann::json::parse(leat::detail::config_schema<Narrow>());
  const auto bounds = [&](const char* option) {
    const auto& stated = schema["properties"][option];
    return std::pair(stated.value("minimum", nlohmann::json()), stated.value("maximum", nlohmann::json()));
  };
  using Bounds = std::pair<nlohmann::json, nlohmann::json>;
  CHECK(bounds("tiny") == Bounds{-128, 127});
  CHECK(bounds("port") == Bounds{0, 65535});
  CHECK(bounds("number") == Bounds{-2147483648LL, 2147483647});
  CHECK(bounds("wide") == Bounds{nullptr, nullptr});
  CHECK(bounds("count") == Bounds{0, nullptr});
  CHECK(bounds("percent") == Bounds{1, 100});
}

TEST_CASE("options fill the members; what is absent keeps its default") {
  PluginHost host;
  const auto made = host.make<Rename>(R"({"from": "a", "limit": 7, "pause": 20, "tags": ["x", "y"], "strict": true})");
  CHECK(made->from == "a");
  CHECK(made->to == "name");
  CHECK(made->limit == 7);
  CHECK(made->pause == std::chrono::milliseconds(20));
  CHECK(made->tags == std::vector<std::string>{"x", "y"});
  CHECK(made->strict == std::optional<bool>(true));
}

TEST_CASE("numbers are stated as they are, and loaded up to the last one") {
  const auto schema = nlohmann::json::parse(leat::detail::config_schema<Measure>());
  const auto& properties = schema["properties"];
  CHECK(properties["tolerance"]["default"] == 1e-7);
  CHECK(properties["tolerance"]["minimum"] == 1e-12);
  CHECK(properties["tolerance"]["maximum"] == 2.5e10);
  CHECK(properties["share"]["default"] == 0.1);
  CHECK(properties["most"]["default"] == 18'446'744'073'709'551'615U);
  CHECK(properties["small"]["default"] == 255);
  PluginHost host;
  const auto made = host.make<Measure>(R"({"most": 18446744073709551614, "small": 7, "tolerance": 1e-9})");
  CHECK(made->most == 18'446'744'073'709'551'614U);
  CHECK(made->small == 7);
  CHECK(made->tolerance == 1e-9);
  for (const char* wrong : {"256", "-1", "1.5", "\"1\""}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(host.make<Measure>(R"({"small": )" + std::string(wrong) + "}"),
                         "small: an integer in range is expected", Failure);
  }
}

TEST_CASE("options of a wrong type are refused by name") {
  PluginHost host;
  struct Row {
    const char* config;
    const char* message;
  };
  const Row rows[] = {
      {R"({})", "from: is required"},
      {R"({"from": 4})", "from: a string is expected"},
      {R"({"from": "a", "limit": "x"})", "limit: an integer in range is expected"},
      {R"({"from": "a", "limit": 9999999999})", "limit: an integer in range is expected"},
      {R"({"from": "a", "strict": 1})", "strict: true or false is expected"},
      {R"({"from": "a", "tags": [1]})", "tags: a string is expected"},
      {R"({"from": "a", "tags": "x"})", "tags: a list of strings is expected"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.config);
    CHECK_THROWS_WITH_AS(host.make<Rename>(row.config), row.message, Failure);
  }
}

TEST_CASE("a transformer keeps, drops or rejects each record by what its author does") {
  PluginHost host;
  CHECK(run<Rename>(host, R"({"from": "a"})", {R"({"a":"x"})", R"({"b":1})"}) ==
        std::vector<std::string>{R"({"a":"x","name":"x"})", "dropped"});
  CHECK(run<Rename>(host, R"({"from": "a", "strict": true})", {R"({"b":1})", R"({"a":"y"})"}) ==
        std::vector<std::string>{"invalid: a is missing", R"({"a":"y","name":"y"})"});
}

TEST_CASE("whatever an author throws fails that record alone, with a kind and a text") {
  PluginHost host;
  CHECK(run<Thrower>(host, "{}",
                     {R"({"what":"busy"})", R"({"what":"std"})", R"({"what":"int"})", R"({"what":"memory"})",
                      R"({"what":"none"})"}) ==
        std::vector<std::string>{"busy: try later", "invalid: unexpected: index 7",
                                 "invalid: unexpected: an exception that is no std::exception", "busy: out of memory",
                                 R"({"what":"none"})"});
}

TEST_CASE("a publisher's answer is kept with its record, its failure too") {
  PluginHost host;
  const auto component = publisher<Recorder>("test");
  const auto instance = host.make<Recorder>("{}");
  host::Batch batch;
  for (const char* text : {R"({"id":4})", R"({})"}) batch.append(std::move(host::make_record(text).value()));
  const auto call = host.call();
  const auto* table = static_cast<const leat_publisher*>(component.vtable);
  REQUIRE(table->publish(instance.get(), call.get(), &batch) == LEAT_OK);
  CHECK(batch.fate(0) == host::Fate::delivered);
  CHECK(batch.answer(0) == R"({"seen":4})");
  CHECK(batch.fate(1) == host::Fate::rejected);
  CHECK(batch.error(1).message == "id is missing");
  CHECK_FALSE(LEAT_HAS(table, leat_publisher, replay_safe));
}

TEST_CASE("a publisher whose promises throw makes none, and the log says why") {
  PluginHost host;
  const auto component = publisher<Moody>("test");
  const auto instance = host.make<Moody>("{}");
  const auto* table = static_cast<const leat_publisher*>(component.vtable);
  CHECK(table->replay_safe(instance.get()) == 0);
  CHECK(table->batch_max(instance.get()) == 0);
  CHECK(host.lines == std::vector<std::string>{"replay_safe failed: unexpected: no idea",
                                               "batch_max failed: unexpected: an exception that is no std::exception"});
}

TEST_CASE("a cancelled publisher leaves what it has not begun") {
  PluginHost host;
  const auto component = publisher<Recorder>("test");
  const auto instance = host.make<Recorder>("{}");
  host::Batch batch;
  batch.append(std::move(host::make_record(R"({"id":4})").value()));
  host.stop();
  const auto call = host.call();
  const auto* table = static_cast<const leat_publisher*>(component.vtable);
  CHECK(table->publish(instance.get(), call.get(), &batch) == LEAT_CANCELLED);
  CHECK(batch.fate(0) == host::Fate::live);
}

TEST_CASE("nodes read, write and iterate") {
  PluginHost host;
  NewRecord record(R"({"id":9007199254740993,"amount":1.10,"name":"a\u00e9","list":[1,"two",null],"on":true})");
  CHECK(record["id"].i64() == std::optional<std::int64_t>(9007199254740993));
  CHECK(record["amount"].number() == std::optional<std::string_view>("1.10"));
  CHECK(record["name"].str() == std::optional<std::string_view>("a\xc3\xa9"));
  CHECK(record["on"].boolean() == std::optional<bool>(true));
  CHECK_FALSE(record["none"]["deeper"].str());
  CHECK(record["list"].size() == 3);
  CHECK(record["list"][2].is_null());
  CHECK(record["list"][9].type() == Type::missing);
  std::string keys;
  for (const auto item : record.root()) (keys += item.key) += ' ';
  CHECK(keys == "id amount name list on ");
  record.set("count", 18446744073709551615ULL);
  record.root().put("sub").set_object();
  record["sub"].set("x", 1.5);
  record["list"].push().set("three");
  CHECK(record.erase("name"));
  CHECK(record.json() == R"({"id":9007199254740993,"amount":1.10,"list":[1,"two",null,"three"],"on":true,)"
                         R"("count":18446744073709551615,"sub":{"x":1.5}})");
  CHECK_THROWS_AS(record.set("bad", "\xff"), Failure);
  CHECK(to_json(record["sub"]) == nlohmann::json{{"x", 1.5}});
}

TEST_CASE("a secret is given by reference and does not come from the text of the configuration") {
  struct Keyed {
    Secret key;
    static auto options() { return leat::options<Keyed>().field("key", &Keyed::key, "The key.", required); }
    void operator()(Record) {}
  };
  PluginHost host;
  CHECK_THROWS_AS(host.make<Keyed>(R"({"key": "literal"})"), Failure);
  static const leat_secret_api secrets{sizeof(leat_secret_api), 0,
                                       [](const leat_host*, leat_ctx*, leat_str reference, leat_str* out) -> leat_kind {
                                         if (view(reference) != "clients.x.key") return LEAT_NOT_FOUND;
                                         *out = str("s3cret");
                                         return LEAT_OK;
                                       }};
  host.offer(LEAT_SECRET_SERVICE, &secrets);
  CHECK(host.make<Keyed>(R"({"key": {"$secret": "clients.x.key"}})")->key.value() == "s3cret");
}
