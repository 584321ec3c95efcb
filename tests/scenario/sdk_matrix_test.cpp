// One transformer, written in three languages and built by four compilers against the installed SDK alone, runs in a
// real route and makes the same of the same records: tests/sdk/matrix/README.md.
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "scenario/installed.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What turns the folder of the sources into build/libmatrix.so; $SDK is where the SDK is installed.
struct Toolchain {
  const char* name;
  const char* build;
};
constexpr Toolchain kToolchains[] = {
    {"C++ with g++",
     "cmake -S . -B build -DCMAKE_PREFIX_PATH=\"$SDK\" -DCMAKE_CXX_COMPILER=g++\n"
     "cmake --build build\n"},
    {"C++ with clang and libc++",
     "cmake -S . -B build -DCMAKE_PREFIX_PATH=\"$SDK\" -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS=-stdlib=libc++\n"
     "cmake --build build\n"},
    {"C99 with gcc",
     "mkdir build\n"
     "ln -s \"$SDK\" sdk  # the shell would split a path with blanks that pkg-config gives\n"
     "export PKG_CONFIG_PATH=sdk/lib/pkgconfig\n"
     "gcc -std=c99 -O2 -Wall -Wextra -pedantic -Werror -shared -o build/libmatrix.so edit.c"
     " $(pkg-config --cflags --libs leat-sdk)\n"},
    {"Rust",
     "mkdir build\n"
     "cp \"$SDK\"/share/leat-sdk/templates/rust/any/src/*.rs .\n"
     "rustc --edition 2021 --crate-type cdylib --crate-name matrix -O -D warnings -C link-arg=-Wl,-z,nodelete"
     " -o build/libmatrix.so edit.rs\n"},
};

// libc and the loader; nothing of the compiler, of C++ or of the host.
bool needs_only_libc(const std::string& dynamic_section) {
  for (auto at = dynamic_section.find("(NEEDED)"); at != std::string::npos;
       at = dynamic_section.find("(NEEDED)", at + 1)) {
    const auto line = dynamic_section.substr(at, dynamic_section.find('\n', at) - at);
    if (line.find("[libc.so.6]") == std::string::npos && line.find("[ld-linux") == std::string::npos &&
        line.find("[libm.so.6]") == std::string::npos && line.find("[libgcc_s.so.1]") == std::string::npos)
      return false;
  }
  return true;
}

constexpr const char* kConfig = R"(
plugins: { folders: [build] }
incoming: { tickets: { subscriber: { type: file, path: tickets.ndjson } } }
outgoing: { edited: { publisher: { type: file, path: edited.ndjson } } }
routes: { edit: { incoming: tickets, transformers: [{ type: matrix }], outgoing: edited } }
)";

}  // namespace

TEST_CASE("a plugin of any language and compiler, built against the installed SDK alone, does the same in a route") {
  const Installed sdk("sdk");
  const fs::path sources = fs::path(source_folder()) / "tests/sdk/matrix";
  CHECK_FALSE(fs::exists(sdk.root / "bin"));  // nothing of the host is there
  for (const Toolchain& toolchain : kToolchains) {
    const std::string name = toolchain.name;
    CAPTURE(name);
    const TempDir author;
    fs::copy(sources, author.path());
    const Exit built = shell(author.path(), "/usr/bin", toolchain.build, {{"SDK", sdk.prefix()}});
    CAPTURE(built.out);
    CAPTURE(built.err);
    REQUIRE(built.code == 0);
    const std::string library = (author.path() / "build/libmatrix.so").string();

    const Exit exports = run({"/usr/bin/nm", "-D", "--defined-only", "--format=just-symbols", library});
    CHECK(exports.out == "leat_plugin_v1\n");
    const Exit section = run({"/usr/bin/readelf", "-dW", library});
    CAPTURE(section.out);
    CHECK(needs_only_libc(section.out));
    CHECK(section.out.find("NODELETE") != std::string::npos);

    const std::string leat = build_folder() + "/bin/leat";
    const Exit checked = Program({leat, "plugin", "check", library, "--records", (sources / "tickets.ndjson").string()})
                             .wait(std::chrono::seconds(120));
    CAPTURE(checked.out);
    CHECK(checked.code == 0);

    author.write("leat.yaml", kConfig);
    const std::string config = (author.path() / "leat.yaml").string();
    const Exit ran = run({leat, "run", "--once", config});
    CAPTURE(ran.err);
    CHECK(ran.code == 1);  // one ticket is rejected, and stays visible
    CHECK(author.read("edited.ndjson") == text_of(sources / "expected.ndjson"));
    const auto failed = json_lines(run({leat, "tasks", "list", "--json", "--status", "failed", "-c", config}).out);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].dump().find("company.name: a string is expected") != std::string::npos);
  }
}

TEST_CASE("the Rust bindings are those of the header") {
  const fs::path sdk = fs::path(source_folder()) / "sdk";
  const Exit made = run({"/usr/bin/python3", (sdk / "tools/rust_abi.py").string(), (sdk / "leat/abi.h").string()});
  CAPTURE(made.err);
  REQUIRE(made.code == 0);
  CHECK_MESSAGE(made.out == text_of(sdk / "templates/rust/any/src/leat_abi.rs"),
                "refresh them: sdk/tools/rust_abi.py sdk/leat/abi.h > sdk/templates/rust/any/src/leat_abi.rs");
}
