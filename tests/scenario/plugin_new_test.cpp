// A newcomer: from `leat plugin new` to a running route, with nothing but what the program prints and the README says.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "scenario/installed.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

const Installed& installed() {
  static const Installed tree;
  return tree;
}

Exit plugin_new(const TempDir& at, const std::string& arguments) {
  return shell(at.path(), installed().root / "bin", "leat plugin new " + arguments);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The lines of the README's shell blocks, block by block.
std::vector<std::string> blocks_of(const std::string& readme) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(readme)) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
      if (inside) blocks.emplace_back();
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

struct Kind {
  const char* name;
  const char* shown;  // by the last of the commands, or in the file it made
  const char* file;   // nullptr: on the screen
};
constexpr Kind kKinds[] = {
    {"transformer", R"({"id":2,"name":"Jo","greeting":"Good morning Jo"})", nullptr},
    {"subscriber", R"({"number":5})", nullptr},
    {"publisher", R"({"id":2,"name":"Jo"})", "out.ndjson"},
    {"client", "ok: 1 route,", nullptr},
};

void walk(const std::string& language) {
  const fs::path bin = installed().root / "bin";
  for (const Kind& kind : kKinds) {
    const std::string name = kind.name;
    CAPTURE(name);
    const TempDir desk;
    const Exit made = plugin_new(desk, "acme.try --lang " + language + " --kind " + name);
    CAPTURE(made.err);
    REQUIRE(made.code == 0);
    // What it prints: a head line, then what to type: the way into the folder, and the README's first block.
    const auto printed = lines_of(made.out);
    REQUIRE(printed.size() > 2);
    CHECK_MESSAGE(printed.size() <= 5, "`leat plugin new` and what it prints are at most five commands");
    const auto blocks = blocks_of(desk.read("acme.try/README.md"));
    REQUIRE(blocks.size() == 2);
    std::string commands = "cd acme.try\n" + blocks[0];
    std::string typed;
    for (auto line = printed.begin() + 1; line != printed.end(); ++line) typed += line->substr(2) + "\n";
    CHECK(typed == commands);

    const Exit ran = shell(desk.path(), bin, typed);
    CAPTURE(ran.out);
    CAPTURE(ran.err);
    REQUIRE(ran.code == 0);
    const std::string shown = kind.file == nullptr ? ran.out : desk.read(std::string("acme.try/") + kind.file);
    CHECK(shown.find(kind.shown) != std::string::npos);

    const Exit tested = shell(desk.path() / "acme.try", bin, blocks[1]);
    CAPTURE(tested.out);
    CAPTURE(tested.err);
    CHECK(tested.code == 0);
    // Both of them: the author's tests and the check.
    const std::string both = language == "rust" ? " checks, 0 failed" : "0 tests failed out of 2";
    CHECK(tested.out.find(both) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("C++: five commands from nothing to a running route, one more for its tests and check") { walk("cpp"); }
TEST_CASE("C: five commands from nothing to a running route, one more for its tests and check") { walk("c"); }
TEST_CASE("Rust: five commands from nothing to a running route, one more for its tests and check") { walk("rust"); }

TEST_CASE("what cannot be made is said, and nothing is left behind") {
  struct Row {
    const char* arguments;
    const char* said;
  };
  const Row rows[] = {
      {"'Greet me' --lang c --kind client", "\"Greet me\" is no name for a plugin"},
      {"../greet --lang c --kind client", "\"../greet\" is no name for a plugin"},
      {"9lives --lang c --kind client", "\"9lives\" is no name for a plugin"},
      {"greet --lang rsut --kind client", "\"rsut\" is no language for a project; did you mean \"rust\"?"},
      {"greet --lang c --kind subscribers", "\"subscribers\" is no kind of component; did you mean \"subscriber\"?"},
      {"greet --lang c", "--kind"},
      {"taken --lang c --kind client", "taken is there already"},
      {"greet --lang c --kind client --dir taken/file", "taken/file is there already"},
      {"greet --lang c --kind client --dir taken/file/below", "taken/file/below cannot be made"},
  };
  const TempDir desk;
  fs::create_directory(desk.path() / "taken");
  desk.write("taken/file", "mine");
  for (const Row& row : rows) {
    const std::string arguments = row.arguments;
    CAPTURE(arguments);
    const Exit refused = plugin_new(desk, arguments);
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CAPTURE(refused.err);
    CHECK(refused.err.find(row.said) != std::string::npos);
  }
  CHECK(desk.read("taken/file") == "mine");
  CHECK(std::distance(fs::directory_iterator(desk.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("an empty folder and one that is to be made are both good") {
  const TempDir desk;
  fs::create_directory(desk.path() / "empty");
  CHECK(plugin_new(desk, "greet --lang rust --kind client --dir empty").code == 0);
  CHECK(plugin_new(desk, "greet --lang rust --kind client --dir new/one/").code == 0);
  CHECK(fs::exists(desk.path() / "empty/src/lib.rs"));
  CHECK(desk.read("empty/src/lib.rs") == desk.read("new/one/src/lib.rs"));
  CHECK(desk.read("empty/src/lib.rs").find('@') == std::string::npos);
}
