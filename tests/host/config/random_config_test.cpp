// Configurations damaged at random: whatever they hold, the answer is a configuration or problems that name places.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "host/config/components.hpp"
#include "leat/path.hpp"

using namespace leat::test;

namespace {

const std::string kRight = R"(# ä
x-common: &common {type: rest, client: psa, entity: "e: 1"}
clients:
  psa: {type: rest, base_uri: 'http://x', token: "${TOKEN}", timeout: 30s, body_max: 64MiB}
incoming:
  in:
    schedule: every 5m
    subscriber:
      <<: *common
      parameters: {path: {id: 4}, query: [1.5, true, ~, "\u00e4\n"]}
      request_transformers: [{type: each, transformers: [{type: map, fields: {a: "{{ id }}"}}]}]
outgoing:
  out:
    publisher: {type: file, path: a.ndjson, columns: [a, b]}
    xref: {set: s, source: id, target: 'a[0]'}
  text:
    publisher:
      type: file
      path: >-
        folded
        name
routes:
  r: {incoming: in, outgoing: out, key: 'a["b"][0].c', deduplicate: {fields: [a]}, retry: {max_age: 3d}}
  s: {after: r, outgoing: text, max_pending: {bytes: 1MiB}}
)";

const std::vector<std::string> kPieces = {
    "\t",
    "\n",
    "\n  ",
    "  ",
    ":",
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "&a ",
    "*a",
    "*common",
    "<<: ",
    "!!str ",
    "!x ",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "---\n",
    "...\n",
    "~",
    "null",
    "true",
    "0x",
    "1e999",
    "-",
    "\xff",
    "\xc3",
    std::string(1, '\0'),
    "\r",
    "${",
    "${TOKEN}",
    "${UNSET}",
    "${file:",
    "$${",
    "}",
    "type: ",
    "transformers: ",
    "999999999999999999999",
    "\xef\xbb\xbf",
    "\\ud83d",
    "routes:\n",
    "{type: each, transformers: [",
};

std::string damaged(std::mt19937_64& random) {
  std::string text = kRight;
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  for (std::size_t changes = 1 + below(6); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    const std::size_t size = std::min(below(40), text.size() - at);
    switch (below(6)) {
      case 0: text.erase(at, size); break;
      case 1: text.insert(at, kPieces[below(kPieces.size())]); break;
      case 2: text.replace(at, size, kPieces[below(kPieces.size())]); break;
      case 3: text.insert(below(text.size()), text.substr(at, size)); break;  // doubled elsewhere
      case 4: text[at] = static_cast<char>(below(256)); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

// True when it gave a configuration.
bool check_sound(const std::string& text) {
  Secrets secrets;
  const auto result = configure(text, secrets);
  CHECK(result.config.has_value() == !has_errors(result.problems));
  const auto lines_in_text =
      std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 1;
  for (const Problem& problem : result.problems) {
    CHECK(problem.position.file == "leat.yaml");
    CHECK(problem.position.line <= lines_in_text);
    CHECK((problem.position.line == 0) == (problem.position.column == 0));
    CHECK_FALSE(problem.message.empty());
    CHECK(problem.message.find("s3cret") == std::string::npos);
  }
  if (!result.config) return false;
  for (const RouteConfig& route : result.config->routes) {
    CHECK(route.incoming.empty() != route.after.empty());
    if (route.after.empty()) {
      CHECK(result.config->find_incoming(route.incoming) != nullptr);
    } else {
      CHECK(result.config->find_route(route.after) != nullptr);
    }
    CHECK(result.config->find_outgoing(route.outgoing) != nullptr);
  }
  return true;
}

}  // namespace

TEST_CASE("a damaged configuration gives problems or a sound configuration") {
  REQUIRE(configure(kRight).config);
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  int right = 0;
  int wrong = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = damaged(random);
    CAPTURE(seed);
    CAPTURE(text);
    (check_sound(text) ? right : wrong) += 1;
  }
  CHECK(right > 30);
  CHECK(wrong > 300);
}

TEST_CASE("texts that broke a parser once give problems or a sound configuration") {
  const std::string texts[] = {
      std::string("a: \"x\0y\"", 8),
      "&a",
      "*",
      "!",
      "? ",
      "- - - -",
      "{",
      "a: &a\n&b",
      "%YAML 9.9\n---\na: 1",
      "a: |9\n x",
      "\"\\x",
      "a: !<",
      "{a: [b, {c",
      "--- |\n",
      "a:\n- b\n -c",
      "\xef\xbb\xbf",
      "\n",
      "<<: {<<: {<<: {routes: {}}}}",
      "routes: {<<: [[{}]]}",
      "routes: &r\n  r: *r\n",
      "a: ${",
      "a: ${file:${",
      "a: ${}",
      "a: ${file:.}",
      "a: '${\n}'",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    (void)check_sound(text);
  }
}
