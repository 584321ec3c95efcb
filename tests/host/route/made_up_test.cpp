#include "host/route/made_up.hpp"

#include <doctest/doctest.h>

namespace leat::host::test {
namespace {

WriteRequest write(std::string method, std::string path, std::string body) {
  return {"psa", std::move(method), std::move(path), std::move(body)};
}

}  // namespace

TEST_CASE("a kept request is answered as if it had gone well") {
  struct Row {
    const char* method;
    const char* body;
    const char* now;  // nullptr: not known
    int status;
    const char* answer;
  };
  const Row rows[] = {
      {"POST", R"({"name":"a"})", nullptr, 201, R"({"name":"a","id":8800000000000001})"},
      {"POST", R"({"name":"a","id":null})", nullptr, 201, R"({"name":"a","id":8800000000000001})"},
      {"POST", R"({"id":"own"})", nullptr, 201, R"({"id":"own"})"},
      {"POST", "no JSON", nullptr, 201, R"({"id":8800000000000001})"},
      {"POST", R"([{"name":"a"}])", nullptr, 201, R"({"id":8800000000000001})"},
      {"PUT", R"({"name":"a"})", R"({"name":"b","old":1})", 200, R"({"name":"a"})"},
      {"PATCH", R"([{"op":"replace","path":"name","value":"a"},{"op":"remove","path":"/old"}])",
       R"({"id":7,"name":"b","old":1})", 200, R"({"id":7,"name":"a"})"},
      {"PATCH", R"([{"op":"add","path":"company/id","value":3}])", nullptr, 200, R"({"company":{"id":3}})"},
      {"PATCH", R"([{"op":"replace","path":"a/b/c","value":3},7,{"op":"remove","path":"x/y"}])", R"({"a":"text"})", 200,
       R"({"a":"text"})"},
      {"PATCH",
       R"([{"op":"move","from":"/name","path":"/title"},{"op":"copy","from":"id","path":"was"},{"op":"move","from":"x","path":"y"}])",
       R"({"id":7,"name":"b"})", 200, R"({"id":7,"title":"b","was":7})"},
      {"PATCH", R"({"name":"a"})", R"({"id":7,"name":"b"})", 200, R"({"id":7,"name":"a"})"},
      {"DELETE", "", R"({"id":7})", 204, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    MadeUp made_up;
    const std::string now = row.now == nullptr ? "" : row.now;
    const auto answer =
        made_up.write(write(row.method, "/things/7", row.body), 1, 0, row.now == nullptr ? nullptr : &now);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.answer);
  }
}

namespace {

// "404", or the record.
std::string read(const MadeUp& made_up, const std::string& client, const std::string& path) {
  const auto answer = made_up.read(client, path);
  if (!answer) return "(not known)";
  return answer->status == 200 ? answer->body : std::to_string(answer->status);
}

}  // namespace

TEST_CASE("what a kept request would have made can be read, as later ones would have changed it") {
  MadeUp made_up;
  static_cast<void>(made_up.write(write("POST", "/things?x=1", R"({"name":"a"})"), 12, 0, nullptr));
  const std::string path = "/things/8800000000000001";
  CHECK(read(made_up, "psa", path) == R"({"name":"a","id":8800000000000001})");
  CHECK(read(made_up, "other", path) == "(not known)");
  CHECK(read(made_up, "psa", path + "/notes") == "(not known)");
  static_cast<void>(
      made_up.write(write("PATCH", path, R"([{"op":"replace","path":"name","value":"b"}])"), 13, 0, nullptr));
  CHECK(read(made_up, "psa", path + "?fields=name") == R"({"name":"b","id":8800000000000001})");
  static_cast<void>(made_up.write(write("DELETE", path, ""), 14, 0, nullptr));
  CHECK(read(made_up, "psa", path) == "404");
}

TEST_CASE("what a kept request changes or deletes is read so from then on, if it is known what was there") {
  MadeUp made_up;
  const std::string now = R"({"id":7,"name":"a"})";
  const WriteRequest rename = write("PATCH", "/things/7?x=1", R"([{"op":"replace","path":"name","value":"b"}])");
  static_cast<void>(made_up.write(rename, 1, 0, nullptr));
  CHECK(read(made_up, "psa", "/things/7") == "(not known)");
  SUBCASE("when it is sent") { static_cast<void>(made_up.write(rename, 2, 0, &now)); }
  SUBCASE("or afterwards") { made_up.learn(rename, now); }
  CHECK(read(made_up, "psa", "/things/7") == R"({"id":7,"name":"b"})");
  static_cast<void>(made_up.write(write("DELETE", "/things/7", ""), 3, 0, nullptr));
  CHECK(read(made_up, "psa", "/things/7") == "404");
}

TEST_CASE("an id that is made up is told by the request whose answer will have it") {
  MadeUp made_up;
  static_cast<void>(made_up.write(write("POST", "/things", "{}"), 12, 0, nullptr));
  static_cast<void>(made_up.write(write("POST", "/things", "{}"), 12, 1, nullptr));
  CHECK(made_up.told("/things/8800000000000001/parts?of=8800000000000002") ==
        "/things/{id of task 12}/parts?of={id of task 12, request 2}");
  const std::string others[] = {"/things/8800000000000003",
                                "/things/8800000000000000",
                                "18800000000000001",
                                "88000000000000011",
                                "88000000",
                                "8800000088000000",
                                ""};
  for (const std::string& other : others) {
    CAPTURE(other);
    CHECK(made_up.told(other) == other);
    CHECK_FALSE(made_up.has_id(other));
  }
  const Json value = Json::parse(R"({"parent":8800000000000001,"list":["8800000000000002",1.5,null,true,3]})");
  CHECK(made_up.told_in(value).dump() ==
        R"({"parent":"{id of task 12}","list":["{id of task 12, request 2}",1.5,null,true,3]})");
}

}  // namespace leat::host::test
