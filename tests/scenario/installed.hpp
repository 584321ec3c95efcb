// An install tree of this build, moved after it was installed: what a user and an author have.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "scenario/story.hpp"

namespace leat::test {

struct Installed {
  TempDir folder;
  std::filesystem::path root = folder.path() / "moved here";
  std::string leat = (root / "bin/leat").string();
  std::filesystem::path plugins = root / "lib/leat/plugins";

  // component: only that part of the tree ("sdk"); empty: all.
  explicit Installed(const std::string& component = {}) {
    const std::string first = (folder.path() / "first").string();
    std::vector<std::string> command = {cmake_program(), "--install", build_folder(), "--prefix", first};
    if (!component.empty()) command.insert(command.end(), {"--component", component});
    const Exit done = run(std::move(command), {{"PATH", "/usr/bin:/bin"}});
    CAPTURE(done.err);
    REQUIRE(done.code == 0);
    std::filesystem::rename(first, root);
  }
  std::string prefix() const { return root.string(); }
};

// Runs shell lines in a folder, as an author does, with `bin` first on the PATH; ends at the first that fails.
inline Exit shell(const std::filesystem::path& folder, const std::filesystem::path& bin, const std::string& lines,
                  Program::Variables variables = {}) {
  variables["PATH"] = bin.string() + ":/usr/bin:/bin";
  const std::string script = "cd '" + folder.string() + "'\n" + lines;
  return Program({"/bin/sh", "-ec", script}, variables).wait(std::chrono::seconds(300));
}

}  // namespace leat::test
