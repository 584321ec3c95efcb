#include "host/route/changes.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace leat::host::test {
namespace {

// "summary: \"old\" -> \"new\"; x: (none) -> 1; y: 2 -> (away)"; without what was before: "summary: \"new\"".
std::string lines(const std::vector<FieldChange>& changes) {
  std::string out;
  for (const FieldChange& change : changes) {
    if (!out.empty()) out += "; ";
    out += change.field + ": ";
    if (change.known) out += (change.before ? change.before->dump() : "(none)") + " -> ";
    out += change.after ? change.after->dump() : "(away)";
  }
  return out;
}

}  // namespace

TEST_CASE("a request's changes are told field by field, against what is there") {
  const Json before =
      Json::parse(R"({"id":7,"summary":"old","board":{"id":1,"name":"Help"},"tags":["a","b"],"x":null})");
  struct Row {
    const char* method;
    const char* body;
    const char* told;
  };
  const Row rows[] = {
      {"PATCH", R"([{"op":"replace","path":"/summary","value":"new"}])", R"(summary: "old" -> "new")"},
      {"PATCH", R"([{"op":"replace","path":"board/id","value":2},{"op":"remove","path":"tags"}])",
       R"(board.id: 1 -> 2; tags: ["a","b"] -> (away))"},
      {"PATCH", R"([{"op":"replace","path":"board","value":{"id":3,"name":"Help"}}])", "board.id: 1 -> 3"},
      {"PATCH", R"([{"op":"add","path":"/due","value":"2026"},{"op":"test","path":"/id","value":7}])",
       R"(due: (none) -> "2026")"},
      {"PATCH", R"([{"op":"move","from":"/summary","path":"/title"},{"op":"copy","from":"id","path":"number"}])",
       R"(title: (none) -> "old"; summary: "old" -> (away); number: (none) -> 7)"},
      {"PATCH", R"([{"op":"replace","path":"tags/1","value":"c"}])", R"(tags.1: "b" -> "c")"},
      {"PATCH", R"([{"op":"replace","path":"/summary","value":"old"}])", ""},
      {"PUT", R"({"summary":"new","board":{"id":1.0},"tags":["a"],"x":null})",
       R"(summary: "old" -> "new"; tags: ["a","b"] -> ["a"])"},
      {"POST", R"({"summary":"new","board":{"id":1},"list":[]})", R"(summary: "new"; board.id: 1; list: [])"},
      {"POST", R"([{"id":1},{"id":2}])", "0.id: 1; 1.id: 2"},
      {"PUT", "no JSON", ""},
      {"DELETE", "", R"(id: "7601" -> (away))"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    CHECK(lines(changes_of(row.method, "/service/tickets/7601?x=/y", row.body, &before)) == row.told);
  }
  CHECK(lines(changes_of("PUT", "/a/1", R"({"summary":"new"})", nullptr)) == R"(summary: "new")");
  CHECK(lines(changes_of("PATCH", "/a/1", R"([{"op":"remove","path":"/b"}])", nullptr)) == "b: (away)");
  CHECK(lines(changes_of("PATCH", "/a/1", R"([{"op":"move","from":"/b","path":"/c"}])", nullptr)) ==
        R"t(c: "(what b is)"; b: (away))t");
}

}  // namespace leat::host::test
