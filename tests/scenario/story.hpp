// What stories share: the built programs, a sandbox of one's own, a working folder with a configuration.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace leat::test {

using Json = nlohmann::ordered_json;

std::string build_folder();
std::string source_folder();
std::string cmake_program();

// connectwise-sandbox on a free port.
class Sandbox {
 public:
  explicit Sandbox(std::vector<std::string> options = {});
  // http://127.0.0.1:PORT/v4_6_release/apis/3.0
  const std::string& base_uri() const { return base_uri_; }
  std::string origin() const { return base_uri_.substr(0, base_uri_.find('/', 8)); }
  // Its answer to a GET of an API path with the right credentials, parsed.
  Json get(const std::string& path) const;
  // The body of its answer to any request: an API path with the right credentials, or a page below /sandbox/.
  std::string send(const std::string& method, const std::string& path, const std::string& body = {}) const;
  // What it was asked so far: "POST /service/tickets/{parentId}/notes" -> count.
  Json requests() const;
  std::uint64_t requests(const std::string& operation) const;
  double cpu_seconds() const { return program_->cpu_seconds(); }

 private:
  std::unique_ptr<Program> program_;
  std::string base_uri_;
};

// A folder with leat.yaml, and `leat` run in it.
class Story {
 public:
  // The `clients:` section for the sandbox comes first; `config` is what follows.
  Story(const Sandbox& sandbox, const std::string& config);
  // A configuration as it is.
  explicit Story(const std::string& config);

  const TempDir& folder() const { return folder_; }
  std::string config() const { return (folder_.path() / "leat.yaml").string(); }
  // Environment of each run; the credentials are there already.
  Program::Variables variables;

  Exit leat(std::vector<std::string> arguments, const std::string& input = {}) const;  // "run", "--once", config()
  Exit run_once() const { return leat({"run", "--once", config()}); }
  std::unique_ptr<Program> start(std::vector<std::string> arguments) const;

  // One JSON document per line of a file in the folder.
  std::vector<Json> lines(const std::string& file) const;
  // `leat tasks list --json` with further options.
  std::vector<Json> tasks(std::vector<std::string> options = {}) const;

 private:
  TempDir folder_;
};

// What each line of a text says, parsed as JSON.
std::vector<Json> json_lines(const std::string& text);

}  // namespace leat::test
