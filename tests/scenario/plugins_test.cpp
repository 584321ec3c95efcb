// A connector is a file in a folder: there it is known, gone it is not, and nothing else changes.
#include <doctest/doctest.h>

#include <filesystem>

#include "scenario/installed.hpp"
#include "scenario/story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> loaded(const std::string& leat, const Program::Variables& variables = {}) {
  const Exit listed = run({leat, "plugins", "--json"}, variables);
  CAPTURE(listed.err);
  REQUIRE(listed.code == 0);
  std::vector<std::string> out;
  for (const Json& library : Json::parse(listed.out)) {
    const std::string name = fs::path(library["path"].get<std::string>()).filename();
    out.push_back(name + " " + library["state"].get<std::string>());
  }
  return out;
}

}  // namespace

TEST_CASE("the build tree's plugins are found") {
  CHECK(loaded(build_folder() + "/bin/leat") ==
        std::vector<std::string>{"libconnectwise.so loaded", "libfile.so loaded", "libtransform.so loaded"});
}

TEST_CASE("an install tree runs from anywhere, and a library taken away is gone, with nothing else") {
  const Installed installed;
  CHECK(loaded(installed.leat) ==
        std::vector<std::string>{"libconnectwise.so loaded", "libfile.so loaded", "libtransform.so loaded"});
  CHECK(fs::exists(installed.root / "bin/connectwise-sandbox"));
  fs::remove(installed.plugins / "libconnectwise.so");
  CHECK(loaded(installed.leat) == std::vector<std::string>{"libfile.so loaded", "libtransform.so loaded"});
  CHECK(run({installed.leat, "describe", "publisher", "file"}).code == 0);
  const Exit gone = run({installed.leat, "describe", "publisher", "connectwise"});
  CHECK(gone.code == 2);
  CHECK(gone.err.find("there is no publisher \"connectwise\"") != std::string::npos);
}

TEST_CASE("a bad library in the folder is reported and stops nothing") {
  const Installed installed;
  installed.folder.write("moved here/lib/leat/plugins/libbad.so", "this is no library");
  CHECK(loaded(installed.leat) == std::vector<std::string>{"libbad.so refused", "libconnectwise.so loaded",
                                                           "libfile.so loaded", "libtransform.so loaded"});
}

TEST_CASE("with plugins.allow only listed libraries are loaded, and the others are named with their sums") {
  const Installed installed;
  const Exit sum = run({"/usr/bin/sha256sum", (installed.plugins / "libfile.so").string()});
  REQUIRE(sum.code == 0);
  const std::string listed = sum.out.substr(0, 64);
  const TempDir work;
  work.write("in.ndjson", "{}\n");
  const auto config = [&](const std::string& allow) {
    return work.write("leat.yaml", "plugins: { allow: [" + allow +
                                       "] }\n"
                                       "incoming: { a: { subscriber: { type: file, path: in.ndjson } } }\n"
                                       "outgoing: { b: { publisher: { type: file, path: out.ndjson } } }\n"
                                       "routes: { r: { incoming: a, outgoing: b } }\n");
  };
  const Exit refused = run({installed.leat, "run", "--once", config("")});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("there is no subscriber type \"file\"") != std::string::npos);
  CHECK(refused.err.find("this library was refused: is not in plugins.allow: its SHA-256 is " + listed) !=
        std::string::npos);
  CHECK(run({installed.leat, "run", "--once", config(listed)}).code == 0);
  CHECK(work.read("out.ndjson") == "{}\n");
  // What is in the file counts, not its name.
  installed.folder.write("moved here/lib/leat/plugins/libfile.so",
                         installed.folder.read("moved here/lib/leat/plugins/libfile.so") + "x");
  CHECK(run({installed.leat, "run", "--once", config(listed)}).code == 2);
}

TEST_CASE("plugins tells which run in a process of their own") {
  const Story story("plugins: { libraries: { leat.file: { isolation: process } } }\n");
  const Exit listed = story.leat({"plugins", "-c", story.config()});
  CHECK(listed.code == 0);
  const auto at = listed.out.find("in a process of its own");
  REQUIRE(at != std::string::npos);
  CHECK(listed.out.substr(at, listed.out.find('\n', at) - at).find("libfile.so") != std::string::npos);
  CHECK(listed.out.rfind("in a process of its own") == at);  // no other
  for (const Json& library : Json::parse(story.leat({"plugins", "--json", "-c", story.config()}).out)) {
    CHECK(library["isolation"] == (library["id"] == "leat.file" ? "process" : "none"));
  }
}

TEST_CASE("while the section plugins is wrong no library is opened, and the mistake is told") {
  // What the program and its children open, as the dynamic loader tells it.
  const Program::Variables watched{{"LD_DEBUG", "files"}};
  const auto opens = [](const Exit& exit) { return exit.err.find("libfile.so") != std::string::npos; };
  const Story story("");
  const std::string wrong = story.folder().write(
      "wrong.yaml", "plugins: { libraries: { leat.file: { isolation: proces } } }\nroutes: { a: { incoming: b } }\n");
  const std::string right = story.folder().write("right.yaml", "plugins: {}\n");
  const std::string absent = (story.folder().path() / "absent.yaml").string();
  const std::string leat = build_folder() + "/bin/leat";
  CHECK(opens(run({leat, "plugins", "--config", right}, watched)));
  const std::vector<std::string> commands[] = {
      {"plugins", "--config"}, {"schema", "--config"}, {"entities", "--config"}, {"check"}, {"run"}};
  for (const auto& command : commands) {
    for (const std::string& config : {wrong, absent}) {
      std::vector<std::string> line{leat};
      line.insert(line.end(), command.begin(), command.end());
      line.push_back(config);
      CAPTURE(command.front());
      CAPTURE(config);
      CHECK_FALSE(opens(run(line, watched)));
      const Exit refused = run(line);
      CAPTURE(refused.err);
      CHECK(refused.code == 2);
      CHECK(refused.out.empty());
      CHECK(refused.err.find(config == wrong ? "isolation: unknown value \"proces\"; did you mean \"process\"?"
                                             : "absent.yaml: cannot be read") != std::string::npos);
    }
  }
}

TEST_CASE("a plugin is built against the installed SDK alone, and runs") {
  const Installed installed;
  const TempDir author;
  author.write("greet.cpp", R"(#include <leat/sdk.hpp>
LEAT_TRANSFORM("greet", "1.0.0", record) {
  const auto name = record["name"].str();
  if (!name) throw leat::invalid("name is missing");
  record.set("greeting", "Hello " + std::string(*name));
}
)");
  author.write("CMakeLists.txt", R"(cmake_minimum_required(VERSION 3.25)
project(greet CXX)
find_package(leat-sdk REQUIRED)
leat_add_plugin(greet greet.cpp)
)");
  const std::string build = (author.path() / "build").string();
  const Program::Variables path{{"PATH", "/usr/bin:/bin"}};
  const Exit configured = run(
      {cmake_program(), "-S", author.path().string(), "-B", build, "-DCMAKE_PREFIX_PATH=" + installed.prefix()}, path);
  CAPTURE(configured.err);
  REQUIRE(configured.code == 0);
  const Exit built = run({cmake_program(), "--build", build}, path);
  CAPTURE(built.out);
  REQUIRE(built.code == 0);

  author.write("people.ndjson", "{\"name\":\"Ina\"}\n{\"id\":2}\n");
  author.write("leat.yaml", R"(
plugins: { folders: [build] }
incoming: { people: { subscriber: { type: file, path: people.ndjson } } }
outgoing: { greetings: { publisher: { type: file, path: greetings.ndjson } } }
routes: { greet: { incoming: people, transformers: [{ type: greet }], outgoing: greetings } }
)");
  const Exit ran = run({installed.leat, "run", "--once", (author.path() / "leat.yaml").string()});
  CAPTURE(ran.err);
  CHECK(ran.code == 1);  // one record is refused, and stays visible
  CHECK(author.read("greetings.ndjson") == "{\"name\":\"Ina\",\"greeting\":\"Hello Ina\"}\n");
  // What runs can be described as well.
  const std::string config = (author.path() / "leat.yaml").string();
  CHECK(run({installed.leat, "describe", "transformer", "greet"}).code == 2);
  CHECK(run({installed.leat, "describe", "transformer", "greet", "-c", config}).code == 0);
  const Exit failed = run(
      {installed.leat, "tasks", "list", "--json", "--status", "failed", "-c", (author.path() / "leat.yaml").string()});
  CHECK(failed.out.find("name is missing") != std::string::npos);
}
