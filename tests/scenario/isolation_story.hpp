// Routes through the plugin that does harm (plugins/trouble.cpp), and what their stories look at.
#pragma once

#include <poll.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "scenario/story.hpp"

namespace leat::test {

// A route from records.ndjson through one transformer of the bad plugin to out.ndjson, beside one that has none.
inline std::string through(const std::string& transformer, const std::string& library_options) {
  return "plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) + "], libraries: { test.trouble: { " +
         library_options + R"( } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing:
  troubled: { publisher: { type: file, path: out.ndjson } }
  calm: { publisher: { type: file, path: calm.ndjson } }
routes:
  troubled: { incoming: records, transformers: [)" +
         transformer + R"(], outgoing: troubled, key: id, retry: { backoff_first: 10ms } }
  calm: { incoming: records, outgoing: calm, key: id }
)";
}

inline std::string records(int count, const std::map<int, std::string>& harms = {}) {
  std::ostringstream out;
  for (int id = 1; id <= count; ++id) {
    out << R"({"id":)" << id << R"(,"name":"record )" << id << '"';
    if (const auto harm = harms.find(id); harm != harms.end()) out << R"(,"harm":")" << harm->second << '"';
    out << "}\n";
  }
  return out.str();
}

inline std::set<int> ids(const std::vector<Json>& lines) {
  std::set<int> all;
  for (const Json& line : lines) all.insert(line["id"].get<int>());
  return all;
}

inline std::set<int> up_to(int count, const std::set<int>& without = {}) {
  std::set<int> all;
  for (int id = 1; id <= count; ++id) {
    if (without.count(id) == 0) all.insert(id);
  }
  return all;
}

using Words = std::vector<std::string>;

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The processes whose parent is this one.
inline std::vector<int> children_of(int parent) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    std::getline(file, stat);
    const auto end = stat.rfind(')');
    if (end == std::string::npos) continue;
    std::istringstream rest(stat.substr(end + 1));
    std::string state;
    int of = 0;
    if (rest >> state >> of && of == parent && state != "Z") found.push_back(std::stoi(name));
  }
  return found;
}

// The isolated process of a running leat, once it is there.
inline int isolated_process(Program& leat) {
  while (leat.running()) {
    for (const int child : children_of(leat.pid())) {
      std::ifstream file("/proc/" + std::to_string(child) + "/cmdline");
      for (std::string word; std::getline(file, word, '\0');) {  // nothing of one that has just ended
        if (word == "__isolated") return child;
      }
    }
    poll(nullptr, 0, 1);
  }
  return 0;
}

}  // namespace leat::test
