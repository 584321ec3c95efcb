// tests/run.sh: nothing is left out unnoticed. Its tools are played, so that only the script itself is at work.
#include <doctest/doctest.h>

#include <filesystem>

#include "scenario/story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

// A folder of programs that write down how they are called. `clang` makes a program of `probe`, or fails when that is empty.
class Tools {
 public:
  explicit Tools(const std::string& probe) {
    add("dpkg-query", "printf 'install ok installed'");  // every package is there
    add("cmake", "echo \"cmake $*\"");
    add("ctest", "echo \"ctest $*$PLACED\"; echo '100% tests passed'");
    add("setarch", "shift; PLACED=' without randomisation' exec \"$@\"");
    folder_.write("probe", "#!/bin/sh\n" + probe + "\n");
    add("clang", probe.empty() ? "echo 'clang: no such library' >&2; exit 1"
                               : "cp " + (folder_.path() / "probe").string() + " \"$4\"; chmod +x \"$4\"");
    fs::create_directories(temporary());
  }
  fs::path temporary() const { return folder_.path() / "tmp"; }
  Exit run_script(const std::vector<std::string>& arguments = {}) const {
    std::vector<std::string> command{"/bin/bash", "-c", "exec \"$0\" \"$@\" 2>&1", source_folder() + "/tests/run.sh"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, {{"PATH", folder_.path().string() + ":/usr/bin:/bin"}, {"TMPDIR", temporary().string()}});
  }

 private:
  void add(const std::string& name, const std::string& script) const {
    fs::permissions(folder_.write(name, "#!/bin/sh\n" + script + "\n"), fs::perms::owner_all);
  }
  TempDir folder_;
};

constexpr const char* kAsan =
    "cmake --build --preset asan --target product sanitized_tests\nctest --preset asan\n100% tests passed\n";
constexpr const char* kTsan =
    "cmake --build --preset tsan --target threaded_tests\nctest --preset tsan\n100% tests passed\n";
constexpr const char* kBuild = "cmake --build --preset release --target all\n";

}  // namespace

TEST_CASE("the tests run under both sanitizers, then as users get them, and the summary is the end") {
  const Tools tools("exit 0");
  const Exit ran = tools.run_script();
  CHECK(ran.code == 0);
  CHECK(ran.out == std::string(kAsan) + kTsan + kBuild + "ctest --preset release\n100% tests passed\n");
  CHECK(tools.run_script({"-R", "story"}).out ==
        std::string(kBuild) + "ctest --preset release -R story\n100% tests passed\n");
  CHECK(fs::is_empty(tools.temporary()));
}

TEST_CASE("where a sanitizer's programs end oddly now and then, they are run without address randomisation") {
  // The fifth of all ends oddly when memory is anywhere.
  const Tools tools("test -n \"$PLACED\" && exit; echo >>\"$TMPDIR/calls\"; test $(wc -l <\"$TMPDIR/calls\") != 5");
  const Exit ran = tools.run_script();
  CHECK(ran.code == 0);
  std::string asan = kAsan;
  asan.insert(asan.find("\n100%"), " without randomisation");
  CHECK(ran.out == asan + kTsan + kBuild + "ctest --preset release\n100% tests passed\n");
}

TEST_CASE("what does not run on the machine is left out, which is said last before the summary") {
  const Tools tools("exit 1");
  const Exit ran = tools.run_script();
  CHECK(ran.code == 0);
  CHECK(ran.out == std::string(kBuild) +
                       "left out: programs with -fsanitize=address,undefined do not run on this machine\n"
                       "left out: programs with -fsanitize=thread do not run on this machine\n"
                       "ctest --preset release\n100% tests passed\n");
  CHECK(fs::is_empty(tools.temporary()));
}

TEST_CASE("a compiler that cannot make a sanitizer's program ends the run, and nothing is left behind") {
  const Tools tools("");
  const Exit ran = tools.run_script();
  CHECK(ran.code == 1);
  CHECK(ran.out == "clang: no such library\nclang cannot make programs with -fsanitize=address,undefined\n");
  CHECK(fs::is_empty(tools.temporary()));
}
