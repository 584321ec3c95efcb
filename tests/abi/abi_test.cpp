// Plugins built from the header of each released minor run on the host of today: the real leat, a real far side.
#include <doctest/doctest.h>

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "scenario/story.hpp"
#include "support/http_server.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> minors() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(LEAT_ABI_PLUGINS)) out.push_back(entry.path());
  REQUIRE_FALSE(out.empty());
  return out;
}

// What came, and 200 with an answer; for the number `refused` an error.
class FarSide {
 public:
  explicit FarSide(int refused)
      : server_([this, refused](const HttpRequest& request, HttpPeer& peer) {
          const Json body = Json::parse(request.body);
          const std::lock_guard lock(mutex_);
          requests_.push_back(request.method + " " + request.target + " " + request.header("authorization"));
          bodies_.push_back(body);
          peer.answer(body["n"] == refused ? 400 : 200, R"({"ok":true})");
        }) {}
  std::string base() const { return server_.url("/base"); }
  std::vector<Json> bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::set<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return {requests_.begin(), requests_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Json> bodies_;
  std::vector<std::string> requests_;
  HttpServer server_;  // last: its threads use the others
};

std::string config(const FarSide& far_side) {
  return "clients:\n  far: { type: v1-bearer, base_uri: '" + far_side.base() +
         "', token: \"${TOKEN}\" }\n"
         "incoming:\n  counter: { subscriber: { type: v1-counter, count: 12 }, page_max: 5 }\n"
         "outgoing:\n  poster: { publisher: { type: v1-poster, client: far } }\n"
         "routes:\n  all: { incoming: counter, outgoing: poster, transformers: [{ type: v1-marker }] }\n";
}

}  // namespace

TEST_CASE("a plugin of each released minor runs in a route: all four kinds, cursor, state, secret, answers") {
  for (const fs::path& plugins : minors()) {
    CAPTURE(plugins.string());
    const FarSide far_side(6);
    Story story(config(far_side));
    story.variables["TOKEN"] = "hunter22";
    const std::vector<std::string> run = {"--plugin-dir", plugins.string(), "run", "--once", story.config()};
    const Exit first = story.leat(run);
    CAPTURE(first.err);
    // Of 0..11 the transformer drops 2, 5, 8, 11 and refuses 4 and 9; the far side refuses 6.
    CHECK(first.code == 1);
    std::set<int> came;
    int seen_most = 0;
    for (const Json& body : far_side.bodies()) {
      came.insert(body["n"].get<int>());
      seen_most = std::max(seen_most, body["seen"].get<int>());
      CHECK(body["from"] == "incoming.counter.subscriber");
    }
    CHECK(came == std::set<int>{0, 1, 3, 6, 7, 10});
    CHECK(seen_most == 6);
    CHECK(far_side.requests() == std::set<std::string>{"POST /base/things Bearer hunter22"});
    CHECK(first.out.find("hunter22") == std::string::npos);
    CHECK(first.err.find("hunter22") == std::string::npos);
    CHECK(story.tasks({"--status", "finished"}).size() == 5);
    CHECK(story.tasks({"--status", "failed"}).size() == 3);

    // Behind the cursor there is nothing more: nothing is read or sent again.
    const Exit again = story.leat(run);
    CAPTURE(again.err);
    CHECK(far_side.bodies().size() == 6);
  }
}

TEST_CASE("a plugin of each released minor passes the check of today") {
  for (const fs::path& plugins : minors()) {
    CAPTURE(plugins.string());
    const Exit checked =
        run({build_folder() + "/bin/leat", "plugin", "check", (plugins / "all_kinds.so").string(), "--seed", "1"});
    CAPTURE(checked.out);
    CHECK(checked.code == 0);
  }
}
