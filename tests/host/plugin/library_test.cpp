#include "host/plugin/library.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "fakes.hpp"
#include "host/base/utf8.hpp"
#include "host/plugin/allow_list.hpp"
#include "host/plugin/registry.hpp"
#include "host/record/batch.hpp"
#include "support/process.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;
using leat::test::TempDir;
namespace fs = std::filesystem;

namespace {

#if defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

// A plugin folder with copies of the small plugins of this folder.
class Folder {
 public:
  explicit Folder(const std::vector<std::string>& names = {}) {
    for (const std::string& name : names) add(name);
  }
  fs::path add(const std::string& name, const std::string& as = "") {
    const fs::path to = path() / ((as.empty() ? name : as) + ".so");
    fs::copy_file(fs::path(LEAT_TEST_PLUGINS) / (name + ".so"), to);
    fs::permissions(to, fs::perms(0755));
    return to;
  }
  fs::path path() const { return dir_.path(); }
  std::string of(const std::string& name) const { return (path() / (name + ".so")).string(); }

 private:
  TempDir dir_;
};

LibraryOptions options(std::vector<fs::path> folders) {
  LibraryOptions made;
  for (auto& folder : folders) made.folders.push_back({std::move(folder), true});
  made.probe = {LEAT_TEST_PROBE};
  return made;
}

std::string name(const Library& library) { return library.path.stem().string(); }

// The refusals of a library's components: "id: reason".
std::vector<std::string> refusals(const Library& library) {
  std::vector<std::string> all;
  for (const auto& component : library.components) {
    if (!component.refused.empty()) all.push_back(component.id + ": " + component.refused);
  }
  return all;
}

}  // namespace

TEST_CASE("a good library is loaded and says what it offers") {
  TestHost host;
  const Folder folder({"good"});
  const Libraries libraries(host.host(), options({folder.path()}));
  REQUIRE(libraries.all().size() == 1);
  const Library& library = libraries.all()[0];
  CHECK(library.reason == "");
  CHECK(library.state == Library::State::loaded);
  CHECK(library.path == folder.of("good"));
  CHECK(library.id == "acme.good");
  CHECK(library.version == "1.4.0");
  CHECK(library.vendor == "Acme");
  CHECK(library.built_with == "cc");
  REQUIRE(library.components.size() == 1);
  CHECK(library.components[0].kind == LEAT_KIND_TRANSFORMER);
  CHECK(library.components[0].id == "acme.nothing");
  CHECK(library.components[0].title == "Nothing");
  CHECK(library.components[0].summary == "Changes nothing.");
  CHECK(library.components[0].schema.at("type") == "object");
}

TEST_CASE("a library that cannot be used is refused with what was expected and found, and stops no other") {
  struct Row {
    const char* name;
    std::string reason;
  };
  Folder folder({"good", "no_symbol", "wrong_major", "needs_newer", "short_struct", "no_component", "no_list", "bad_id",
                 "bad_vendor", "aborts", "exits", "throws", "hangs", "init_refuses"});
  std::ofstream(folder.of("text")) << std::string(200, 'x');
  std::ofstream(folder.of("empty")).flush();
  const Row rows[] = {
      {"no_symbol", "exports no leat_plugin_v1: not a Leat plugin"},
      {"wrong_major", "speaks ABI major 2, this host speaks 1"},
      {"needs_newer",
       "needs a host that speaks ABI 1.7, this host speaks 1." + std::to_string(LEAT_ABI_MINOR) + ": update leat"},
      {"short_struct", "its descriptor has 16 bytes, ABI 1.0 has 80: damaged, or built with a foreign header"},
      {"no_component", "offers no component"},
      {"no_list", "its descriptor names 3 components but gives no usable list"},
      {"bad_id", "its id 'acme tools' is not made of letters, digits, '.', '_' and '-'"},
      {"bad_vendor", "its vendor is not UTF-8"},
      {"aborts", "crashed while it was loaded (signal 6, Aborted)"},
      {"exits", "ended the process while it was loaded (exit code 7)"},
      {"throws",
       "crashed while it was loaded (signal 6, Aborted): terminate called after throwing an instance of "
       "'std::runtime_error' what(): no licence"},
      {"hangs", "did not finish loading within 2000 ms"},
      {"init_refuses", "its init failed: needs the service acme.clock/1 (unsupported)"},
      {"text", "cannot be opened as a library: " + folder.of("text") + ": invalid ELF header"},
      {"empty", "cannot be opened as a library: " + folder.of("empty") + ": file too short"},
      {"good", ""},
  };
  TestHost host;
  auto chosen = options({folder.path()});
  chosen.probe_limit = std::chrono::seconds(2);
  const Libraries libraries(host.host(), chosen);
  CHECK(libraries.all().size() == std::size(rows));
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto found = std::find_if(libraries.all().begin(), libraries.all().end(),
                                    [&](const Library& library) { return name(library) == row.name; });
    REQUIRE(found != libraries.all().end());
    // A sanitizer's dlopen stands in front of glibc's, and meets what does not return from it in its own way.
    const bool returns = row.name != std::string_view("throws") && row.name != std::string_view("exits");
    if (!sanitized || returns) CHECK(found->reason == row.reason);
    CHECK((found->state == Library::State::loaded) == row.reason.empty());
  }
}

TEST_CASE("a component that cannot be used is refused by itself, the rest of its library stays") {
  TestHost host;
  const Folder folder({"bad_parts"});
  const Libraries libraries(host.host(), options({folder.path()}));
  REQUIRE(libraries.all().size() == 1);
  const Library& library = libraries.all()[0];
  CHECK(library.state == Library::State::loaded);
  const std::vector<std::string> expected = {
      "acme.no_json: its config_schema: ",
      "acme.array: its config_schema: ",
      "no blanks: its id 'no blanks' is not made of letters, digits, '.', '_' and '-'",
      ": its id '' is not made of letters, digits, '.', '_' and '-'",
      ": its descriptor has 16 bytes, ABI 1.0 has 72",
      "acme.kind: is of kind 7, this host knows kinds 1 to 4",
      "acme.no_create: has no function create",
      "acme.no_destroy: has no function destroy",
      "acme.no_table: has no function table",
      "acme.no_process: has no function process",
      "acme.no_send: has no function send",
      "acme.no_open: has no function open",
      "acme.no_publish: has no function publish",
      "acme.\uFFFD: its id is not UTF-8",
      "acme.title: its title is not UTF-8",
      "acme.summary: its summary is not UTF-8",
      "acme.schema: its config_schema is not UTF-8",
      "acme.half: its config_schema: ",
      ": its descriptor has 0 bytes, ABI 1.0 has 72"};
  const auto found = refusals(library);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(found[i]);
    CHECK(found[i].substr(0, expected[i].size()) == expected[i]);
    CHECK(is_utf8(found[i]));
  }
  const Registry registry(libraries.all());
  CHECK(registry.all(ComponentKind::transformer).size() == 2);
  CHECK(registry.find(ComponentKind::transformer, "acme.sound") != nullptr);
}

TEST_CASE("with a list of allowed libraries only those are opened, by what is in them") {
  Folder folder;
  const fs::path good = folder.add("good");
  folder.add("good", "copy");
  folder.add("aborts");  // would not survive being opened
  TestHost host;
  LibraryOptions all = options({folder.path()});
  all.probe.clear();
  all.allow = {sha256_of(good).value()};
  CHECK(all.allow->front().size() == 64);
  const Libraries libraries(host.host(), all);
  REQUIRE(libraries.all().size() == 3);
  CHECK(libraries.all()[0].reason.starts_with("is not in plugins.allow: its SHA-256 is "));
  CHECK(libraries.all()[1].state == Library::State::loaded);  // the same content under another name
  CHECK(libraries.all()[2].reason.find("plugins.allow") == std::string::npos);

  all.allow = std::vector<std::string>{};
  const Libraries none(host.host(), all);
  for (const Library& library : none.all()) CHECK(library.reason.starts_with("is not in plugins.allow"));
}

TEST_CASE("the digest of a file is what sha256sum prints") {
  const TempDir dir;
  CHECK(sha256_of(dir.write("abc", "abc")).value() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4, example
  CHECK(sha256_of(dir.write("empty", "")).value() ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of(dir.path() / "missing").error().kind == ErrorKind::denied);
}

TEST_CASE("the first component of a kind and id wins, and the second is reported") {
  TestHost host;
  const Folder folder({"good"});
  const Folder further({"duplicate"});
  const Libraries libraries(host.host(), options({folder.path(), further.path()}));
  REQUIRE(libraries.all().size() == 2);
  const Library& second = libraries.all()[1];
  CHECK(second.state == Library::State::loaded);
  CHECK(refusals(second) == std::vector<std::string>{"acme.twice: already offered by " + further.of("duplicate"),
                                                     "acme.nothing: already offered by " + folder.of("good")});
}

TEST_CASE("a library whose components are all taken is refused") {
  TestHost host;
  const Folder folder({"good"});
  Folder further;
  further.add("good", "again");
  const Libraries libraries(host.host(), options({folder.path(), further.path()}));
  REQUIRE(libraries.all().size() == 2);
  CHECK(libraries.all()[1].state == Library::State::refused);
  CHECK(libraries.all()[1].reason ==
        "none of its components can be used; transformer 'acme.nothing': already offered by " + folder.of("good"));
}

TEST_CASE("a library built with a later minor version is used as far as this host knows it") {
  TestHost host;
  const Folder folder({"future"});
  const Libraries libraries(host.host(), options({folder.path()}));
  REQUIRE(libraries.all().size() == 1);
  CHECK(libraries.all()[0].reason == "");
  CHECK(libraries.all()[0].abi_minor == 9);
  const Registry registry(libraries.all());
  const leat_component* component = registry.component(ComponentKind::transformer, "acme.future");
  REQUIRE(component != nullptr);
  const auto made = TransformerInstance::create(*component, host.host(), host.call(), "{}", "later");
  REQUIRE(made);
  Batch batch;
  CHECK((*made)->process(host.call(), batch));
}

TEST_CASE("init comes before use and deinit after it, in the reverse order") {
  TestHost host;
  const Folder folder({"good", "lifecycle"});
  {
    const Libraries libraries(host.host(), options({folder.path()}));
    CHECK(host.lines() == std::vector<std::string>{"init"});
    const Registry registry(libraries.all());
    REQUIRE(registry.catalogs().size() == 1);
    CHECK(registry.catalogs()[0].plugin() == "acme.lifecycle");
    const auto found = registry.catalogs()[0].search(host.call(), "address", 10);
    REQUIRE(found);
    CHECK(*found == R"({"total":1,"entries":[]})");
    const auto failed = registry.catalogs()[0].search(host.call(), "", 10);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == "the catalog of acme.lifecycle did not say why");
  }
  CHECK(host.lines() == std::vector<std::string>{"init", "deinit"});
}

TEST_CASE("without a probe the library itself is asked") {
  TestHost host;
  const Folder folder({"good", "wrong_major"});
  auto chosen = options({folder.path()});
  chosen.probe.clear();
  const Libraries libraries(host.host(), chosen);
  REQUIRE(libraries.all().size() == 2);
  CHECK(libraries.all()[0].state == Library::State::loaded);
  CHECK(libraries.all()[1].reason == "speaks ABI major 2, this host speaks 1");
}

TEST_CASE("a probe that cannot be started refuses the library and says so") {
  TestHost host;
  const Folder folder({"good"});
  auto chosen = options({folder.path()});
  chosen.probe = {"/nowhere/leat", "__probe"};
  const Libraries libraries(host.host(), chosen);
  REQUIRE(libraries.all().size() == 1);
  CHECK(libraries.all()[0].reason == "could not be tried in a child process: /nowhere/leat: No such file or directory");
}

TEST_CASE("the registry finds components by kind and type") {
  TestHost host;
  const Folder folder({"good", "future"});
  const Libraries libraries(host.host(), options({folder.path()}));
  const Registry registry(libraries.all());
  const ComponentInfo* found = registry.find(ComponentKind::transformer, "acme.nothing");
  REQUIRE(found != nullptr);
  CHECK(found->title == "Nothing");
  CHECK(registry.find(ComponentKind::publisher, "acme.nothing") == nullptr);
  CHECK(registry.component(ComponentKind::transformer, "acme.nothin") == nullptr);
  const auto all = registry.all(ComponentKind::transformer);
  REQUIRE(all.size() == 2);
  CHECK(all[0]->type == "acme.future");
  CHECK(all[1]->type == "acme.nothing");
  CHECK(registry.all(ComponentKind::client).empty());
}
