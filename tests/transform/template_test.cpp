#include "template.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "support/plugin_host.hpp"

using namespace leat::transform;
using leat::test::PluginHost;

namespace {

constexpr std::string_view kTicket = R"({"id": 9007199254740993, "price": 1.10, "summary": "Say \"hi\"\n", "none": null,
  "company": {"id": 4, "name": "Acme"}, "tags": ["a", "b"], "closed": true})";

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "|") + line;
  return out;
}

// The JSON text that the template writes; "nothing", the mistakes of the template, or the failure.
std::string written(std::string_view template_json, std::string_view record_json = kTicket) {
  PluginHost host;
  const leat::NewRecord source(template_json);
  std::vector<std::string> problems;
  const Template parsed = Template::parse(source.root(), "fields", problems);
  if (!problems.empty()) return joined(problems);
  const leat::NewRecord record(record_json);
  const auto call = host.call();
  leat::Context context(call.get());
  Scope scope(record.root(), 0, context);
  std::string out = "";
  try {
    return parsed.write(scope, out) ? out : "nothing" + out;
  } catch (const leat::Failure& failure) {
    return failure.error().message;
  }
}

struct Row {
  std::string_view template_json;
  std::string_view expected;
};

}  // namespace

TEST_CASE("a template makes the value it describes") {
  const Row rows[] = {
      {R"({"a": 1, "b": [true, null, "x"], "c": {}})", R"({"a":1,"b":[true,null,"x"],"c":{}})"},
      {R"("{{ id }}")", "9007199254740993"},
      {R"("{{price}}")", "1.10"},
      {R"("{{ summary }}")", R"("Say \"hi\"\n")"},
      {R"("{{ company }}")", R"({"id":4,"name":"Acme"})"},
      {R"("{{ none }}")", "null"},
      {R"("{{ absent }}")", "nothing"},
      {R"("{{ absent ?? null }}")", "null"},
      {R"("{{ closed = true }}")", "true"},
      {R"("{{ lower(company.name) }}")", R"("acme")"},
      {R"("Ticket {{ id }}: {{ summary }}!")", R"("Ticket 9007199254740993: Say \"hi\"\n!")"},
      {R"("<{{ absent }}|{{ none }}|{{ closed }}|{{ tags }}>")", R"("<||true|[\"a\",\"b\"]>")"},
      {R"("\"quoted\" {{ id }}\t")", R"("\"quoted\" 9007199254740993\t")"},
      {R"("{{ \"}}\" }}")", R"("}}")"},
      {R"("{{ '{{' }}")", R"("{{")"},
      {R"("not } a }} template {")", R"("not } a }} template {")"},
      {R"({"id": "{{ absent }}", "b": {"c": "{{ absent }}"}, "l": ["{{ absent }}", "{{ id }}", "{{ absent }}"]})",
       R"({"b":{},"l":[9007199254740993]})"},
      {R"({"a\"b": "{{ company.id }}"})", R"({"a\"b":4})"},
      {R"({"n": 1.50, "m": "{{ company.id }}", "o": 1e400})", R"({"n":1.50,"m":4,"o":1e400})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.template_json);
    CHECK(written(row.template_json) == row.expected);
  }
}

TEST_CASE("all mistakes of a template are named at once, each with its place") {
  CHECK(written(R"({"a": "{{ id +1 }}", "b": {"c.d": ["x", "{{ }}"]}, "e": "x {{ id", "{{ f }}": 1})") ==
        "fields.a: expressions do not calculate: found \"+\" at offset 6 of \"{{ id +1 }}\"|"
        "fields.b[\"c.d\"][1]: expected a value, found \"}}\" at offset 3 of \"{{ }}\"|"
        "fields.e: expected an operator or \"}}\", found the end at offset 7 of \"x {{ id\"|"
        "fields[\"{{ f }}\"]: the name of a member cannot hold an expression");
}

TEST_CASE("a record that a template cannot take fails with the place of the template") {
  CHECK(written(R"({"a": {"id": "{{ company.key! }}"}})") == "fields.a.id: company.key is missing");
  CHECK(written(R"({"a": ["No. {{ lower(id) }}"]})") ==
        "fields.a[0]: lower() takes a string, found a number (at offset 7)");
}
