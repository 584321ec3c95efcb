// Types and levels of callbacks stand twice, because the sandbox judges the plugin by what it knows itself: in both the same.
#include "plugins/connectwise/reading/callback_types.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/callbacks/entries.hpp"
#include "plugins/connectwise/text.hpp"
#include "sandbox/harness.hpp"

using namespace leat;
using namespace leat::connectwise;

namespace {

using Words = std::set<std::string>;

// What stands behind `mark` in the refusal, as "a, b, c".
Words listed(const Error& refusal, std::string_view mark) {
  const std::string& text = refusal.message;
  const std::size_t at = text.rfind(mark);
  REQUIRE(at != std::string::npos);
  Words words;
  for (const std::string_view word : split(std::string_view(text).substr(at + mark.size()), ','))
    words.emplace(trim(word));
  return words;
}

Words plugin_types() { return listed(check_callback("", "").error(), "there are "); }
Words plugin_levels(const std::string& type) { return listed(check_callback(type, "").error(), ", but "); }

// The lists of the API as the sandbox writes their paths: "/company/companies/{}/sites".
std::string pattern_of(std::string_view path) {
  std::string pattern;
  std::size_t copied = 0;
  for (const Placeholder& place : placeholders(path)) {
    pattern += std::string(path.substr(copied, place.begin - copied)) + "{}";
    copied = place.end;
  }
  return pattern += path.substr(copied);
}

}  // namespace

TEST_CASE("plugin and sandbox agree which list each type of callback is about") {
  const Words types = plugin_types();
  CHECK(types.size() == 16);
  for (const Operation& operation : builtin_catalog().operations()) {
    if (operation.method != Method::get) continue;
    CAPTURE(operation.path);
    const std::string said(sandbox::callback_type(pattern_of(operation.path)).value_or(""));
    CHECK((said.empty() || types.contains(said)));
    for (const std::string& type : types) CHECK(is_list_of(type, operation.path) == (type == said));
  }
}

TEST_CASE("plugin and sandbox agree which levels each type of callback has") {
  const Words types = plugin_types();
  Words all = types;
  for (const std::string& type : types) all.merge(plugin_levels(type));
  sandbox::test::Harness sandbox;
  for (const std::string& type : types) {
    // Levels of any type, and what the records of this one have: the sandbox may know more of them.
    Words levels = all;
    for (const Operation& operation : builtin_catalog().operations()) {
      if (operation.method != Method::get || !is_list_of(type, operation.path)) continue;
      for (const std::string_view name : builtin_catalog().schema(operation.response_schema)->names())
        levels.emplace(name);
    }
    for (const std::string& level : levels) {
      CAPTURE(type);
      CAPTURE(level);
      const std::string answer =
          sandbox
              .send("POST", "/system/callbacks",
                    sandbox::test::Json{
                        {"type", type}, {"level", level}, {"objectId", 1}, {"url", "https://hooks.test/leat"}}
                        .dump())
              .body;
      const bool known = answer.find("Unrecognized") == std::string::npos;
      CHECK(bool(check_callback(type, level)) == known);
    }
  }
  CHECK(sandbox.get("/system/callbacks?pageSize=1000").size() > types.size());
}
