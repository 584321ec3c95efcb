// The disk is full: an operator is told what and where; the process lives on; with room again everything arrives, once.
#include <doctest/doctest.h>
#include <signal.h>

#include <iostream>
#include <set>

#include "scenario/story.hpp"
#include "support/small_disk.hpp"

using namespace leat::test;

namespace {

constexpr int kTickets = 900;  // about 3.5 MB
constexpr std::size_t kDisk = 24U << 20U;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// False, loudly, where nobody may mount.
bool usable(const SmallDisk& disk) {
  if (disk.refused().empty()) return true;
  std::cerr << "\n*** SKIPPED: the full-disk story needs to mount a tmpfs; " << disk.refused() << " ***\n\n";
  return false;
}

void check_all(const Story& story, const std::string& file, bool once) {
  std::set<int> ids;
  const auto lines = story.lines(file);
  for (const Json& ticket : lines) ids.insert(ticket["id"].get<int>());
  CHECK(ids.size() == kTickets);
  if (once) CHECK(lines.size() == kTickets);
}

std::string config(const std::string& target, const std::string& store, const std::string& more = {}) {
  return R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing: { archive: { publisher: { type: file, path: )" +
         target + R"( } } }
routes:
  archive:
    incoming: tickets
    outgoing: archive
)" + more +
         "store: { path: " + store + " }\n";
}

}  // namespace

TEST_CASE(
    "a full disk under the target: the route pauses and says so once, nothing is lost, and it goes on from there") {
  for (const char* durability : {"durable", "replayable"}) {
    CAPTURE(std::string(durability));
    const Sandbox sandbox({"--tickets", std::to_string(kTickets)});
    // In memory there is no order by key and nothing to compare with: what was read again arrives again.
    const bool once = std::string(durability) == "durable";
    const Story story(
        sandbox, config("disk/tickets.ndjson", "leat.db",
                        once ? "    key: id\n    deduplicate: { fields: [id] }\n" : "    durability: replayable\n"));
    const SmallDisk disk(story.folder().path() / "disk", kDisk);
    if (!usable(disk)) return;
    disk.fill_up_to(1U << 20U);
    const auto leat = story.start({"run", story.config()});
    leat->wait_for("paused, its tasks stay; somebody must act: ");
    CHECK(count(leat->err(), "disk/tickets.ndjson: cannot be written: No space left on device") == 1);
    CHECK(leat->running());
    // What is in the file is whole.
    const std::string file = story.folder().read("disk/tickets.ndjson");
    CHECK((file.empty() || file.back() == '\n'));
    CHECK(json_lines(file).size() < kTickets);
    leat->signal(SIGTERM);
    const Exit stopped = leat->wait();
    CAPTURE(stopped.err);
    CHECK(stopped.signal == 0);
    CHECK(count(stopped.err, "No space left on device") == 2);  // in the log, and in the summary
    CHECK(story.tasks({"--status", "failed"}).empty());

    const Exit again = story.run_once();
    CAPTURE(again.err);
    CHECK(again.code == 1);
    CHECK(again.err.find("route archive: stopped: ") != std::string::npos);
    CHECK(again.err.find("No space left on device") != std::string::npos);

    disk.empty_ballast();
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    check_all(story, "disk/tickets.ndjson", once);
  }
}

TEST_CASE("a full disk under the store: told, nothing lost, and it goes on by itself") {
  const Sandbox sandbox({"--tickets", std::to_string(kTickets)});
  const Story story(sandbox, config("tickets.ndjson", "disk/leat.db"));
  const SmallDisk disk(story.folder().path() / "disk", kDisk);
  if (!usable(disk)) return;
  disk.fill_up_to(1U << 20U);
  const auto leat = story.start({"run", "--once", story.config()});
  leat->wait_for("disk/leat.db: no room to write");
  CHECK(leat->running());
  CHECK(count(leat->err(), "no room to write") <= 3);
  disk.empty_ballast();
  const Exit ran = leat->wait();
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.err.find("the store takes it again") != std::string::npos);
  check_all(story, "tickets.ndjson", true);
}

TEST_CASE("a disk without any room when leat starts ends it with what to do, and harms nothing") {
  const Sandbox sandbox({"--tickets", std::to_string(kTickets)});
  const Story story(sandbox, config("tickets.ndjson", "disk/leat.db"));
  const SmallDisk disk(story.folder().path() / "disk", kDisk);
  if (!usable(disk)) return;
  disk.fill_up_to(0);
  const Exit refused = story.run_once();
  CAPTURE(refused.err);
  CHECK(refused.signal == 0);
  CHECK(refused.code == 3);
  CHECK(refused.err.find("no room to write") != std::string::npos);
  disk.empty_ballast();
  CHECK(story.run_once().code == 0);
  check_all(story, "tickets.ndjson", true);
}
