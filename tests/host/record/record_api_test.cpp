// Every function of "leat.record/1", called as a plugin calls it.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <new>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/base/call.hpp"
#include "host/record/api_guard.hpp"
#include "host/record/record.hpp"

using leat::host::record_api;
using leat::host::str;
using leat::host::view;

namespace {

const leat_record_api& api = record_api();

// A record as a plugin holds it.
class Held {
 public:
  explicit Held(std::string_view json) : record_(api.create()) {
    CHECK(api.set_json(nullptr, record_, str(json)) == LEAT_OK);
  }
  ~Held() { api.release(record_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  leat_rec* get() const { return record_; }
  leat_node* root() const { return api.root(record_); }
  leat_node* operator[](std::string_view key) const { return api.get(root(), str(key)); }
  std::string json() const {
    leat_str text{};
    CHECK(api.json(nullptr, record_, &text) == LEAT_OK);
    return std::string(view(text));
  }

 private:
  leat_rec* record_;
};

leat_str text(std::string_view value) { return str(value); }

const leat_str no_text{nullptr, 0};

}  // namespace

TEST_CASE("the table is whole") {
  CHECK(api.struct_size == sizeof(leat_record_api));
  const auto* const members = reinterpret_cast<void* const*>(&api.create);
  const std::size_t count = (sizeof api - offsetof(leat_record_api, create)) / sizeof(void*);
  for (std::size_t i = 0; i < count; ++i) CHECK(members[i] != nullptr);
}

TEST_CASE("a NULL node reads as missing everywhere and refuses every change") {
  leat_str out{"x", 1};
  std::int64_t i64 = 7;
  double f64 = 7;
  std::int32_t boolean = 7;
  CHECK(api.type(nullptr) == LEAT_MISSING);
  CHECK(api.size(nullptr) == 0);
  CHECK(api.get(nullptr, text("a")) == nullptr);
  CHECK(api.get(api.get(api.get(nullptr, text("a")), text("b")), text("c")) == nullptr);
  CHECK(api.at(nullptr, 0, &out) == nullptr);
  CHECK(out.ptr == nullptr);
  out = {"x", 1};
  CHECK(api.as_str(nullptr, &out) == LEAT_NOT_FOUND);
  CHECK((out.ptr == nullptr && out.len == 0));
  CHECK(api.as_i64(nullptr, &i64) == LEAT_NOT_FOUND);
  CHECK(i64 == 0);
  CHECK(api.as_f64(nullptr, &f64) == LEAT_NOT_FOUND);
  CHECK(f64 == 0);
  CHECK(api.as_bool(nullptr, &boolean) == LEAT_NOT_FOUND);
  CHECK(boolean == 0);
  CHECK(api.as_number(nullptr, &out) == LEAT_NOT_FOUND);
  CHECK(api.node_json(nullptr, nullptr, &out) == LEAT_NOT_FOUND);
  CHECK(api.put(nullptr, text("a")) == nullptr);
  CHECK(api.push(nullptr) == nullptr);
  CHECK(api.erase(nullptr, text("a")) == LEAT_INVALID);
  CHECK(api.erase_at(nullptr, 0) == LEAT_INVALID);
  CHECK(api.set_null(nullptr) == LEAT_INVALID);
  CHECK(api.set_bool(nullptr, 1) == LEAT_INVALID);
  CHECK(api.set_i64(nullptr, 1) == LEAT_INVALID);
  CHECK(api.set_f64(nullptr, 1) == LEAT_INVALID);
  CHECK(api.set_number(nullptr, text("1")) == LEAT_INVALID);
  CHECK(api.set_str(nullptr, text("a")) == LEAT_INVALID);
  CHECK(api.set_array(nullptr) == LEAT_INVALID);
  CHECK(api.set_object(nullptr) == LEAT_INVALID);
  CHECK(api.set_node_json(nullptr, nullptr, text("1")) == LEAT_INVALID);
  CHECK(api.copy(nullptr, nullptr) == LEAT_INVALID);
  const Held held("{\"a\":1}");
  CHECK(api.copy(nullptr, held["a"]) == LEAT_INVALID);
  CHECK(api.copy(held["a"], nullptr) == LEAT_NOT_FOUND);
  CHECK(held.json() == "{\"a\":1}");
}

TEST_CASE("NULL records, outputs and texts are refused or read as empty") {
  leat_str out{};
  CHECK(api.clone(nullptr) == nullptr);
  api.release(nullptr);
  CHECK(api.root(nullptr) == nullptr);
  CHECK(api.json(nullptr, nullptr, &out) == LEAT_INVALID);
  CHECK(api.set_json(nullptr, nullptr, text("1")) == LEAT_INVALID);
  CHECK(api.attr(nullptr, text("a"), &out) == LEAT_INVALID);
  CHECK(api.set_attr(nullptr, text("a"), text("b")) == LEAT_INVALID);
  const Held held("{\"\":\"empty\",\"n\":1,\"b\":true}");
  CHECK(api.json(nullptr, held.get(), nullptr) == LEAT_INVALID);
  CHECK(api.attr(held.get(), text("a"), nullptr) == LEAT_INVALID);
  CHECK(api.as_str(held[""], nullptr) == LEAT_INVALID);
  CHECK(api.as_i64(held["n"], nullptr) == LEAT_INVALID);
  CHECK(api.as_f64(held["n"], nullptr) == LEAT_INVALID);
  CHECK(api.as_number(held["n"], nullptr) == LEAT_INVALID);
  CHECK(api.as_bool(held["b"], nullptr) == LEAT_INVALID);
  CHECK(api.node_json(nullptr, held["n"], nullptr) == LEAT_INVALID);
  CHECK(api.get(held.root(), no_text) == held[""]);
  CHECK(api.get(held.root(), leat_str{nullptr, 5}) == held[""]);
  CHECK(api.at(held.root(), 0, nullptr) == held[""]);
  CHECK(api.set_str(held["n"], no_text) == LEAT_OK);
  CHECK(api.set_json(nullptr, held.get(), no_text) == LEAT_INVALID);
  CHECK(held.json() == "{\"\":\"empty\",\"n\":\"\",\"b\":true}");
}

TEST_CASE("each accessor answers for each type of value") {
  struct Row {
    const char* json;
    std::int32_t type;
    std::size_t size;
    leat_kind as_str, as_i64, as_f64, as_bool, as_number;
  };
  const Row rows[] = {
      {"null", LEAT_NULL, 0, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID},
      {"true", LEAT_BOOL, 0, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_OK, LEAT_INVALID},
      {"false", LEAT_BOOL, 0, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_OK, LEAT_INVALID},
      {"12", LEAT_NUMBER, 0, LEAT_INVALID, LEAT_OK, LEAT_OK, LEAT_INVALID, LEAT_OK},
      {"1.5", LEAT_NUMBER, 0, LEAT_INVALID, LEAT_INVALID, LEAT_OK, LEAT_INVALID, LEAT_OK},
      {"1e400", LEAT_NUMBER, 0, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_OK},
      {"\"x\"", LEAT_STRING, 0, LEAT_OK, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID},
      {"\"12\"", LEAT_STRING, 0, LEAT_OK, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID},
      {"[1,2]", LEAT_ARRAY, 2, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID},
      {"{\"a\":1}", LEAT_OBJECT, 1, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID, LEAT_INVALID},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    const Held held("{\"v\":" + std::string(row.json) + "}");
    leat_node* const node = held["v"];
    leat_str out{};
    std::int64_t i64 = 0;
    double f64 = 0;
    std::int32_t boolean = 0;
    CHECK(api.type(node) == row.type);
    CHECK(api.size(node) == row.size);
    CHECK(api.as_str(node, &out) == row.as_str);
    CHECK(api.as_i64(node, &i64) == row.as_i64);
    CHECK(api.as_f64(node, &f64) == row.as_f64);
    CHECK(api.as_bool(node, &boolean) == row.as_bool);
    CHECK(api.as_number(node, &out) == row.as_number);
    CHECK(api.node_json(nullptr, node, &out) == LEAT_OK);
    CHECK(view(out) == row.json);
    const bool array = row.type == LEAT_ARRAY;
    const bool object = row.type == LEAT_OBJECT;
    CHECK((api.get(node, text("a")) != nullptr) == object);
    CHECK((api.at(node, 0, nullptr) != nullptr) == (array || object));
    CHECK(api.at(node, 2, nullptr) == nullptr);
    CHECK(api.at(node, std::numeric_limits<std::size_t>::max(), nullptr) == nullptr);
    CHECK(api.erase(node, text("none")) == (object ? LEAT_NOT_FOUND : LEAT_INVALID));
    CHECK(api.erase_at(node, 2) == (array ? LEAT_NOT_FOUND : LEAT_INVALID));
    CHECK(held.json() == "{\"v\":" + std::string(row.json) + "}");
    CHECK((api.put(node, text("b")) != nullptr) == object);
    CHECK((api.push(node) != nullptr) == array);
  }
}

TEST_CASE("values read as they are") {
  const Held held(R"({"s":"a\"\u20ac\ud83d\ude00","n":9007199254740993,"d":1.10,"t":true,"f":false,"i":5.0})");
  leat_str out{};
  CHECK(api.as_str(held["s"], &out) == LEAT_OK);
  CHECK(view(out) == "a\"\xE2\x82\xAC\xF0\x9F\x98\x80");
  std::int64_t i64 = 0;
  CHECK(api.as_i64(held["n"], &i64) == LEAT_OK);
  CHECK(i64 == 9007199254740993);
  CHECK(api.as_i64(held["i"], &i64) == LEAT_OK);
  CHECK(i64 == 5);
  CHECK(api.as_number(held["d"], &out) == LEAT_OK);
  CHECK(view(out) == "1.10");
  double f64 = 0;
  CHECK(api.as_f64(held["d"], &f64) == LEAT_OK);
  CHECK(f64 == 1.1);
  std::int32_t boolean = -1;
  CHECK(api.as_bool(held["t"], &boolean) == LEAT_OK);
  CHECK(boolean == 1);
  CHECK(api.as_bool(held["f"], &boolean) == LEAT_OK);
  CHECK(boolean == 0);
  leat_str key{};
  CHECK(api.at(held.root(), 2, &key) == held["d"]);
  CHECK(view(key) == "d");
}

TEST_CASE("elements have no key") {
  const Held held("[1]");
  leat_str key{"x", 1};
  CHECK(api.at(held.root(), 0, &key) != nullptr);
  CHECK((key.ptr == nullptr && key.len == 0));
}

TEST_CASE("each setter gives its value, or leaves the old one") {
  struct Row {
    const char* name;
    leat_kind (*set)(leat_node*);
    leat_kind kind;
    const char* json;
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Row rows[] = {
      {"null", [](leat_node* n) { return api.set_null(n); }, LEAT_OK, "null"},
      {"true", [](leat_node* n) { return api.set_bool(n, 2); }, LEAT_OK, "true"},
      {"false", [](leat_node* n) { return api.set_bool(n, 0); }, LEAT_OK, "false"},
      {"i64", [](leat_node* n) { return api.set_i64(n, std::numeric_limits<std::int64_t>::max()); }, LEAT_OK,
       "9223372036854775807"},
      {"f64 shortest", [](leat_node* n) { return api.set_f64(n, 0.1); }, LEAT_OK, "0.1"},
      {"f64 whole", [](leat_node* n) { return api.set_f64(n, 3.0); }, LEAT_OK, "3"},
      {"f64 third", [](leat_node* n) { return api.set_f64(n, 1.0 / 3.0); }, LEAT_OK, "0.3333333333333333"},
      {"f64 large", [](leat_node* n) { return api.set_f64(n, 1e300); }, LEAT_OK, "1e+300"},
      {"f64 smallest", [](leat_node* n) { return api.set_f64(n, 5e-324); }, LEAT_OK, "5e-324"},
      {"f64 lowest", [](leat_node* n) { return api.set_f64(n, std::numeric_limits<double>::lowest()); }, LEAT_OK,
       "-1.7976931348623157e+308"},
      {"f64 -0", [](leat_node* n) { return api.set_f64(n, -0.0); }, LEAT_OK, "-0"},
      {"f64 infinite", [](leat_node* n) { return api.set_f64(n, inf); }, LEAT_INVALID, "\"old\""},
      {"f64 -infinite", [](leat_node* n) { return api.set_f64(n, -inf); }, LEAT_INVALID, "\"old\""},
      {"f64 NaN", [](leat_node* n) { return api.set_f64(n, std::nan("")); }, LEAT_INVALID, "\"old\""},
      {"number", [](leat_node* n) { return api.set_number(n, text("1.10")); }, LEAT_OK, "1.10"},
      {"number huge", [](leat_node* n) { return api.set_number(n, text("-1E400")); }, LEAT_OK, "-1E400"},
      {"number word", [](leat_node* n) { return api.set_number(n, text("NaN")); }, LEAT_INVALID, "\"old\""},
      {"number and more", [](leat_node* n) { return api.set_number(n, text("1,2")); }, LEAT_INVALID, "\"old\""},
      {"number none", [](leat_node* n) { return api.set_number(n, no_text); }, LEAT_INVALID, "\"old\""},
      {"string", [](leat_node* n) { return api.set_str(n, text("a\"\\\n\x01\xC3\xA9")); }, LEAT_OK,
       "\"a\\\"\\\\\\n\\u0001\xC3\xA9\""},
      {"string not UTF-8", [](leat_node* n) { return api.set_str(n, text("\xC3(")); }, LEAT_INVALID, "\"old\""},
      {"array", [](leat_node* n) { return api.set_array(n); }, LEAT_OK, "[]"},
      {"object", [](leat_node* n) { return api.set_object(n); }, LEAT_OK, "{}"},
      {"json", [](leat_node* n) { return api.set_node_json(nullptr, n, text(" {\"a\" : [1.0]} ")); }, LEAT_OK,
       "{\"a\":[1.0]}"},
      {"json scalar", [](leat_node* n) { return api.set_node_json(nullptr, n, text("\"\\u0041\"")); }, LEAT_OK,
       "\"\\u0041\""},
      {"not json", [](leat_node* n) { return api.set_node_json(nullptr, n, text("{")); }, LEAT_INVALID, "\"old\""},
      {"copy of itself", [](leat_node* n) { return api.copy(n, n); }, LEAT_OK, "\"old\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Held held(R"({"a":1.0,"v":"old","z":[1.0]})");
    leat_node* const node = held["v"];
    CHECK(row.set(node) == row.kind);
    CHECK(held["v"] == node);
    CHECK(held.json() == R"({"a":1.0,"v":)" + std::string(row.json) + R"(,"z":[1.0]})");
    // What was set reads back, and can be set once more.
    const Held again(held.json());
    CHECK(api.type(again["v"]) == api.type(node));
    CHECK(api.set_i64(node, 1) == LEAT_OK);
    CHECK(held.json() == R"({"a":1.0,"v":1,"z":[1.0]})");
  }
}

TEST_CASE("a string that was set reads back before and after writing") {
  const Held held(R"({"v":1})");
  const std::string value = "tab\t quote\" caf\xC3\xA9 " + std::string(100, 'x');
  CHECK(api.set_str(held["v"], text(value)) == LEAT_OK);
  leat_str out{};
  CHECK(api.as_str(held["v"], &out) == LEAT_OK);
  CHECK(view(out) == value);
  const Held again(held.json());
  CHECK(api.as_str(again["v"], &out) == LEAT_OK);
  CHECK(view(out) == value);
}

TEST_CASE("members and elements come and go") {
  const Held held(R"({"o":{"x":1},"a":[1,2,3]})");
  leat_node* const object = held["o"];
  leat_node* const array = held["a"];
  CHECK(api.put(object, text("x")) == api.get(object, text("x")));
  leat_node* const made = api.put(object, text("y"));
  CHECK(api.type(made) == LEAT_NULL);
  CHECK(api.put(object, text("\xFF")) == nullptr);
  CHECK(api.erase(object, text("x")) == LEAT_OK);
  CHECK(api.erase(object, text("x")) == LEAT_NOT_FOUND);
  CHECK(api.get(object, text("y")) == made);
  CHECK(api.erase_at(object, 0) == LEAT_INVALID);
  CHECK(api.erase(array, text("x")) == LEAT_INVALID);
  CHECK(api.erase_at(array, 3) == LEAT_NOT_FOUND);
  CHECK(api.erase_at(array, 1) == LEAT_OK);
  CHECK(api.size(array) == 2);
  CHECK(api.set_str(api.push(array), text("new")) == LEAT_OK);
  CHECK(held.json() == R"({"o":{"y":null},"a":[1,3,"new"]})");
}

TEST_CASE("a refused document is explained to the call") {
  leat::host::SystemClock clock;
  leat_ctx ctx(clock, std::stop_token(), "test");
  const Held held("1");
  CHECK(api.set_json(&ctx, held.get(), text("{\"a\" 1}")) == LEAT_INVALID);
  CHECK(ctx.failure(LEAT_INVALID).message == "not JSON: byte 5: expected ':' after a member's name, found '1'");
  CHECK(api.set_node_json(&ctx, held.root(), text("[1,]")) == LEAT_INVALID);
  CHECK(ctx.failure(LEAT_INVALID).message == "not JSON: byte 3: expected a value, found ']'");
  CHECK(held.json() == "1");
}

TEST_CASE("attributes answer over the table") {
  const Held held("1");
  leat_str out{"x", 1};
  CHECK(api.attr(held.get(), text("acme.source"), &out) == LEAT_NOT_FOUND);
  CHECK(out.ptr == nullptr);
  CHECK(api.set_attr(held.get(), text("acme.source"), text("mail")) == LEAT_OK);
  CHECK(api.set_attr(held.get(), no_text, text("mail")) == LEAT_INVALID);
  CHECK(api.attr(held.get(), text("acme.source"), &out) == LEAT_OK);
  CHECK(view(out) == "mail");
  leat_rec* const clone = api.clone(held.get());
  CHECK(api.attr(clone, text("acme.source"), &out) == LEAT_OK);
  CHECK(view(out) == "mail");
  api.release(clone);
}

TEST_CASE("no exception leaves the table") {
  leat::host::SystemClock clock;
  leat_ctx ctx(clock, std::stop_token(), "test");
  CHECK(leat::host::guarded(&ctx, []() -> leat_kind { throw std::bad_alloc(); }) == LEAT_BROKEN);
  CHECK(ctx.failure(LEAT_BROKEN).message == "no memory for a record");
  CHECK(leat::host::guarded(&ctx, []() -> leat_kind { throw std::runtime_error("why"); }) == LEAT_BROKEN);
  CHECK(ctx.failure(LEAT_BROKEN).message == "why");
  CHECK(leat::host::guarded(&ctx, []() -> leat_kind { throw 7; }) == LEAT_BROKEN);
  CHECK(leat::host::guarded(nullptr, []() -> leat_kind { throw 7; }) == LEAT_BROKEN);
  CHECK(leat::host::guarded_or_null([]() -> leat_rec* { throw std::bad_alloc(); }) == nullptr);
}
