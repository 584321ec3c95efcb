#include "host/plugin/folders.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "support/process.hpp"

using namespace leat::host;
using leat::test::TempDir;
namespace fs = std::filesystem;

namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

std::vector<std::string> texts(const std::vector<PluginFolder>& folders) {
  std::vector<std::string> all;
  for (const auto& folder : folders) all.push_back((folder.expected ? "! " : "  ") + folder.path.string());
  return all;
}

struct Found {
  std::string path;
  std::string refused;
  bool operator==(const Found&) const = default;
};

std::vector<Found> found(const std::vector<PluginFolder>& folders) {
  std::vector<Found> all;
  for (const auto& candidate : find_candidates(folders)) all.push_back({candidate.path.string(), candidate.refused});
  return all;
}

// A file of mode 0644 in a folder of mode 0755, whatever the umask.
fs::path put(const TempDir& dir, const std::string& name, mode_t mode = 0644) {
  const fs::path path = dir.write(name, "");
  REQUIRE(chmod(dir.path().c_str(), 0755) == 0);
  REQUIRE(chmod(path.c_str(), mode) == 0);
  return path;
}

}  // namespace

TEST_CASE("folders are searched in the documented order") {
  const std::string here = fs::current_path().string();
  CHECK(texts(plugin_folders({"/flag", "near"}, {"/configured"},
                             environment({{"LEAT_PLUGIN_PATH", ":/one::/two:"}, {"HOME", "/home/ann"}}),
                             "/opt/leat/bin/leat")) ==
        std::vector<std::string>{"! /flag", "! " + here + "/near", "! /configured", "! /one", "! /two",
                                 "  /home/ann/.local/share/leat/plugins", "  /opt/leat/lib/leat/plugins"});
}

TEST_CASE("the user's folder follows XDG_DATA_HOME when it is absolute") {
  struct Row {
    std::map<std::string, std::string> values;
    std::vector<std::string> folders;
  };
  const Row rows[] = {
      {{{"XDG_DATA_HOME", "/data"}, {"HOME", "/home/ann"}}, {"  /data/leat/plugins"}},
      {{{"XDG_DATA_HOME", "data"}, {"HOME", "/home/ann"}}, {"  /home/ann/.local/share/leat/plugins"}},
      {{{"HOME", "ann"}}, {}},
      {{}, {}},
  };
  for (const Row& row : rows) CHECK(texts(plugin_folders({}, {}, environment(row.values), "")) == row.folders);
}

TEST_CASE("the install folder is found from the program itself, whatever link it was started by") {
  const TempDir dir;
  fs::create_directories(dir.path() / "opt/bin");
  const auto program = dir.write("opt/bin/leat", "");
  fs::create_symlink(program, dir.path() / "leat");
  const std::string expected = "  " + (fs::canonical(dir.path()) / "opt/lib/leat/plugins").string();
  CHECK(texts(plugin_folders({}, {}, environment({}), dir.path() / "leat")) == std::vector<std::string>{expected});
}

TEST_CASE("libraries of a folder are found in the order of their names, other files are not") {
  const TempDir dir;
  const auto b = put(dir, "b.so");
  const auto a = put(dir, "a.so");
  put(dir, "c.so.1");
  put(dir, "readme.txt");
  fs::create_directories(dir.path() / "deep.so");
  fs::create_directories(dir.path() / "deep");
  std::ofstream(dir.path() / "deep/d.so").flush();
  CHECK(found({{dir.path(), true}}) == std::vector<Found>{{a.string(), ""}, {b.string(), ""}});
}

TEST_CASE("a file that is reached through two folders counts once") {
  const TempDir first;
  const TempDir second;
  const auto library = put(first, "a.so");
  fs::create_symlink(library, second.path() / "b.so");
  fs::create_hard_link(library, second.path() / "c.so");
  CHECK(found({{first.path(), true}, {second.path(), true}, {first.path(), false}}) ==
        std::vector<Found>{{library.string(), ""}});
}

TEST_CASE("a folder that somebody named must be there, the others need not") {
  const TempDir dir;
  const fs::path missing = dir.path() / "missing";
  CHECK(found({{missing, true}, {missing, false}}) ==
        std::vector<Found>{{missing.string(), "cannot be read as a plugin folder: No such file or directory"}});
}

TEST_CASE("files that others may write are refused, and so are files in such folders") {
  const gid_t own = getegid();
  struct Row {
    mode_t folder;
    mode_t file;
    gid_t group;
    std::string refused;  // without the path at its end
  };
  const gid_t foreign = own + 1;
  const Row rows[] = {
      {0755, 0644, own, ""},
      {0775, 0664, own, ""},
      {0755, 0646, own, "it is writable by everybody (mode 0646): chmod go-w "},
      {0757, 0644, own, "its folder is writable by everybody (mode 0757): chmod go-w "},
      {01777, 0644, own, "its folder is writable by everybody (mode 1777): chmod go-w "},
      {0755, 0664, foreign, "it is writable by its group (mode 0664): chmod g-w "},
      {0755, 0644, foreign, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.refused);
    const TempDir dir;
    const auto library = put(dir, "a.so");
    // Only root may give files to groups it is not in.
    if (row.group != own && chown(library.c_str(), static_cast<uid_t>(-1), row.group) != 0) continue;
    REQUIRE(chmod(library.c_str(), row.file) == 0);
    REQUIRE(chmod(dir.path().c_str(), row.folder) == 0);
    const bool by_folder = row.refused.starts_with("its folder");
    const std::string tail = row.refused.empty() ? "" : by_folder ? dir.path().string() : library.string();
    CHECK(found({{dir.path(), true}}) == std::vector<Found>{{library.string(), row.refused + tail}});
  }
}

TEST_CASE("a link is as trustworthy as what it leads to") {
  const TempDir listed;
  const TempDir real;
  const auto library = put(real, "a.so", 0666);
  fs::create_symlink(library, listed.path() / "b.so");
  REQUIRE(chmod(listed.path().c_str(), 0755) == 0);
  const std::string link = (listed.path() / "b.so").string();
  CHECK(found({{listed.path(), true}}) ==
        std::vector<Found>{{link, "it is writable by everybody (mode 0666): chmod go-w " + library.string()}});

  REQUIRE(chmod(library.c_str(), 0644) == 0);
  REQUIRE(chmod(real.path().c_str(), 0777) == 0);
  CHECK(found({{listed.path(), true}}) ==
        std::vector<Found>{
            {link, "its folder is writable by everybody (mode 0777): chmod go-w " + real.path().string()}});

  fs::remove(library);
  CHECK(found({{listed.path(), true}}) == std::vector<Found>{{link, "cannot be read: No such file or directory"}});
}
