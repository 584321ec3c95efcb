#include "expression.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "functions.hpp"
#include "support/plugin_host.hpp"

using namespace leat::transform;
using leat::test::PluginHost;

namespace {

constexpr std::string_view kTicket = R"({
  "id": 9007199254740993, "summary": " Printer on Fire ", "closedFlag": false, "score": 1.10, "none": null, "empty": "",
  "status": {"name": "New", "sort": 3}, "tags": ["a", "b", 3], "notes": [{"text": "x"}, {"text": "y"}],
  "big": 1e400, "a.b": {"c": 7}, "or": 1, "umlaut": "Gr\u00fc\u00dfe", "nested": {"list": [1, 2]}, "list": [1.0, 2]
})";

// One cross-reference, and a set that cannot be read.
leat_kind find_ticket(leat_ctx* ctx, leat_str set, leat_str source, leat_str* target) noexcept {
  if (leat::view(set) == "broken") return ctx->fail(LEAT_BUSY, 0, "the store is locked");
  if (leat::view(set) != "tickets" || leat::view(source) != "9007199254740993") return LEAT_NOT_FOUND;
  *target = leat::str("7601");
  return LEAT_OK;
}

// What the expression gives, as text: the value, "missing" or "null", or the failure.
std::string result(std::string_view expression, std::string_view record_json = kTicket) {
  PluginHost host;
  static const leat_xref_api xrefs{sizeof(leat_xref_api), 0, find_ticket, nullptr};
  host.offer(LEAT_XREF_SERVICE, &xrefs);
  const leat::NewRecord record(record_json);
  const auto parsed = Expression::parse(expression);
  if (!parsed) return "does not parse: " + parsed.error().message;
  const auto call = host.call();
  leat::Context context(call.get());
  Scope scope(record.root(), 1'767'225'600'000, context);
  try {
    const Value value = parsed->evaluate(scope);
    if (value.type == leat::Type::missing) return "missing";
    if (value.type == leat::Type::null) return "null";
    std::string text;
    append_text(value, text);
    return text;
  } catch (const leat::Failure& failure) {
    return std::string(to_string(failure.error().kind)) + ": " + failure.error().message;
  }
}

struct Row {
  std::string_view expression;
  std::string_view expected;
};

}  // namespace

TEST_CASE("an expression gives the value that the record has") {
  const Row rows[] = {
      {"id", "9007199254740993"},
      {"score", "1.10"},
      {"status.name", "New"},
      {"  status . name", "does not parse: expected an operator or the end, found \".\" at offset 9"},
      {"notes[1].text", "y"},
      {"notes[2].text", "missing"},
      {"notes.text", "missing"},
      {"status[0]", "missing"},
      {R"(["a.b"].c)", "7"},
      {R"(["or"])", "1"},
      {"none", "null"},
      {"absent.below.that", "missing"},
      {"tags", R"(["a","b",3])"},
      {"'single'", "single"},
      {R"("double \"quoted\" \u00fc\ud83d\ude00")", "double \"quoted\" \xc3\xbc\xf0\x9f\x98\x80"},
      {R"('it\'s')", "it's"},
      {"-12.50", "-12.50"},
      {"true", "true"},
      {"null", "null"},
      {"null.a", "missing"},
      {"record().id", "does not parse: expected an operator or the end, found \".\" at offset 8"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("?? gives the first value that is not absent, ! refuses an absent one") {
  const Row rows[] = {
      {"absent ?? none ?? 'last'", "last"},
      {"absent ?? none", "null"},
      {"summary ?? 'x'", " Printer on Fire "},
      {"closedFlag ?? true", "false"},
      {"empty ?? 'x'", ""},
      {"id!", "9007199254740993"},
      {"absent.id!", "invalid: absent.id is missing"},
      {"none !", "invalid: none is null"},
      {"(absent ?? none)!", "invalid: (absent ?? none) is null"},
      {"absent! ?? 1", "invalid: absent is missing"},
      {"id!=4", "true"},
      {"id! != 4", "true"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("conditions compare without turning one type into another") {
  const Row rows[] = {
      {"status.name = 'New'", "true"},
      {"status.name != 'New'", "false"},
      {"id = 9007199254740993", "true"},
      {"id = 9007199254740992", "false"},
      {"score = 1.1", "true"},
      {"score = '1.10'", "false"},
      {"score != '1.10'", "true"},
      {"closedFlag = false", "true"},
      {"closedFlag = 'false'", "false"},
      {"none = null", "true"},
      {"absent = null", "false"},
      {"absent != 'x'", "true"},
      {"nested.list = list", "true"},
      {"status = nested", "false"},
      {"status.sort < 10", "true"},
      {"status.sort >= 3", "true"},
      {"status.sort <= 2.9999999999999999999999", "false"},
      {"big > 1e399", "true"},
      {"status.name > 'Closed'", "true"},
      {"'a' < 'b' ", "true"},
      {"absent < 3", "false"},
      {"none >= 3", "false"},
      {"not absent < 3", "true"},
      {"status.name < 3",
       "invalid: a string and a number have no order; compare two numbers or two strings (at offset 0)"},
      {"1 = 1 and tags > 1",
       "invalid: an array and a number have no order; compare two numbers or two strings (at offset 10)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("words test what a value holds and what it is") {
  const Row rows[] = {
      {"status.name in ('Open', 'New')", "true"},
      {"status.name in ('Open')", "false"},
      {"status.name not in ('Open')", "true"},
      {"status.sort in (1, 3.0)", "true"},
      {"absent in ('x')", "false"},
      {"summary contains 'on Fire'", "true"},
      {"summary not contains 'ice'", "true"},
      {"tags contains 3.0", "true"},
      {"tags contains 'c'", "false"},
      {"absent contains 'c'", "false"},
      {"id contains 'c'",
       "invalid: \"contains\" takes a string and a string, or an array and a value; found a number and a string "
       "(at offset 0)"},
      {"trim(summary) starts with 'Printer'", "true"},
      {"summary starts with 'Printer'", "false"},
      {"summary ends with 'Fire '", "true"},
      {"summary not ends with 'x'", "true"},
      {"id starts with '9'", "invalid: \"starts with\" takes two strings, found a number and a string (at offset 0)"},
      {"none exists", "true"},
      {"absent exists", "false"},
      {"not absent exists", "true"},
      {"absent is missing", "true"},
      {"none is missing", "false"},
      {"none is null", "true"},
      {"absent is null", "false"},
      {"none is empty", "true"},
      {"absent is empty", "true"},
      {"empty is empty", "true"},
      {"tags is not empty", "true"},
      {"id is empty", "false"},
      {"id is number", "true"},
      {"id is not string", "true"},
      {"tags is array", "true"},
      {"status is object", "true"},
      {"closedFlag is boolean", "true"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("and, or, not and parentheses combine conditions; what is not needed is not evaluated") {
  const Row rows[] = {
      {"true or true and false", "true"},
      {"(true or true) and false", "false"},
      {"not false and false", "false"},
      {"not (false and false)", "true"},
      {"not not true", "true"},
      {"closedFlag or status.name = 'New'", "true"},
      {"absent and true", "false"},
      {"none or true", "true"},
      {"false and summary", "false"},
      {"true and summary", "invalid: a condition is needed, found a string (at offset 9)"},
      {"not 1", "invalid: a condition is needed, found a number (at offset 4)"},
      {"(closedFlag = true) ?? 1", "false"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("functions take the types they name, and pass an absent value on") {
  const Row rows[] = {
      {"lower(status.name)", "new"},
      {"upper('gr\xc3\xbc\xc3\x9f')", "GR\xc3\xbc\xc3\x9f"},
      {"trim(summary)", "Printer on Fire"},
      {"trim('   ')", ""},
      {"length(umlaut)", "5"},
      {"length(tags)", "3"},
      {"length(status)", "2"},
      {"length(id)", "invalid: length() takes a string, an array or an object, found a number (at offset 0)"},
      {"replace('a-b-c', '-', '')", "abc"},
      {"replace('aaa', 'aa', 'b')", "ba"},
      {"replace('a', '', 'b')", "invalid: replace() takes a text to look for, found an empty one (at offset 0)"},
      {"truncate(umlaut, 3)", "Gr\xc3\xbc"},
      {"truncate(umlaut, 5)",
       "Gr\xc3\xbc\xc3\x9f"
       "e"},
      {"truncate(umlaut, 0)", ""},
      {"truncate(umlaut, -1)",
       "invalid: truncate() takes a whole number of characters as its second argument (at offset 0)"},
      {"join(tags, ', ')", "a, b, 3"},
      {"join(notes, ',')", "invalid: join() takes an array of plain values, found an object (at offset 0)"},
      {"join(id, ',')", "invalid: join() takes an array, found a number (at offset 0)"},
      {"string(score)", "1.10"},
      {"string(closedFlag)", "false"},
      {"string(tags)", R"(["a","b",3])"},
      {"string(id) = '9007199254740993'", "true"},
      {"number('12.50')", "12.50"},
      {"number('12.50') = 12.5", "true"},
      {"number('012')", "invalid: number() takes the text of a number, found \"012\" (at offset 0)"},
      {"number(closedFlag)", "invalid: number() takes a string, found a boolean (at offset 0)"},
      {"now()", "2026-01-01T00:00:00Z"},
      {"length(record())", "15"},
      {"lower(absent)", "missing"},
      {"lower(none) ?? 'none'", "none"},
      {"lower(id)", "invalid: lower() takes a string, found a number (at offset 0)"},
      {"upper(lower('A') ?? 'b')", "A"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}

TEST_CASE("a mistake names what was expected, what was found and where") {
  const Row rows[] = {
      {"", "expected a value, found the end at offset 0"},
      {"  ", "expected a value, found the end at offset 2"},
      {"id =", "expected a value, found the end at offset 4"},
      {"id = )", "expected a value, found \")\" at offset 5"},
      {"(id = 4", "expected \")\", found the end at offset 7"},
      {"id = 4 or", "expected a value, found the end at offset 9"},
      {"and id", "expected a value, found \"and\" at offset 0"},
      {"id == 4", "write \"=\" instead of \"==\" at offset 3"},
      {"id <> 4", "write \"!=\" instead of \"<>\" at offset 3"},
      {"a && b", "write \"and\" instead of \"&&\" at offset 2"},
      {"a || b", "write \"or\" instead of \"||\" at offset 2"},
      {"name like 'x%'", "write \"contains\" instead of \"like\" at offset 5"},
      {"a AND b", "write \"and\" in lower case at offset 2"},
      {"id + 1", "expressions do not calculate: found \"+\" at offset 3"},
      {"id - 1", "expressions do not calculate: found \"-\" at offset 3"},
      {"id 4", "expected an operator or the end, found \"4\" at offset 3"},
      {"id = 4 = 5", "expected an operator or the end, found \"=\" at offset 7"},
      {"company. = 1", "expected a member's name at offset 8"},
      {"notes[*].text", "expected an index or a \"key\" at offset 6"},
      {"notes[1", "expected ']' at offset 7"},
      {"'open", "the string does not end; it began at offset 0"},
      {R"("a\q")", "unknown escape at offset 2"},
      {R"("\u12")", "expected four hex digits at offset 3"},
      {R"("\ud800")", "half of a surrogate pair at offset 3"},
      {"4x", "\"4x\" is not a number (a member of this name is written [\"4x\"]) at offset 0"},
      {"1.2.3", "\"1.2.3\" is not a number (a member of this name is written [\"1\"]) at offset 0"},
      {"lowr(id)",
       "there is no function \"lowr\" (known: join, length, lower, now, number, record, replace, string, trim, "
       "truncate, upper, xref) at offset 0"},
      {"lower()", "lower() takes 1 argument, found 0 at offset 0"},
      {"replace(a, b)", "replace() takes 3 arguments, found 2 at offset 0"},
      {"lower(a", "expected \",\" or \")\", found the end at offset 7"},
      {"a in b", "expected \"(\", found \"b\" at offset 5"},
      {"a in ()", "expected a value, found \")\" at offset 6"},
      {"a in (1 2)", "expected \",\" or \")\", found \"2\" at offset 8"},
      {"a starts 'x'", "expected \"with\", found \"'\" at offset 9"},
      {"a not 4", "expected \"in\", \"contains\", \"starts with\" or \"ends with\", found \"4\" at offset 6"},
      {"a is text",
       "expected missing, null, empty, boolean, number, string, array or object, found \"text\" at offset 5"},
      {"{{ a }}", "expected a value, found \"{\" at offset 0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    const auto parsed = Expression::parse(row.expression);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == leat::ErrorKind::invalid);
    CHECK(parsed.error().message == row.expected);
  }
}

TEST_CASE("an expression that nests too deep is refused, not followed") {
  const std::string open(100'000, '(');
  CHECK_FALSE(Expression::parse(open));
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  const auto parsed = Expression::parse(nots + "a");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.find("nested deeper than 64 levels") == 0);
}

TEST_CASE("xref gives the id that became of a value; null when nothing did") {
  const Row rows[] = {
      {"xref('tickets', id)", "7601"},
      {"xref('tickets', string(id))", "7601"},
      {"number(xref('tickets', id)) < 8000", "true"},
      {"xref('tickets', summary)", "null"},
      {"xref('other', id)", "null"},
      {"xref('tickets', absent)", "null"},
      {"xref('tickets', none) ?? 'new'", "new"},
      {"xref('tickets', status)",
       "invalid: xref() takes a string or a number to look up, found an object (at offset 0)"},
      {"xref(id, id)", "invalid: xref() takes a string, found a number (at offset 0)"},
      {"xref('broken', id)", "busy: the store is locked (at offset 0)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(result(row.expression) == row.expected);
  }
}
