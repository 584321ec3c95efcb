// Documents through the whole host: files are uploaded and downloaded byte for byte, and none is ever taken for whole that is
// not, whatever ends in the middle.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "scenario/story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

constexpr unsigned kSeed = 20261126;

// Files of any bytes, empty ones and large ones, under names that people give.
std::map<std::string, std::string> make_files(int count) {
  std::mt19937 random(kSeed);
  std::map<std::string, std::string> files;
  for (int i = 0; i < count; ++i) {
    const std::size_t size = i == 0 ? 0 : i % 6 == 0 ? 1'500'000 + random() % 1000 : random() % 20'000;
    std::string content(size, '\0');
    for (char& c : content) c = static_cast<char>(random());
    if (i % 3 == 1) content += "\r\n--boundary--\r\n";
    files[(i % 2 == 0 ? "Meßwerte " : "scan-") + std::to_string(i) + ".bin"] = content;
  }
  return files;
}

std::string config(const fs::path& folder) {
  return R"(
incoming:
  jobs: { subscriber: { type: file, path: jobs.ndjson } }
  files:
    subscriber:
      type: connectwise
      client: psa
      entity: "GET /system/documents/{id}/download"
      download_folder: )" +
         (folder / "downloads").string() + R"(
      for_each:
        entity: GET /system/documents
        parameters: { query: { recordType: Ticket, recordId: 7 } }
        path: { id: id }
outgoing:
  upload:
    transformers:
      - type: map
        fields: { path: {}, payload: { recordType: Ticket, recordId: 7, file: "{{ file }}" } }
    publisher: { type: connectwise, client: psa, entity: POST /system/documents, upload_folder: )" +
         (folder / "scans").string() + R"( }
  archive: { publisher: { type: file, path: files.ndjson } }
routes:
  upload: { incoming: jobs, outgoing: upload, key: file }
  download: { incoming: files, outgoing: archive, key: path, deduplicate: { fields: [sha256] } }
)";
}

struct Documents {
  Documents(int count, const std::vector<std::string>& options)
      : files(make_files(count)), sandbox(options), story(sandbox, "") {
    fs::create_directory(story.folder().path() / "scans");
    std::string jobs;
    for (const auto& [name, content] : files) {
      story.folder().write("scans/" + name, content);
      jobs += Json{{"file", name}}.dump() + "\n";
    }
    story.folder().write("jobs.ndjson", jobs);
    const std::string clients = story.folder().read("leat.yaml");
    story.folder().write("leat.yaml", clients + config(story.folder().path()));
  }

  Exit run(const std::string& route) const { return story.leat({"run", "--once", "--route", route, story.config()}); }
  // Starts a route again and again and kills it; gives how many kills met it running.
  template <class AfterEach>
  int run_with_kills(const std::string& route, int kills, int longest_ms, const AfterEach& after_each) const {
    std::mt19937 random(kSeed);
    int met = 0;
    for (int kill = 0; kill < kills; ++kill) {
      sandbox.send("PUT", "/sandbox/faults", R"({"latency": 60})");
      const auto program = story.start({"run", "--once", "--route", route, story.config()});
      poll(nullptr, 0, std::uniform_int_distribution<int>(20, longest_ms)(random));  // the instant is what is random
      if (program->running()) ++met;
      program->signal(SIGKILL);
      program->wait();
      sandbox.send("PUT", "/sandbox/faults", R"({"latency": 0})");
      after_each();
    }
    return met;
  }
  // How many documents of each file name the server has; each is checked to be what was uploaded.
  std::map<std::string, int> uploaded() const {
    std::map<std::string, int> count;
    for (const Json& document : sandbox.get("/system/documents?recordType=Ticket&recordId=7&pageSize=1000")) {
      const std::string name = document.at("fileName");
      const std::string path = "/system/documents/" + document.at("id").dump() + "/download";
      CAPTURE(name);
      CHECK(sandbox.send("GET", path) == files.at(name));
      CHECK(document.at("size") == files.at(name).size());
      ++count[name];
    }
    return count;
  }
  // The name that the server has for a downloaded file: "12-scan.bin" is the document 12.
  static std::string original(const std::string& name) { return name.substr(name.find('-') + 1); }
  // Files in the download folder under their final names; each is checked to be whole.
  std::set<std::string> downloaded() const {
    std::set<std::string> names;
    const fs::path folder = story.folder().path() / "downloads";
    if (!fs::exists(folder)) return names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with('.')) continue;  // under way when leat was killed
      CAPTURE(name);
      CHECK(story.folder().read("downloads/" + name) == files.at(original(name)));
      names.insert(name);
    }
    return names;
  }

  std::map<std::string, std::string> files;
  Sandbox sandbox;
  Story story;
};

}  // namespace

TEST_CASE("files are uploaded and downloaded byte for byte, also where connections end and answers are cut") {
  const Documents documents(30, {"--tickets", "10"});
  const auto fault = [&](const Json& rule) { documents.sandbox.send("POST", "/sandbox/faults", rule.dump()); };
  fault({{"fault", "drop-before"}, {"method", "POST"}, {"path", "/system/documents"}, {"skip", 5}, {"count", 1}});
  fault({{"fault", "throttle"},
         {"method", "POST"},
         {"path", "/system/documents"},
         {"skip", 9},
         {"count", 1},
         {"retryAfter", 1}});
  const Exit up = documents.run("upload");
  CAPTURE(up.err);
  std::size_t uncertain = 0;
  for (const Json& task : documents.story.tasks({"--route", "upload"})) {
    if (task["status"] == "uncertain") {
      ++uncertain;
    } else {
      CHECK(task["status"] == "finished");
    }
  }
  // Nobody can tell a connection that ended before the work from one that ended after it.
  CHECK(uncertain == 1);
  CHECK(documents.uploaded().size() == documents.files.size() - uncertain);

  fault({{"fault", "truncate"},
         {"method", "GET"},
         {"path", "/system/documents"},
         {"skip", 3},
         {"every", 5},
         {"count", 2}});
  const Exit down = documents.run("download");
  CAPTURE(down.err);
  CHECK(down.code == 0);
  std::set<std::string> referred;
  for (const Json& line : documents.story.lines("files.ndjson")) {
    const std::string name = line.at("file_name");
    CHECK(line.at("size") == documents.files.at(Documents::original(name)).size());
    CHECK(line.at("path") == (documents.story.folder().path() / "downloads" / name).string());
    CHECK(referred.insert(name).second);
  }
  CHECK(referred == documents.downloaded());
  CHECK(referred.size() == documents.files.size() - uncertain);
}

TEST_CASE(
    "a kill in the middle leaves no half document: each file is at the server whole, or its task says that nobody "
    "knows") {
  const Documents documents(40, {"--tickets", "10"});
  const int met = documents.run_with_kills("upload", 12, 400, [&] {
    for (const auto& [name, count] : documents.uploaded()) CHECK(count == 1);
  });
  const Exit last = documents.run("upload");
  CAPTURE(last.err);
  const std::map<std::string, int> uploaded = documents.uploaded();
  int finished = 0;
  int uncertain = 0;
  int lost = 0;
  for (const Json& task : documents.story.tasks({"--route", "upload"})) {
    const bool there = uploaded.count(task["key"].get<std::string>()) > 0;
    CAPTURE(task.dump());
    if (task["status"] == "finished") {
      ++finished;
      CHECK(there);
    } else {
      // Never sent twice without a person's word.
      CHECK(task["status"] == "uncertain");
      ++uncertain;
      if (!there) ++lost;
    }
  }
  CHECK(finished + uncertain == static_cast<int>(documents.files.size()));
  for (const auto& [name, count] : uploaded) CHECK(count == 1);
  CHECK(met > 0);
  std::cout << "documents story, upload: " << met << " of 12 kills met a running leat; " << finished << " finished, "
            << uncertain << " uncertain, of these " << lost << " not at the server\n";
}

TEST_CASE("a kill in the middle leaves no half file in the download folder, and each file is referred to once") {
  const Documents documents(40, {"--tickets", "10"});
  REQUIRE(documents.run("upload").code == 0);
  const int met = documents.run_with_kills("download", 12, 500, [&] { documents.downloaded(); });
  const Exit last = documents.run("download");
  CAPTURE(last.err);
  REQUIRE(last.code == 0);
  CHECK(documents.downloaded().size() == documents.files.size());
  std::set<std::string> referred;
  for (const Json& line : documents.story.lines("files.ndjson")) CHECK(referred.insert(line.at("file_name")).second);
  CHECK(referred == documents.downloaded());
  CHECK(met > 0);
  std::cout << "documents story, download: " << met << " of 12 kills met a running leat; " << referred.size()
            << " files, each referred to once\n";
}
