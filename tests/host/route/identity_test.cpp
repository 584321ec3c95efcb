#include "host/route/identity.hpp"

#include <doctest/doctest.h>

#include <string>

namespace leat::host {

TEST_CASE("a key is the text at its path") {
  struct Row {
    const char* json;
    const char* path;
    const char* key;  // nullptr: none
  };
  const Row rows[] = {{R"({"id":7})", "id", "7"},
                      {R"({"id":"7"})", "id", "7"},
                      {R"({"id":9007199254740993})", "id", "9007199254740993"},
                      {R"({"company":{"id":"a\u00e4\n"}})", "company.id", "a\u00e4\n"},
                      {R"({"list":[{"v":1},{"v":true}]})", "list[1].v", "true"},
                      {R"({"a.b":{"c":[1, 2]}})", R"(["a.b"].c)", "[1,2]"},
                      {R"({"id":null})", "id", nullptr},
                      {R"({"id":""})", "id", ""},
                      {R"({})", "id", nullptr},
                      {R"({"list":[1]})", "list[1]", nullptr},
                      {R"({"list":[1]})", "list.a", nullptr},
                      {R"("text")", "id", nullptr}};
  for (const Row& row : rows) {
    CAPTURE(row.json);
    CAPTURE(row.path);
    const auto record = std::move(*make_record(row.json));
    const auto key = key_of(*record, parse_path(row.path).value());
    REQUIRE(key.has_value() == (row.key != nullptr));
    if (key) CHECK(*key == row.key);
  }
}

TEST_CASE("a fingerprint is of the named fields only, or of the whole record") {
  const auto print = [](const char* json, std::initializer_list<const char*> fields) {
    std::vector<Path> paths;
    for (const char* field : fields) paths.push_back(parse_path(field).value());
    return fingerprint_of(**make_record(json), paths);
  };
  CHECK(print(R"({"a":1,"b":2})", {"a"}) == print(R"({"a":1,"b":3})", {"a"}));
  CHECK(print(R"({"a":1,"b":2})", {"a", "b"}) != print(R"({"a":1,"b":3})", {"a", "b"}));
  CHECK(print(R"({"a":1,"b":2})", {}) == print(R"({ "a": 1, "b": 2 })", {}));
  CHECK(print(R"({"a":1,"b":2})", {}) != print(R"({"a":1,"b":3})", {}));
  CHECK(print(R"({"a":null})", {"a"}) != print(R"({})", {"a"}));
  CHECK(print(R"({"a":12,"b":3})", {"a", "b"}) != print(R"({"a":1,"b":23})", {"a", "b"}));
}

TEST_CASE("attributes go into a task and come back; the host's own are made anew") {
  const auto record = std::move(*make_record("{}"));
  CHECK(attributes_text(*record).empty());
  record->set_attr("acme.source", "q\"1");
  record->set_attr("leat.task", "3");
  Task task;
  task.id = 12;
  task.route = "r";
  task.payload = R"({"x":1})";
  task.attributes = attributes_text(*record);
  const auto again = to_record(task);
  REQUIRE(again);
  CHECK((*again)->json() == R"({"x":1})");
  CHECK((*again)->attr("acme.source") == "q\"1");
  CHECK((*again)->attr("leat.task") == "12");
  CHECK((*again)->attr("leat.route") == "r");
  task.payload = "{";
  CHECK(to_record(task).error().kind == ErrorKind::invalid);
}

}  // namespace leat::host
