// Webhooks through a real leat: stored before they are answered, read at once, lost by no kill.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "scenario/story.hpp"
#include "support/raw_connection.hpp"

using namespace leat::test;

namespace {

constexpr unsigned kSeed = 20261126;

std::string config(const char* isolation, const std::string& gate = "") {
  return std::string("plugins: { folders: [" LEAT_HOOKS_FOLDER "], libraries: { test.hooks: { isolation: ") +
         isolation +
         R"( } } }
webhooks: { listen: "127.0.0.1:0", max_events: 300 }
incoming:
  hooks: { subscriber: { type: hooks)" +
         (gate.empty() ? "" : ", gate: " + gate) + R"( } }
outgoing:
  archive: { publisher: { type: file, path: archive.ndjson } }
routes:
  hooks-to-archive: { incoming: hooks, outgoing: archive }
)";
}

// A leat that listens.
struct Host {
  explicit Host(const Story& story) : program(story.start({"run", story.config()})) {
    program->wait_for("takes webhooks at ");
    const std::string mark = "listening on http://127.0.0.1:";
    port = std::stoi(program->err().substr(program->err().find(mark) + mark.size()));
  }
  void kill() {
    program->signal(SIGKILL);
    CHECK(program->wait().signal == SIGKILL);
  }
  Exit stop() {
    program->signal(SIGTERM);
    return program->wait();
  }

  std::unique_ptr<Program> program;
  int port = 0;
};

std::string request(const std::string& body, const std::string& path = "/hooks",
                    const std::string& word = "open sesame") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nX-Word: " + word +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string event(int id) { return "{\"id\":" + std::to_string(id) + "}"; }

// The status of one webhook; 0: no answer came.
int post(int port, const std::string& text) {
  RawConnection connection(port);
  connection.send(text);
  const std::string answer = connection.answer();
  return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

std::vector<int> ids_in(const std::vector<Json>& lines) {
  std::vector<int> ids;
  ids.reserve(lines.size());
  for (const Json& line : lines) ids.push_back(line["id"].get<int>());
  return ids;
}

}  // namespace

TEST_CASE("a webhook is answered, read at once and delivered; what is not genuine is refused") {
  for (const char* isolation : {"none", "process"}) {
    CAPTURE(isolation);
    const Story story(config(isolation));
    Host host(story);
    const std::string address = "http://127.0.0.1:" + std::to_string(host.port) + "/hooks";
    host.program->wait_for("my address is " + address);
    CHECK(post(host.port, request(event(7), "/hooks?recordId=7")) == 200);
    host.program->wait_for("read event 7");
    CHECK(post(host.port, request(event(8), "/hooks", "abracadabra")) == 401);
    CHECK(post(host.port, request("no JSON")) == 400);
    CHECK(post(host.port, request(event(8), "/other")) == 404);
    CHECK(post(host.port, "GET /hooks HTTP/1.1\r\nHost: x\r\n\r\n") == 405);
    CHECK(post(host.port, request(event(9))) == 200);
    host.program->wait_for("read event 9");
    CHECK(host.stop().code == 0);
    CHECK(story.run_once().code == 0);  // what was read and not delivered yet
    const auto lines = story.lines("archive.ndjson");
    REQUIRE(ids_in(lines) == std::vector<int>{7, 9});
    CHECK(lines[0]["target"] == "?recordId=7");
    CHECK(lines[1]["target"] == "");
    CHECK(lines[1]["woken"] == true);
    CHECK(host.program->err().find("a webhook was refused with 401: ") != std::string::npos);
  }
}

TEST_CASE("killed between the answer and the read, leat has every event that it answered, in order") {
  for (const char* isolation : {"none", "process"}) {
    CAPTURE(isolation);
    const Story story(config(isolation, "gate"));
    std::vector<int> sent;
    for (int round = 0; round < 3; ++round) {
      Host host(story);
      for (int i = 0; i < 20; ++i) {
        sent.push_back(static_cast<int>(sent.size()) + 1);
        REQUIRE(post(host.port, request(event(sent.back()))) == 200);
      }
      host.kill();
      CHECK(story.lines("archive.ndjson").empty());
      const Json shown = Json::parse(story.leat({"cursor", "show", "--json", "-c", story.config()}).out);
      CHECK(shown["incoming"] == "hooks");
      CHECK(shown["events"] == sent.size());
    }
    static_cast<void>(story.folder().write("gate", ""));
    const Exit last = story.run_once();
    CAPTURE(last.err);
    CHECK(last.code == 0);
    CHECK(ids_in(story.lines("archive.ndjson")) == sent);
    const Exit again = story.run_once();
    CHECK(again.code == 0);
    CHECK(story.lines("archive.ndjson").size() == sent.size());
  }
}

TEST_CASE("above max_events senders are told to come again, until some are read") {
  const Story story(config("none", "gate"));
  Host host(story);
  for (int i = 1; i <= 300; ++i) REQUIRE(post(host.port, request(event(i))) == 200);
  CHECK(post(host.port, request(event(301))) == 429);
  static_cast<void>(story.folder().write("gate", ""));
  host.program->wait_for("read event 300");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  int status = 429;  // until what was read is stored as tasks
  while (status == 429 && std::chrono::steady_clock::now() < end) status = post(host.port, request(event(302)));
  CHECK(status == 200);
  host.program->wait_for("read event 302");
  CHECK(host.stop().code == 0);
  CHECK(story.run_once().code == 0);
  CHECK(story.lines("archive.ndjson").size() == 301);
}

TEST_CASE("killed at random instants while webhooks come, leat delivers every event that it answered") {
  CAPTURE(kSeed);
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> life(0, 250);
  const Story story(config("none"));
  std::set<int> answered;
  std::atomic<int> next{0};
  constexpr int kills = 12;
  for (int round = 0; round < kills; ++round) {
    Host host(story);
    std::vector<std::set<int>> good(4);
    {
      std::vector<std::jthread> senders;
      senders.reserve(good.size());
      for (std::set<int>& mine : good) {
        senders.emplace_back([&host, &next, &mine] {
          try {
            for (int id = ++next; post(host.port, request(event(id))) == 200; id = ++next) mine.insert(id);
          } catch (const std::exception&) {  // it was killed
          }
        });
      }
      ::poll(nullptr, 0, life(random));  // the instant is what is random here; nothing is waited for
      host.kill();
    }
    for (const std::set<int>& each : good) answered.insert(each.begin(), each.end());
  }
  const Exit last = story.run_once();
  CAPTURE(last.err);
  CHECK(last.code == 0);
  std::set<int> arrived;
  std::size_t lines = 0;
  for (const int id : ids_in(story.lines("archive.ndjson"))) {
    arrived.insert(id);
    ++lines;
  }
  std::size_t lost = 0;
  for (const int id : answered) lost += arrived.contains(id) ? 0 : 1;
  CHECK(lost == 0);
  CHECK(answered.size() > kills);
  std::cout << "webhook story: " << kills << " kills, " << answered.size() << " events answered, " << lost << " lost, "
            << lines << " lines for " << arrived.size() << " events\n";
}

TEST_CASE("an address that is taken ends the start with the reason") {
  const Story story(config("none"));
  const Host host(story);
  const Story other("webhooks: { listen: \"127.0.0.1:" + std::to_string(host.port) + "\" }\n" +
                    config("none").replace(config("none").find("webhooks:"), 9, "x-other:"));
  const Exit refused = other.leat({"run", other.config()});
  CHECK(refused.code == 3);
  CHECK(refused.err.find("cannot listen on 127.0.0.1 port " + std::to_string(host.port)) != std::string::npos);
}
