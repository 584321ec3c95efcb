// What every "leat.record/1" must do, called as a plugin calls it. The host's table and the test kit's pass the same
// cases:
//   LEAT_RECORD_CONTRACT(HostTable)
// Table: `static const leat_record_api& api()`, and a class Call with `leat_ctx* raw()` and the `message()` of its
// failure.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "leat/abi.h"

namespace leat::test {

inline leat_str text(std::string_view value) { return {value.data(), value.size()}; }
inline std::string_view view(leat_str value) { return {value.ptr == nullptr ? "" : value.ptr, value.len}; }
inline const leat_str no_text{nullptr, 0};

// A record as a plugin holds it.
template <class T>
class Held {
 public:
  explicit Held(std::string_view json) : record_(T::api().create()) {
    CHECK(T::api().set_json(nullptr, record_, text(json)) == LEAT_OK);
  }
  ~Held() { T::api().release(record_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  leat_rec* get() const { return record_; }
  leat_node* root() const { return T::api().root(record_); }
  leat_node* operator[](std::string_view key) const { return T::api().get(root(), text(key)); }
  std::string json() const {
    leat_str text{};
    CHECK(T::api().json(nullptr, record_, &text) == LEAT_OK);
    return std::string(view(text));
  }

 private:
  leat_rec* record_;
};

TEST_CASE_TEMPLATE_DEFINE("the table is whole", T, record_1) {
  CHECK(T::api().struct_size == sizeof(leat_record_api));
  const auto* const members = reinterpret_cast<void* const*>(&T::api().create);
  const std::size_t count = (sizeof(leat_record_api) - offsetof(leat_record_api, create)) / sizeof(void*);
  for (std::size_t i = 0; i < count; ++i) CHECK(members[i] != nullptr);
}

TEST_CASE_TEMPLATE_DEFINE("a NULL node reads as missing everywhere and refuses every change", T, record_2) {
  leat_str out{"x", 1};
  std::int64_t i64 = 7;
  double f64 = 7;
  std::int32_t boolean = 7;
  CHECK(T::api().type(nullptr) == LEAT_MISSING);
  CHECK(T::api().size(nullptr) == 0);
  CHECK(T::api().get(nullptr, text("a")) == nullptr);
  CHECK(T::api().get(T::api().get(T::api().get(nullptr, text("a")), text("b")), text("c")) == nullptr);
  CHECK(T::api().at(nullptr, 0, &out) == nullptr);
  CHECK(out.ptr == nullptr);
  out = {"x", 1};
  CHECK(T::api().as_str(nullptr, &out) == LEAT_NOT_FOUND);
  CHECK((out.ptr == nullptr && out.len == 0));
  CHECK(T::api().as_i64(nullptr, &i64) == LEAT_NOT_FOUND);
  CHECK(i64 == 0);
  CHECK(T::api().as_f64(nullptr, &f64) == LEAT_NOT_FOUND);
  CHECK(f64 == 0);
  CHECK(T::api().as_bool(nullptr, &boolean) == LEAT_NOT_FOUND);
  CHECK(boolean == 0);
  CHECK(T::api().as_number(nullptr, &out) == LEAT_NOT_FOUND);
  CHECK(T::api().node_json(nullptr, nullptr, &out) == LEAT_NOT_FOUND);
  CHECK(T::api().put(nullptr, text("a")) == nullptr);
  CHECK(T::api().push(nullptr) == nullptr);
  CHECK(T::api().erase(nullptr, text("a")) == LEAT_INVALID);
  CHECK(T::api().erase_at(nullptr, 0) == LEAT_INVALID);
  CHECK(T::api().set_null(nullptr) == LEAT_INVALID);
  CHECK(T::api().set_bool(nullptr, 1) == LEAT_INVALID);
  CHECK(T::api().set_i64(nullptr, 1) == LEAT_INVALID);
  CHECK(T::api().set_f64(nullptr, 1) == LEAT_INVALID);
  CHECK(T::api().set_number(nullptr, text("1")) == LEAT_INVALID);
  CHECK(T::api().set_str(nullptr, text("a")) == LEAT_INVALID);
  CHECK(T::api().set_array(nullptr) == LEAT_INVALID);
  CHECK(T::api().set_object(nullptr) == LEAT_INVALID);
  CHECK(T::api().set_node_json(nullptr, nullptr, text("1")) == LEAT_INVALID);
  CHECK(T::api().copy(nullptr, nullptr) == LEAT_INVALID);
  const Held<T> held("{\"a\":1}");
  CHECK(T::api().copy(nullptr, held["a"]) == LEAT_INVALID);
  CHECK(T::api().copy(held["a"], nullptr) == LEAT_NOT_FOUND);
  CHECK(held.json() == "{\"a\":1}");
}

TEST_CASE_TEMPLATE_DEFINE("NULL records, outputs and texts are refused or read as empty", T, record_3) {
  leat_str out{};
  CHECK(T::api().clone(nullptr) == nullptr);
  T::api().release(nullptr);
  CHECK(T::api().root(nullptr) == nullptr);
  CHECK(T::api().json(nullptr, nullptr, &out) == LEAT_INVALID);
  CHECK(T::api().set_json(nullptr, nullptr, text("1")) == LEAT_INVALID);
  CHECK(T::api().attr(nullptr, text("a"), &out) == LEAT_INVALID);
  CHECK(T::api().set_attr(nullptr, text("a"), text("b")) == LEAT_INVALID);
  const Held<T> held("{\"\":\"empty\",\"n\":1,\"b\":true}");
  CHECK(T::api().json(nullptr, held.get(), nullptr) == LEAT_INVALID);
  CHECK(T::api().attr(held.get(), text("a"), nullptr) == LEAT_INVALID);
  CHECK(T::api().as_str(held[""], nullptr) == LEAT_INVALID);
  CHECK(T::api().as_i64(held["n"], nullptr) == LEAT_INVALID);
  CHECK(T::api().as_f64(held["n"], nullptr) == LEAT_INVALID);
  CHECK(T::api().as_number(held["n"], nullptr) == LEAT_INVALID);
  CHECK(T::api().as_bool(held["b"], nullptr) == LEAT_INVALID);
  CHECK(T::api().node_json(nullptr, held["n"], nullptr) == LEAT_INVALID);
  CHECK(T::api().get(held.root(), no_text) == held[""]);
  CHECK(T::api().get(held.root(), leat_str{nullptr, 5}) == held[""]);
  CHECK(T::api().at(held.root(), 0, nullptr) == held[""]);
  CHECK(T::api().set_str(held["n"], no_text) == LEAT_OK);
  CHECK(T::api().set_json(nullptr, held.get(), no_text) == LEAT_INVALID);
  CHECK(held.json() == "{\"\":\"empty\",\"n\":\"\",\"b\":true}");
}

TEST_CASE_TEMPLATE_DEFINE("each accessor answers for each type of value", T, record_4) {
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
    const Held<T> held("{\"v\":" + std::string(row.json) + "}");
    leat_node* const node = held["v"];
    leat_str out{};
    std::int64_t i64 = 0;
    double f64 = 0;
    std::int32_t boolean = 0;
    CHECK(T::api().type(node) == row.type);
    CHECK(T::api().size(node) == row.size);
    CHECK(T::api().as_str(node, &out) == row.as_str);
    CHECK(T::api().as_i64(node, &i64) == row.as_i64);
    CHECK(T::api().as_f64(node, &f64) == row.as_f64);
    CHECK(T::api().as_bool(node, &boolean) == row.as_bool);
    CHECK(T::api().as_number(node, &out) == row.as_number);
    CHECK(T::api().node_json(nullptr, node, &out) == LEAT_OK);
    CHECK(view(out) == row.json);
    const bool array = row.type == LEAT_ARRAY;
    const bool object = row.type == LEAT_OBJECT;
    CHECK((T::api().get(node, text("a")) != nullptr) == object);
    CHECK((T::api().at(node, 0, nullptr) != nullptr) == (array || object));
    CHECK(T::api().at(node, 2, nullptr) == nullptr);
    CHECK(T::api().at(node, std::numeric_limits<std::size_t>::max(), nullptr) == nullptr);
    CHECK(T::api().erase(node, text("none")) == (object ? LEAT_NOT_FOUND : LEAT_INVALID));
    CHECK(T::api().erase_at(node, 2) == (array ? LEAT_NOT_FOUND : LEAT_INVALID));
    CHECK(held.json() == "{\"v\":" + std::string(row.json) + "}");
    CHECK((T::api().put(node, text("b")) != nullptr) == object);
    CHECK((T::api().push(node) != nullptr) == array);
  }
}

TEST_CASE_TEMPLATE_DEFINE("values read as they are", T, record_5) {
  const Held<T> held(R"({"s":"a\"\u20ac\ud83d\ude00","n":9007199254740993,"d":1.10,"t":true,"f":false,"i":5.0})");
  leat_str out{};
  CHECK(T::api().as_str(held["s"], &out) == LEAT_OK);
  CHECK(view(out) == "a\"\xE2\x82\xAC\xF0\x9F\x98\x80");
  std::int64_t i64 = 0;
  CHECK(T::api().as_i64(held["n"], &i64) == LEAT_OK);
  CHECK(i64 == 9007199254740993);
  CHECK(T::api().as_i64(held["i"], &i64) == LEAT_OK);
  CHECK(i64 == 5);
  CHECK(T::api().as_number(held["d"], &out) == LEAT_OK);
  CHECK(view(out) == "1.10");
  double f64 = 0;
  CHECK(T::api().as_f64(held["d"], &f64) == LEAT_OK);
  CHECK(f64 == 1.1);
  std::int32_t boolean = -1;
  CHECK(T::api().as_bool(held["t"], &boolean) == LEAT_OK);
  CHECK(boolean == 1);
  CHECK(T::api().as_bool(held["f"], &boolean) == LEAT_OK);
  CHECK(boolean == 0);
  leat_str key{};
  CHECK(T::api().at(held.root(), 2, &key) == held["d"]);
  CHECK(view(key) == "d");
}

TEST_CASE_TEMPLATE_DEFINE("elements have no key", T, record_6) {
  const Held<T> held("[1]");
  leat_str key{"x", 1};
  CHECK(T::api().at(held.root(), 0, &key) != nullptr);
  CHECK((key.ptr == nullptr && key.len == 0));
}

TEST_CASE_TEMPLATE_DEFINE("each setter gives its value, or leaves the old one", T, record_7) {
  struct Row {
    const char* name;
    leat_kind (*set)(leat_node*);
    leat_kind kind;
    const char* json;
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Row rows[] = {
      {"null", [](leat_node* n) { return T::api().set_null(n); }, LEAT_OK, "null"},
      {"true", [](leat_node* n) { return T::api().set_bool(n, 2); }, LEAT_OK, "true"},
      {"false", [](leat_node* n) { return T::api().set_bool(n, 0); }, LEAT_OK, "false"},
      {"i64", [](leat_node* n) { return T::api().set_i64(n, std::numeric_limits<std::int64_t>::max()); }, LEAT_OK,
       "9223372036854775807"},
      {"f64 shortest", [](leat_node* n) { return T::api().set_f64(n, 0.1); }, LEAT_OK, "0.1"},
      {"f64 whole", [](leat_node* n) { return T::api().set_f64(n, 3.0); }, LEAT_OK, "3"},
      {"f64 third", [](leat_node* n) { return T::api().set_f64(n, 1.0 / 3.0); }, LEAT_OK, "0.3333333333333333"},
      {"f64 large", [](leat_node* n) { return T::api().set_f64(n, 1e300); }, LEAT_OK, "1e+300"},
      {"f64 smallest", [](leat_node* n) { return T::api().set_f64(n, 5e-324); }, LEAT_OK, "5e-324"},
      {"f64 lowest", [](leat_node* n) { return T::api().set_f64(n, std::numeric_limits<double>::lowest()); }, LEAT_OK,
       "-1.7976931348623157e+308"},
      {"f64 -0", [](leat_node* n) { return T::api().set_f64(n, -0.0); }, LEAT_OK, "-0"},
      {"f64 infinite", [](leat_node* n) { return T::api().set_f64(n, inf); }, LEAT_INVALID, "\"old\""},
      {"f64 -infinite", [](leat_node* n) { return T::api().set_f64(n, -inf); }, LEAT_INVALID, "\"old\""},
      {"f64 NaN", [](leat_node* n) { return T::api().set_f64(n, std::nan("")); }, LEAT_INVALID, "\"old\""},
      {"number", [](leat_node* n) { return T::api().set_number(n, text("1.10")); }, LEAT_OK, "1.10"},
      {"number huge", [](leat_node* n) { return T::api().set_number(n, text("-1E400")); }, LEAT_OK, "-1E400"},
      {"number word", [](leat_node* n) { return T::api().set_number(n, text("NaN")); }, LEAT_INVALID, "\"old\""},
      {"number and more", [](leat_node* n) { return T::api().set_number(n, text("1,2")); }, LEAT_INVALID, "\"old\""},
      {"number none", [](leat_node* n) { return T::api().set_number(n, no_text); }, LEAT_INVALID, "\"old\""},
      {"string", [](leat_node* n) { return T::api().set_str(n, text("a\"\\\n\x01\xC3\xA9")); }, LEAT_OK,
       "\"a\\\"\\\\\\n\\u0001\xC3\xA9\""},
      {"string not UTF-8", [](leat_node* n) { return T::api().set_str(n, text("\xC3(")); }, LEAT_INVALID, "\"old\""},
      {"array", [](leat_node* n) { return T::api().set_array(n); }, LEAT_OK, "[]"},
      {"object", [](leat_node* n) { return T::api().set_object(n); }, LEAT_OK, "{}"},
      {"json", [](leat_node* n) { return T::api().set_node_json(nullptr, n, text(" {\"a\" : [1.0]} ")); }, LEAT_OK,
       "{\"a\":[1.0]}"},
      {"json scalar", [](leat_node* n) { return T::api().set_node_json(nullptr, n, text("\"\\u0041\"")); }, LEAT_OK,
       "\"\\u0041\""},
      {"not json", [](leat_node* n) { return T::api().set_node_json(nullptr, n, text("{")); }, LEAT_INVALID, "\"old\""},
      {"copy of itself", [](leat_node* n) { return T::api().copy(n, n); }, LEAT_OK, "\"old\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Held<T> held(R"({"a":1.0,"v":"old","z":[1.0]})");
    leat_node* const node = held["v"];
    CHECK(row.set(node) == row.kind);
    CHECK(held["v"] == node);
    CHECK(held.json() == R"({"a":1.0,"v":)" + std::string(row.json) + R"(,"z":[1.0]})");
    // What was set reads back, and can be set once more.
    const Held<T> again(held.json());
    CHECK(T::api().type(again["v"]) == T::api().type(node));
    CHECK(T::api().set_i64(node, 1) == LEAT_OK);
    CHECK(held.json() == R"({"a":1.0,"v":1,"z":[1.0]})");
  }
}

TEST_CASE_TEMPLATE_DEFINE("a string that was set reads back before and after writing", T, record_8) {
  const Held<T> held(R"({"v":1})");
  const std::string value = "tab\t quote\" caf\xC3\xA9 " + std::string(100, 'x');
  CHECK(T::api().set_str(held["v"], text(value)) == LEAT_OK);
  leat_str out{};
  CHECK(T::api().as_str(held["v"], &out) == LEAT_OK);
  CHECK(view(out) == value);
  const Held<T> again(held.json());
  CHECK(T::api().as_str(again["v"], &out) == LEAT_OK);
  CHECK(view(out) == value);
}

TEST_CASE_TEMPLATE_DEFINE("members and elements come and go", T, record_9) {
  const Held<T> held(R"({"o":{"x":1},"a":[1,2,3]})");
  leat_node* const object = held["o"];
  leat_node* const array = held["a"];
  CHECK(T::api().put(object, text("x")) == T::api().get(object, text("x")));
  leat_node* const made = T::api().put(object, text("y"));
  CHECK(T::api().type(made) == LEAT_NULL);
  CHECK(T::api().put(object, text("\xFF")) == nullptr);
  CHECK(T::api().erase(object, text("x")) == LEAT_OK);
  CHECK(T::api().erase(object, text("x")) == LEAT_NOT_FOUND);
  CHECK(T::api().get(object, text("y")) == made);
  CHECK(T::api().erase_at(object, 0) == LEAT_INVALID);
  CHECK(T::api().erase(array, text("x")) == LEAT_INVALID);
  CHECK(T::api().erase_at(array, 3) == LEAT_NOT_FOUND);
  CHECK(T::api().erase_at(array, 1) == LEAT_OK);
  CHECK(T::api().size(array) == 2);
  CHECK(T::api().set_str(T::api().push(array), text("new")) == LEAT_OK);
  CHECK(held.json() == R"({"o":{"y":null},"a":[1,3,"new"]})");
}

TEST_CASE_TEMPLATE_DEFINE("a refused document is explained to the call", T, record_10) {
  typename T::Call call;
  const Held<T> held("1");
  CHECK(T::api().set_json(call.raw(), held.get(), text("{\"a\" 1}")) == LEAT_INVALID);
  CHECK(call.message() == "not JSON: byte 5: expected ':' after a member's name, found '1'");
  CHECK(T::api().set_node_json(call.raw(), held.root(), text("[1,]")) == LEAT_INVALID);
  CHECK(call.message() == "not JSON: byte 3: expected a value, found ']'");
  CHECK(held.json() == "1");
}

TEST_CASE_TEMPLATE_DEFINE("attributes answer over the table", T, record_11) {
  const Held<T> held("1");
  leat_str out{"x", 1};
  CHECK(T::api().attr(held.get(), text("acme.source"), &out) == LEAT_NOT_FOUND);
  CHECK(out.ptr == nullptr);
  CHECK(T::api().set_attr(held.get(), text("acme.source"), text("mail")) == LEAT_OK);
  CHECK(T::api().set_attr(held.get(), no_text, text("mail")) == LEAT_INVALID);
  CHECK(T::api().attr(held.get(), text("acme.source"), &out) == LEAT_OK);
  CHECK(view(out) == "mail");
  leat_rec* const clone = T::api().clone(held.get());
  CHECK(T::api().attr(clone, text("acme.source"), &out) == LEAT_OK);
  CHECK(view(out) == "mail");
  T::api().release(clone);
}

TEST_CASE_TEMPLATE_DEFINE("attributes are listed in the order of their keys", T, record_attributes) {
  const Held<T> held("1");
  leat_str key{"x", 1};
  leat_str value{"x", 1};
  CHECK(T::api().attr_at(held.get(), 0, &key, &value) == LEAT_NOT_FOUND);
  CHECK((key.ptr == nullptr && value.ptr == nullptr));
  CHECK(T::api().set_attr(held.get(), text("b"), text("2")) == LEAT_OK);
  CHECK(T::api().set_attr(held.get(), text("a"), text("")) == LEAT_OK);
  CHECK(T::api().attr_at(held.get(), 0, &key, &value) == LEAT_OK);
  CHECK((view(key) == "a" && view(value).empty()));
  CHECK(T::api().attr_at(held.get(), 1, &key, nullptr) == LEAT_OK);
  CHECK(view(key) == "b");
  CHECK(T::api().attr_at(held.get(), 1, nullptr, &value) == LEAT_OK);
  CHECK(view(value) == "2");
  CHECK(T::api().attr_at(held.get(), 2, &key, &value) == LEAT_NOT_FOUND);
  CHECK(T::api().attr_at(nullptr, 0, &key, &value) == LEAT_INVALID);
}

TEST_CASE_TEMPLATE_DEFINE("each text is accepted and written, or refused with its mistake", T, record_texts) {
  struct Row {
    std::string json;
    std::string result;  // compact text, or the mistake
  };
  const std::string deep = std::string(512, '[') + std::string(512, ']');
  const Row rows[] = {
      {" {\"a\" : [ 1 , 2.50 ] , \"b\":\"\\u0041\\/\" }\n", R"({"a":[1,2.50],"b":"\u0041\/"})"},
      {deep, deep},
      {"", "byte 0: expected a value, found the end"},
      {"[" + deep + "]",
       "byte 512: expected no deeper nesting: 512 arrays and objects may be inside each other, found '['"},
      {"\xEF\xBB\xBF{}", "byte 0: expected JSON without a byte order mark in front, found byte 0xEF"},
      {"{}{}", "byte 2: expected the end of the text, found '{'"},
      {"[1,]", "byte 3: expected a value, found ']'"},
      {"{\"a\":1,}", "byte 7: expected a member's name in quotation marks, found '}'"},
      {"{\"a\" 1}", "byte 5: expected ':' after a member's name, found '1'"},
      {"{\"a\":1", "byte 6: expected ',' or '}' after a member, found the end"},
      {"[1 2]", "byte 3: expected ',' or ']' after an array element, found '2'"},
      {"01", "byte 1: expected no further digit after a leading 0, found '1'"},
      {"-", "byte 1: expected a digit, found the end"},
      {"1.", "byte 2: expected a digit after the decimal point, found the end"},
      {"1e+", "byte 3: expected a digit of the exponent, found the end"},
      {"nul", "byte 0: expected null, found 'n'"},
      {"\"a", "byte 2: expected the closing quotation mark of a string, found the end"},
      {"\"\t\"", "byte 1: expected an escape: control characters cannot stand in a string, found byte 0x09"},
      {"\"\\x\"", "byte 2: expected one of \" \\ / b f n r t u after a backslash, found 'x'"},
      {"\"\\u12g4\"", "byte 3: expected four hexadecimal digits after \\u, found '1'"},
      {"\"\\ud800\"", "byte 1: expected both halves of a surrogate pair, found '\\'"},
      {"\"\xC0\x80\"", "byte 1: expected valid UTF-8, found byte 0xC0"},
      {"\"\xED\xA0\x80\"", "byte 1: expected valid UTF-8, found byte 0xED"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    typename T::Call call;
    const Held<T> held("\"old\"");
    const bool good = T::api().set_json(call.raw(), held.get(), text(row.json)) == LEAT_OK;
    CHECK((good ? held.json() : call.message()) == (good ? row.result : "not JSON: " + row.result));
    CHECK((good || held.json() == "\"old\""));
  }
}

TEST_CASE_TEMPLATE_DEFINE("what nobody changed keeps its bytes, and duplicates go with a change", T, record_bytes) {
  const std::string json = R"({"a":1,"b":{"x":1,"x":2},"\u0061":2,"c":1.50,"d":"\u0041\/","a":[4]})";
  const Held<T> held(json);
  CHECK(held.json() == json);
  CHECK(T::api().size(held.root()) == 4);
  CHECK(T::api().type(held["a"]) == LEAT_ARRAY);
  CHECK(T::api().set_i64(T::api().push(held["a"]), 5) == LEAT_OK);
  CHECK(held.json() == R"({"b":{"x":1,"x":2},"c":1.50,"d":"\u0041\/","a":[4,5]})");
  CHECK(T::api().put(held["b"], text("y")) != nullptr);
  CHECK(held.json() == R"({"b":{"x":2,"y":null},"c":1.50,"d":"\u0041\/","a":[4,5]})");
  CHECK(T::api().erase(held.root(), text("a")) == LEAT_OK);
  CHECK(held["a"] == nullptr);
  CHECK(held.json() == R"({"b":{"x":2,"y":null},"c":1.50,"d":"\u0041\/"})");
}

TEST_CASE_TEMPLATE_DEFINE("a copy is deep, also into and out of itself", T, record_copy) {
  const Held<T> held(R"({"a":{"b":1},"c":[1,{"d":2}]})");
  CHECK(T::api().copy(T::api().get(held["a"], text("b")), held.root()) == LEAT_OK);
  CHECK(held.json() == R"({"a":{"b":{"a":{"b":1},"c":[1,{"d":2}]}},"c":[1,{"d":2}]})");
  CHECK(T::api().copy(held.root(), T::api().at(held["c"], 1, nullptr)) == LEAT_OK);
  CHECK(held.json() == R"({"d":2})");
  const Held<T> other("[]");
  CHECK(T::api().copy(T::api().push(other.root()), held.root()) == LEAT_OK);
  CHECK(T::api().set_i64(held["d"], 3) == LEAT_OK);
  CHECK(other.json() == R"([{"d":2}])");
}

TEST_CASE_TEMPLATE_DEFINE("nesting has a ceiling for changes too", T, record_depth) {
  const Held<T> held("null");
  leat_node* node = held.root();
  for (int i = 0; i < 512; ++i) {
    REQUIRE(T::api().set_array(node) == LEAT_OK);
    node = T::api().push(node);
  }
  const Held<T> small("{}");
  CHECK(T::api().set_array(node) == LEAT_INVALID);
  CHECK(T::api().set_object(node) == LEAT_INVALID);
  CHECK(T::api().set_node_json(nullptr, node, text("[]")) == LEAT_INVALID);
  CHECK(T::api().copy(node, small.root()) == LEAT_INVALID);
  CHECK(T::api().set_node_json(nullptr, node, text("1")) == LEAT_OK);
  CHECK(held.json() == std::string(512, '[') + "1" + std::string(512, ']'));
}

}  // namespace leat::test

#define LEAT_RECORD_CONTRACT(Table)                    \
  namespace leat::test {                               \
  TEST_CASE_TEMPLATE_INVOKE(record_1, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_2, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_3, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_4, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_5, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_6, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_7, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_8, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_9, Table);          \
  TEST_CASE_TEMPLATE_INVOKE(record_10, Table);         \
  TEST_CASE_TEMPLATE_INVOKE(record_11, Table);         \
  TEST_CASE_TEMPLATE_INVOKE(record_attributes, Table); \
  TEST_CASE_TEMPLATE_INVOKE(record_texts, Table);      \
  TEST_CASE_TEMPLATE_INVOKE(record_bytes, Table);      \
  TEST_CASE_TEMPLATE_INVOKE(record_copy, Table);       \
  TEST_CASE_TEMPLATE_INVOKE(record_depth, Table);      \
  }
