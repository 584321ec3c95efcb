#include "host/record/record.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

using namespace leat::host;

namespace {

std::unique_ptr<Record> record_of(std::string_view json) {
  auto made = make_record(json);
  REQUIRE(made);
  return std::move(made).value();
}

}  // namespace

TEST_CASE("a new record is the document null") {
  Record record;
  CHECK(record.json() == "null");
  CHECK(record.root().type() == LEAT_NULL);
}

TEST_CASE("a record that is only read gives the very text it was made of") {
  Buffer owner = Buffer::make(64);
  const std::string_view text = "{\"id\":4,\"n\":1.10,\"s\":\"caf\\u00e9\",\"d\":1,\"d\":2}";
  std::memcpy(owner.data(), text.data(), text.size());
  const std::string_view slice(reinterpret_cast<char*>(owner.data()), text.size());
  Record record(owner, slice);
  CHECK(record.root().get("s")->as_str() == "caf\xC3\xA9");
  CHECK(record.root().get("d")->as_i64() == 2);
  CHECK(record.root().size() == 4);
  CHECK(record.json().data() == slice.data());
  CHECK(record.json() == text);
}

TEST_CASE("white space between tokens goes when a document comes in, everything else stays") {
  const auto record = record_of(" {\n \"a\" : [ 1.50 , \"x  y\" ] ,\t\"b\" : { } } \r\n");
  CHECK(record->json() == "{\"a\":[1.50,\"x  y\"],\"b\":{}}");
  CHECK(!record->root().get("a")->set_json("[ 1,"));
  CHECK(record->root().get("b")->set_json(" [ 1 , { } ] "));
  CHECK(record->json() == "{\"a\":[1.50,\"x  y\"],\"b\":[1,{}]}");
}

TEST_CASE("a refused document leaves the record as it was and says where") {
  const auto record = record_of("{\"a\":1}");
  record->root().get("a")->set_i64(2);
  const auto refused = record->set_json("{\"a\":1,}");
  REQUIRE(!refused);
  CHECK(refused.error().kind == leat::ErrorKind::invalid);
  CHECK(refused.error().message == "not JSON: byte 7: expected a member's name in quotation marks, found '}'");
  CHECK(record->json() == "{\"a\":2}");
  const auto node = record->root().get("a")->set_json("\"\\ud800\"");
  REQUIRE(!node);
  CHECK(node.error().message == "not JSON: byte 1: expected both halves of a surrogate pair, found '\\'");
  CHECK(record->json() == "{\"a\":2}");
}

TEST_CASE("a record may be set from its own text") {
  const auto record = record_of("{\"a\":[1,2],\"b\":{\"c\":\"x\"}}");
  record->root().get("b")->put("d")->set_str("y");
  CHECK(record->root().get("a")->set_json(record->root().get("b")->json()));
  CHECK(record->json() == "{\"a\":{\"c\":\"x\",\"d\":\"y\"},\"b\":{\"c\":\"x\",\"d\":\"y\"}}");
  CHECK(record->set_json(record->json()));
  CHECK(record->root().set_json(record->root().get("a")->json()));
  CHECK(record->json() == "{\"c\":\"x\",\"d\":\"y\"}");
  CHECK(record->root().get("c")->set_str(*record->root().get("d")->as_str()) == LEAT_OK);
  CHECK(record->root().put(*record->root().get("d")->as_str()) != nullptr);
  CHECK(record->json() == "{\"c\":\"y\",\"d\":\"y\",\"y\":null}");
}

TEST_CASE("a change leaves every other byte as it came") {
  struct Row {
    const char* name;
    const char* before;
    void (*change)(leat_node& root);
    const char* after;
  };
  const Row rows[] = {
      {"first member", R"({"a":1.0,"b":"\/\u0041","c":[1e2, 2]})", [](leat_node& n) { n.get("a")->set_bool(true); },
       R"({"a":true,"b":"\/\u0041","c":[1e2,2]})"},
      {"middle member", R"({"a":1.0,"b":2,"c":[1e2]})", [](leat_node& n) { n.get("b")->set_null(); },
       R"({"a":1.0,"b":null,"c":[1e2]})"},
      {"last member", R"({"a":1.0,"b":2,"c":[1e2]})",
       [](leat_node& n) { CHECK(n.get("c")->set_str("x\ny") == LEAT_OK); }, R"({"a":1.0,"b":2,"c":"x\ny"})"},
      {"deep", R"({"a":[{"b":[0,{"c":1,"d":2.50}]},7.0],"e":1.10})",
       [](leat_node& n) { n.get("a")->at(0)->get("b")->at(1)->get("c")->set_i64(-5); },
       R"({"a":[{"b":[0,{"c":-5,"d":2.50}]},7.0],"e":1.10})"},
      {"new member", R"({"a":1})", [](leat_node& n) { n.put("b\"\n")->set_i64(2); }, R"({"a":1,"b\"\n":2})"},
      {"into an empty object", R"({})", [](leat_node& n) { n.put("")->set_i64(2); }, R"({"":2})"},
      {"into an empty array", R"([])", [](leat_node& n) { n.push(); }, R"([null])"},
      {"new element", R"([1.0,[]])", [](leat_node& n) { n.push()->set_i64(3); }, R"([1.0,[],3])"},
      {"only member erased", R"({"a":1})", [](leat_node& n) { CHECK(n.erase("a") == LEAT_OK); }, R"({})"},
      {"first member erased", R"({"a":1,"b":2,"c":3})", [](leat_node& n) { CHECK(n.erase("a") == LEAT_OK); },
       R"({"b":2,"c":3})"},
      {"middle member erased", R"({"a":1,"b":2,"c":3})", [](leat_node& n) { CHECK(n.erase("b") == LEAT_OK); },
       R"({"a":1,"c":3})"},
      {"last element erased", R"([1,2,3])", [](leat_node& n) { CHECK(n.erase_at(2) == LEAT_OK); }, R"([1,2])"},
      {"erased and put again", R"({"a":1,"b":2})",
       [](leat_node& n) {
         CHECK(n.erase("a") == LEAT_OK);
         n.put("a")->set_i64(3);
       },
       R"({"b":2,"a":3})"},
      {"escaped names", R"({"\u0061":1,"b\tc":{"d":1}})",
       [](leat_node& n) {
         n.get("a")->set_i64(2);
         n.get("b\tc")->put("e");
       },
       R"({"\u0061":2,"b\tc":{"d":1,"e":null}})"},
      {"a container made anew", R"({"a":{"b":1},"c":2})",
       [](leat_node& n) {
         CHECK(n.get("a")->set_array() == LEAT_OK);
         n.get("a")->push()->set_i64(1);
         CHECK(n.get("a")->push()->set_object() == LEAT_OK);
         n.get("a")->at(1)->put("x")->set_bool(false);
       },
       R"({"a":[1,{"x":false}],"c":2})"},
      {"the root", R"({"a":1})", [](leat_node& n) { n.set_i64(std::numeric_limits<std::int64_t>::min()); },
       R"(-9223372036854775808)"},
      {"a change inside a changed value", R"({"a":1})",
       [](leat_node& n) {
         CHECK(n.get("a")->set_json(R"({"b":[1, 2],"c":1.0})"));
         n.get("a")->get("b")->at(0)->set_str("x");
       },
       R"({"a":{"b":["x",2],"c":1.0}})"},
      {"a member put but not set", R"({"a":1.0})", [](leat_node& n) { n.put("a"); }, R"({"a":1.0})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto record = record_of(row.before);
    row.change(record->root());
    CHECK(record->json() == row.after);
    CHECK(record->root().json() == row.after);
    const auto again = record_of(record->json());
    CHECK(again->json() == row.after);
  }
}

TEST_CASE("of duplicate keys the last one counts") {
  const auto record = record_of(R"({"a":1,"b":{"x":1,"x":2},"\u0061":2,"c":3,"a":[4]})");
  leat_node& root = record->root();
  CHECK(root.size() == 3);
  CHECK(root.get("a")->type() == LEAT_ARRAY);
  std::string names;
  for (std::size_t i = 0; i < root.size(); ++i) {
    std::string_view name;
    REQUIRE(root.at(i, &name) != nullptr);
    names += name;
  }
  CHECK(names == "bca");

  SUBCASE("they stay as they came while nothing changes") {
    CHECK(record->json() == R"({"a":1,"b":{"x":1,"x":2},"\u0061":2,"c":3,"a":[4]})");
  }
  SUBCASE("a change drops them from the object it is in, and from those around it") {
    root.get("c")->set_i64(5);
    CHECK(record->json() == R"({"b":{"x":1,"x":2},"c":5,"a":[4]})");
    root.get("b")->put("y");
    CHECK(record->json() == R"({"b":{"x":2,"y":null},"c":5,"a":[4]})");
  }
  SUBCASE("erasing one erases all of that name") {
    CHECK(root.erase("a") == LEAT_OK);
    CHECK(root.get("a") == nullptr);
    CHECK(record->json() == R"({"b":{"x":1,"x":2},"c":3})");
  }
}

TEST_CASE("large objects find, add and erase by name") {
  for (const int count : {8, 63, 64, 65, 66, 1000}) {
    CAPTURE(count);
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
      text += (i == 0 ? "" : ",") + ("\"member-" + std::to_string(i) + "\":") + std::to_string(i);
    }
    const auto record = record_of(text + ",\"member-3\":-3}");
    leat_node& root = record->root();
    CHECK(root.size() == static_cast<std::size_t>(count));
    CHECK(root.get("member-3")->as_i64() == -3);
    CHECK(root.get("member-" + std::to_string(count)) == nullptr);
    for (int i = 0; i < count; i += 2) CHECK(root.erase("member-" + std::to_string(i)) == LEAT_OK);
    for (int i = 0; i < 2 * count; ++i) root.put("new-" + std::to_string(i))->set_i64(i);
    CHECK(root.size() == static_cast<std::size_t>(2 * count + count / 2));
    bool all = true;
    for (int i = 0; i < count; ++i) all = all && (root.get("member-" + std::to_string(i)) == nullptr) == (i % 2 == 0);
    for (int i = 0; i < 2 * count; ++i) all = all && root.get("new-" + std::to_string(i))->as_i64() == i;
    CHECK(all);
    CHECK(record_of(record->json())->root().size() == root.size());
  }
}

TEST_CASE("handles and views stay good as the contract says") {
  const auto record = record_of(R"({"a":{"x":1},"b":"text","c":"es\u0063aped","d":[1,2]})");
  leat_node& root = record->root();
  leat_node* const a = root.get("a");
  leat_node* const x = a->get("x");
  const auto plain = root.get("b")->as_str();
  const auto unescaped = root.get("c")->as_str();
  for (int i = 0; i < 1000; ++i) root.put("member-" + std::to_string(i))->set_str(std::string(50, 'x'));
  CHECK(root.erase("d") == LEAT_OK);
  record->json();
  x->set_i64(2);
  CHECK(root.get("a") == a);
  CHECK(a->get("x") == x);
  CHECK(*plain == "text");
  CHECK(*unescaped == "escaped");
  CHECK(record->json().substr(0, 16) == R"({"a":{"x":2},"b")");
}

TEST_CASE("several texts of one record live until it changes") {
  const auto record = record_of(R"({"a":{"x":1},"b":[1]})");
  record->root().get("a")->put("y");
  record->root().get("b")->push();
  const auto a = record->root().get("a")->json();
  const auto b = record->root().get("b")->json();
  const auto whole = record->json();
  CHECK(a == R"({"x":1,"y":null})");
  CHECK(b == "[1,null]");
  CHECK(whole == R"({"a":{"x":1,"y":null},"b":[1,null]})");
  CHECK(record->root().get("a")->get("x")->json() == "1");
}

TEST_CASE("handles of what was erased or replaced do no harm") {
  const auto record = record_of(R"({"a":{"x":{"deep":1}},"b":[[1],[2]]})");
  leat_node& root = record->root();
  leat_node* const x = root.get("a")->get("x");
  leat_node* const deep = x->get("deep");
  root.get("a")->set_i64(1);
  deep->set_str("gone");
  x->put("more")->set_i64(2);
  CHECK(record->json() == R"({"a":1,"b":[[1],[2]]})");
  leat_node* const element = root.get("b")->at(0);
  CHECK(root.get("b")->erase_at(0) == LEAT_OK);
  element->push()->set_i64(3);
  CHECK(record->json() == R"({"a":1,"b":[[2]]})");
}

TEST_CASE("a copy is deep, also into and out of itself") {
  SUBCASE("from another record, which may go") {
    const auto to = record_of(R"({"a":1})");
    {
      const auto from = record_of(R"({"v":{"s":"x\ty","n":[1.10,{}]}})");
      CHECK(to->root().put("b")->copy(*from->root().get("v")) == LEAT_OK);
      CHECK(to->root().put("c")->copy(*from->root().get("v")->get("s")) == LEAT_OK);
      from->root().get("v")->get("n")->push();
      CHECK(to->root().put("d")->copy(from->root()) == LEAT_OK);
    }
    CHECK(to->root().get("c")->as_str() == "x\ty");
    CHECK(to->json() ==
          R"({"a":1,"b":{"s":"x\ty","n":[1.10,{}]},"c":"x\ty","d":{"v":{"s":"x\ty","n":[1.10,{},null]}}})");
  }
  SUBCASE("an ancestor into its descendant") {
    const auto record = record_of(R"({"a":{"b":1},"c":2})");
    CHECK(record->root().get("a")->get("b")->copy(record->root()) == LEAT_OK);
    CHECK(record->json() == R"({"a":{"b":{"a":{"b":1},"c":2}},"c":2})");
    CHECK(record->root().get("a")->get("b")->copy(record->root()) == LEAT_OK);
    CHECK(record->json() == R"({"a":{"b":{"a":{"b":{"a":{"b":1},"c":2}},"c":2}},"c":2})");
  }
  SUBCASE("a descendant over its ancestor") {
    const auto record = record_of(R"({"a":{"b":{"c":[1,2]}}})");
    record->root().get("a")->get("b")->get("c")->push()->set_i64(3);
    CHECK(record->root().get("a")->copy(*record->root().get("a")->get("b")) == LEAT_OK);
    CHECK(record->json() == R"({"a":{"c":[1,2,3]}})");
    CHECK(record->root().copy(*record->root().get("a")->get("c")) == LEAT_OK);
    CHECK(record->json() == "[1,2,3]");
  }
  SUBCASE("a value over itself") {
    const auto record = record_of(R"({"a":[1]})");
    record->root().get("a")->push();
    CHECK(record->root().get("a")->copy(*record->root().get("a")) == LEAT_OK);
    CHECK(record->json() == R"({"a":[1,null]})");
  }
  SUBCASE("a later change of one does not reach the other") {
    const auto record = record_of(R"({"a":{"x":1},"b":null})");
    CHECK(record->root().get("b")->copy(*record->root().get("a")) == LEAT_OK);
    record->root().get("a")->get("x")->set_i64(2);
    record->root().get("b")->put("y");
    CHECK(record->json() == R"({"a":{"x":2},"b":{"x":1,"y":null}})");
  }
}

TEST_CASE("nesting has a ceiling for changes too") {
  Record record;
  leat_node* node = &record.root();
  for (int i = 0; i < depth_max; ++i) {
    REQUIRE(node->set_array() == LEAT_OK);
    node = node->push();
  }
  CHECK(node->set_array() == LEAT_INVALID);
  CHECK(node->set_object() == LEAT_INVALID);
  CHECK(!node->set_json("[]"));
  CHECK(node->set_json("1"));
  const auto small = record_of("{}");
  CHECK(node->copy(small->root()) == LEAT_INVALID);
  CHECK(node->copy(record.root()) == LEAT_INVALID);
  CHECK(record.json() == std::string(depth_max, '[') + "1" + std::string(depth_max, ']'));
  Record outer;
  REQUIRE(outer.root().set_array() == LEAT_OK);
  CHECK(outer.root().push()->copy(record.root()) == LEAT_INVALID);
  CHECK(outer.root().copy(record.root()) == LEAT_OK);
  CHECK(outer.json() == record.json());
}

TEST_CASE("a clone has its own document and attributes") {
  const auto record = record_of(R"({"a":1,"b":[1]})");
  CHECK(record->set_attr("leat.task", "7") == LEAT_OK);
  SUBCASE("of an unchanged record it shares the text") {
    const auto clone = record->clone();
    CHECK(clone->json().data() == record->json().data());
    clone->root().get("a")->set_i64(2);
    CHECK(record->json() == R"({"a":1,"b":[1]})");
    CHECK(clone->json() == R"({"a":2,"b":[1]})");
    CHECK(clone->attr("leat.task") == "7");
  }
  SUBCASE("of a changed record it has the changes") {
    record->root().get("b")->push();
    const auto clone = record->clone();
    CHECK(record->root().erase("a") == LEAT_OK);
    CHECK(clone->json() == R"({"a":1,"b":[1,null]})");
  }
  SUBCASE("of a replaced root too") {
    record->root().set_bool(true);
    const auto clone = record->clone();
    record->root().set_null();
    CHECK(clone->json() == "true");
  }
  SUBCASE("which outlives the record") {
    std::unique_ptr<Record> clone;
    {
      const auto short_lived = record_of(R"({"s":"text"})");
      clone = short_lived->clone();
    }
    CHECK(clone->root().get("s")->as_str() == "text");
  }
}

TEST_CASE("attributes stay beside the document") {
  Record record;
  CHECK(!record.attr("leat.route"));
  CHECK(record.set_attr("leat.route", "tickets") == LEAT_OK);
  const auto kept = record.attr("leat.route");
  for (int i = 0; i < 100; ++i) CHECK(record.set_attr("acme." + std::to_string(i), "") == LEAT_OK);
  CHECK(*kept == "tickets");
  CHECK(record.set_json("{}"));
  CHECK(record.attr("leat.route") == "tickets");
  CHECK(record.attr("acme.99") == "");
  CHECK(record.set_attr("", "x") == LEAT_INVALID);
  CHECK(record.set_attr("a", "\xFF") == LEAT_INVALID);
  CHECK(record.set_attr("\xFF", "a") == LEAT_INVALID);
  CHECK(record.json() == "{}");
}

TEST_CASE("replacing the document forgets the old one and its changes") {
  const auto record = record_of(R"({"a":1})");
  for (int i = 0; i < 3; ++i) {
    record->root().put("b")->set_str(std::string(1000, 'b'));
    CHECK(record->set_json(R"({"c":[1]})"));
    CHECK(record->root().get("b") == nullptr);
    record->root().get("c")->push();
    CHECK(record->json() == R"({"c":[1,null]})");
  }
}
