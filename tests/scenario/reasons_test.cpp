// What a plugin says may be anything: what is kept of it is text, and nothing of it drives the terminal or the program
// that reads leat's JSON.
#include <doctest/doctest.h>

#include "scenario/isolation_story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

// No control characters but line breaks.
bool harmless(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n') || c == 0x7F) return false;
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a record's reason is text of bounded size, in the host as in a process of its own") {
  for (const std::string isolation : {"isolation: none", "isolation: process"}) {
    CAPTURE(isolation);
    Story story(through("{ type: babble }", isolation));
    story.folder().write("records.ndjson",
                         records(4, {{1, "bytes"}, {2, "screen"}, {3, "long"}, {4, "nothing to say"}}));
    const Exit ran = story.run_once();
    CHECK(ran.code == 1);
    CHECK(ran.err.size() < 64'000);
    CHECK(harmless(ran.out + ran.err));

    std::vector<std::string> said;  // in the records' order
    for (const Json& task : story.tasks({"--route", "troubled"})) said.push_back(task["message"].get<std::string>());
    REQUIRE(said.size() == 4);
    CHECK(contains(said[0], "no caf\uFFFD"));
    CHECK(contains(said[1], "is \x1b[31mred\nand \u009b1mbold"));  // kept as it was said
    CHECK(contains(said[2], "xxx... (20,000,000 bytes)"));
    CHECK(said[2].size() < 8192);
    CHECK(contains(said[3], "failed as invalid and did not say why"));
    for (const Json& task : story.tasks({"--route", "troubled"})) {
      const Exit shown = story.leat({"tasks", "show", task["id"].dump(), "-c", story.config()});
      CHECK(shown.code == 0);
      CHECK(harmless(shown.out));
    }
  }
}

TEST_CASE("a route that stopped for a reason that is no text is told as JSON and on the terminal") {
  for (const std::string isolation : {"isolation: none", "isolation: process"}) {
    CAPTURE(isolation);
    for (const bool json : {true, false}) {
      Story story(through("{ type: babble }", isolation));
      story.folder().write("records.ndjson", records(1, {{1, "fail"}}));
      const Exit ran = json ? story.leat({"run", "--once", "--json", story.config()}) : story.run_once();
      CAPTURE(ran.err);
      CHECK(ran.code == 1);
      CHECK(harmless(ran.out + ran.err));
      CHECK(contains(json ? ran.out : ran.err, "the caf\uFFFD is"));
      if (json) CHECK(json_lines(ran.out).size() == 1);
    }
  }
}

TEST_CASE("check, doctor, plugins and describe print what a plugin says without its control characters") {
  const Story story("plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) + R"(] }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing: { posted: { publisher: { type: post, path: posted.txt, says: "is \e[31mred\nand bold" } } }
routes: { post: { incoming: records, outgoing: posted } }
)");
  const Exit examined = story.leat({"doctor", story.config()});
  CHECK(examined.code == 0);
  CHECK(contains(examined.out, "is  [31mred and bold: is  [31mred and bold\n"));
  CHECK(harmless(examined.out));

  const Story wrong(through("{ type: babble, at_start: true }", "isolation: none"));
  const Exit checked = wrong.leat({"check", wrong.config()});
  CHECK(checked.code == 2);
  CHECK(contains(checked.err, "no  [31mred start at a caf\uFFFD"));
  CHECK(harmless(checked.err));

  const std::string folder = LEAT_TROUBLE_FOLDER;
  const Exit described = story.leat({"--plugin-dir", folder, "describe", "transformer", "babble"});
  CHECK(contains(described.out, "Talks  [31mred"));
  CHECK(contains(described.out, "Is  [31mred."));
  CHECK(harmless(described.out));
  const Exit listed = story.leat({"--plugin-dir", folder, "plugins"});
  CHECK(contains(listed.out, "Says  [31manything."));
  CHECK(harmless(listed.out));
}

TEST_CASE("components whose texts are not UTF-8 are refused by name, and everything else is told of") {
  const Story story("{}");
  const TempDir plugins;
  const fs::path from = fs::path(build_folder()) / "tests/host/plugin/plugins/bad_parts.so";
  fs::copy_file(from, plugins.path() / "bad_parts.so");
  const std::string folder = plugins.path().string();
  const Exit listed = story.leat({"--plugin-dir", folder, "plugins", "--json"});
  CAPTURE(listed.err);
  CHECK(listed.code == 0);
  CHECK(contains(listed.out, "its title is not UTF-8"));
  CHECK(contains(listed.out, "acme.\uFFFD"));
  CHECK(story.leat({"--plugin-dir", folder, "schema"}).code == 0);
  CHECK(story.leat({"--plugin-dir", folder, "describe", "transformer", "acme.sound", "--json"}).code == 0);
}
