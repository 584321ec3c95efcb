// The operations as the host sees them: options in, records in, records out.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "edit.hpp"
#include "filter.hpp"
#include "map.hpp"
#include "support/plugin_host.hpp"

using namespace leat::transform;
using leat::test::PluginHost;

namespace {

// What becomes of each record: its text, "dropped", or why it was rejected.
template <class Operation>
std::vector<std::string> run(const std::string& options, const std::vector<std::string_view>& records) {
  PluginHost host;
  std::unique_ptr<Operation> operation;
  try {
    operation = host.make<Operation>(options);
  } catch (const leat::Failure& failure) {
    return {"refused: " + failure.error().message};
  }
  leat_batch batch;
  for (const std::string_view record : records) leat::Batch(&batch).append(leat::NewRecord(record));
  const auto call = host.call();
  CHECK(leat::detail::process<Operation>(operation.get(), call.get(), &batch) == LEAT_OK);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    switch (batch.fate(i)) {
      case leat::host::Fate::live: out.emplace_back(batch.record(i)->json()); break;
      case leat::host::Fate::dropped: out.emplace_back("dropped"); break;
      default: out.push_back("rejected: " + batch.error(i).message); break;
    }
  }
  return out;
}

// What is known of every record behind the operation.
template <class Operation>
std::string known(const std::string& options, const std::string& before) {
  PluginHost host;
  const auto operation = host.make<Operation>(options);
  leat::NewRecord record(before);
  const auto call = host.call();
  leat::Context context(call.get());
  operation->constants(record, context);
  return std::string(record.json());
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("map makes a new document of each record, and a record it cannot take fails alone") {
  CHECK(
      run<Map>(R"({"fields": {"ticketId": "{{ id! }}", "text": "From {{ company.name ?? 'nobody' }}", "flag": true}})",
               {R"({"id": 7, "company": {"name": "Acme"}, "other": 1})", R"({"company": null})", R"({"id": 1.0})"}) ==
      Texts{R"({"ticketId":7,"text":"From Acme","flag":true})", "rejected: fields.ticketId: id is missing",
            R"({"ticketId":1.0,"text":"From nobody","flag":true})"});
  CHECK(run<Map>(R"({"fields": {}})", {R"({"id": 7})"}) == Texts{"{}"});
  CHECK(run<Map>(R"({"fields": 17})", {}) == Texts{"refused: fields: an object of templates is expected"});
  CHECK(run<Map>(R"({"fields": {"a": "{{ b c }}"}})", {}) ==
        Texts{"refused: fields.a: expected an operator or \"}}\", found \"c\" at offset 5 of \"{{ b c }}\""});
}

TEST_CASE("filter drops what does not match and rejects what it cannot compare") {
  CHECK(
      run<Filter>(R"({"when": "status.name != 'Closed' and sort < 5"})",
                  {R"({"status": {"name": "New"}, "sort": 1})", R"({"status": {"name": "Closed"}, "sort": 1})",
                   R"({"status": {"name": "New"}})", R"({"status": {"name": "New"}, "sort": "1"})"}) ==
      Texts{R"({"status":{"name":"New"},"sort":1})", "dropped", "dropped",
            "rejected: when: a string and a number have no order; compare two numbers or two strings (at offset 28)"});
  CHECK(run<Filter>(R"({"when": "active"})", {R"({"active": true})", R"({"active": "yes"})", "{}"}) ==
        Texts{R"({"active":true})", "rejected: when: a condition is needed, found a string (at offset 0)", "dropped"});
  CHECK(run<Filter>(R"({"when": "status = "})", {}) ==
        Texts{"refused: when: expected a value, found the end at offset 9 of \"status = \""});
}

TEST_CASE("set makes all values from the record as it came, then sets them") {
  CHECK(run<Set>(R"({"fields": {"a": "{{ b }}", "b": "{{ a }}"}})", {R"({"a":1,"b":2})"}) == Texts{R"({"a":2,"b":1})"});
  CHECK(run<Set>(R"({"fields": {"company.site.id": 4, "tags[2]": "{{ id }}", "none": "{{ absent }}"}})",
                 {R"({"id":9,"company":null,"tags":[1,2]})", R"({"id":9,"company":5})", R"({"tags":[]})",
                  R"({"tags":[],"company":{},"id":0})"}) ==
        Texts{R"({"id":9,"company":{"site":{"id":4}},"tags":[1,2,9]})",
              "rejected: company is a number, needed is an object to set company.site.id",
              R"({"tags":[],"company":{"site":{"id":4}}})",
              "rejected: tags has 0 elements: tags[2] would leave a gap"});
  CHECK(run<Set>(R"({"fields": {"a[": 1, "b.c": 2, "b": 3, "d": "{{"}})", {}) ==
        Texts{"refused: fields: expected an index or a \"key\" at offset 2 of \"a[\"; fields: b and b.c set the same "
              "place; "
              "fields.d: expected a value, found the end at offset 2 of \"{{\""});
}

TEST_CASE("remove takes values away, elements of one array too, and leaves what is not there") {
  CHECK(run<Remove>(R"({"paths": ["a[0]", "a[2]", "b.c", "a[0]", "x.y", "b[0]"]})",
                    {R"({"a":[1,2,3,4],"b":{"c":1,"d":2}})", "[]", R"({"a":[1]})"}) ==
        Texts{R"({"a":[2,4],"b":{"d":2}})", "[]", R"({"a":[]})"});
  CHECK(run<Remove>(R"({"paths": ["a", "b..c"]})", {}) ==
        Texts{"refused: paths: expected a member's name at offset 2 of \"b..c\""});
}

TEST_CASE("move and copy take a value of any type to another place") {
  CHECK(run<Move>(R"({"from": "company.id", "to": "companyId"})", {R"({"company":{"id":1.50,"n":1}})", R"({"x":1})"}) ==
        Texts{R"({"company":{"n":1},"companyId":1.50})", R"({"x":1})"});
  CHECK(run<Move>(R"({"from": "a.b", "to": "a"})", {R"({"a":{"b":[1],"c":2}})"}) == Texts{R"({"a":[1]})"});
  CHECK(run<Copy>(R"({"from": "a", "to": "a.b"})", {R"({"a":{"c":2}})"}) == Texts{R"({"a":{"c":2,"b":{"c":2}}})"});
  CHECK(run<Copy>(R"({"from": "a[0]", "to": "b.c"})", {R"({"a":[{"x":null}]})"}) ==
        Texts{R"({"a":[{"x":null}],"b":{"c":{"x":null}}})"});
  CHECK(run<Copy>(R"({"from": "a", "to": "b", "required": true})", {"{}"}) == Texts{"rejected: from: a is missing"});
  CHECK(run<Move>(R"({"from": "a", "to": "a.b"})", {}) ==
        Texts{"refused: to: a.b lies inside of a, which is moved away"});
  CHECK(run<Copy>(R"({"from": "a", "to": "a"})", {}) == Texts{"refused: from and to are the same path: a"});
  CHECK(run<Copy>(R"({"from": "", "to": "a"})", {}) == Texts{"refused: from: the path is empty of \"\""});
}

TEST_CASE("an operation stops when it is asked to") {
  PluginHost host;
  const auto filter = host.make<Filter>(R"({"when": "true"})");
  leat_batch batch;
  leat::Batch(&batch).append(leat::NewRecord("{}"));
  host.stop();
  const auto call = host.call();
  CHECK(leat::detail::process<Filter>(filter.get(), call.get(), &batch) == LEAT_CANCELLED);
}

TEST_CASE("what every record has behind an operation is what it sets to constants, and what it leaves alone") {
  constexpr const char* kBefore = R"({"a":1,"b":{"c":2,"d":3},"l":[1,2]})";
  CHECK(
      known<Map>(
          R"({"fields": {"id": "{{ id }}", "board": {"name": "Help", "id": "{{ a }}"}, "flag": true, "l": ["{{ a }}", 1],
                      "m": [1, {"n": null}]}})",
          kBefore) == R"({"board":{"name":"Help"},"flag":true,"m":[1,{"n":null}]})");
  CHECK(known<Map>(R"({"fields": {"id": "{{ id }}"}})", kBefore) == "{}");
  CHECK(known<Set>(R"({"fields": {"a": "{{ id }}", "b.c": 7, "e.f": "x", "l[1]": 5}})", kBefore) ==
        R"({"b":{"d":3,"c":7},"e":{"f":"x"}})");
  CHECK(known<Filter>(R"({"when": "a = 1"})", kBefore) == kBefore);
  CHECK(known<Remove>(R"({"paths": ["b.c", "l[0]", "x.y"]})", kBefore) == R"({"a":1,"b":{"d":3}})");
  CHECK(known<Copy>(R"({"from": "b.c", "to": "a"})", kBefore) == R"({"b":{"c":2,"d":3},"l":[1,2],"a":2})");
  CHECK(known<Move>(R"({"from": "b", "to": "x.y"})", kBefore) == R"({"a":1,"l":[1,2],"x":{"y":{"c":2,"d":3}}})");
  CHECK(known<Move>(R"({"from": "unknown", "to": "a"})", kBefore) == R"({"b":{"c":2,"d":3},"l":[1,2]})");
  CHECK(known<Copy>(R"({"from": "l[0]", "to": "a"})", kBefore) == R"({"b":{"c":2,"d":3},"l":[1,2]})");
  CHECK(known<Copy>(R"({"from": "a", "to": "l[2]"})", kBefore) == R"({"a":1,"b":{"c":2,"d":3}})");
}
