#include "host/store/sqlite_store.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "store_contract.hpp"

namespace leat::host::test {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "leat-store-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class SqliteFixture {
 public:
  std::unique_ptr<TaskStore> open() {
    auto store = open_sqlite_store({.path = folder_ / "leat.db", .keep_payload = false}, clock);
    REQUIRE(store);
    return std::move(*store);
  }
  std::filesystem::path file() const { return folder_ / "leat.db"; }
  ManualClock clock{Millis{1'700'000'000'000}};

 private:
  Folder folder_;
};

void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

}  // namespace

TEST_CASE("everything is there when the store is opened again") {
  SqliteFixture fixture;
  Ids ids;
  {
    auto store = fixture.open();
    REQUIRE(store->hold("tickets", lease).value());
    const NewTask tasks[] = {task_of("a", "x", R"({"text":"später"})")};
    REQUIRE(store->put({"tickets", tasks, std::string_view("with\0zero", 9)}));
    REQUIRE(store->set_state("incoming.tickets.subscriber (connectwise)", "delta", "17"));
  }
  auto store = fixture.open();
  CHECK((std::filesystem::status(fixture.file()).permissions() & std::filesystem::perms::others_all) ==
        std::filesystem::perms::none);
  CHECK(store->cursor("tickets").value() == std::string("with\0zero", 9));
  CHECK(store->state("incoming.tickets.subscriber (connectwise)", "delta").value() == "17");
  CHECK(store->claim("a", 1, much, lease)->at(0).payload == R"({"text":"später"})");
}

TEST_CASE("a store of an earlier version gets what it lacks and keeps what it has") {
  SqliteFixture fixture;
  const Ids ids = put_keys(*fixture.open(), "a", {"x"});
  execute(fixture.file(),
          "DROP TABLE state; DROP TABLE xref; DROP TABLE event; ALTER TABLE incoming DROP COLUMN events; "
          "PRAGMA user_version = 1");
  auto store = fixture.open();
  CHECK(claim_ids(*store, "a") == ids);
  REQUIRE(store->set_state("a", "k", "v"));
  CHECK(store->state("a", "k").value() == "v");
  const Xref xref[] = {{"a", "1", "2"}};
  REQUIRE(store->put_xrefs(xref));
  CHECK(store->target_of("a", "1").value() == "2");
  REQUIRE(add_event(*store, "in", "[1]"));
  CHECK(payloads_of(*store, "in") == Payloads{"[1]"});
}

TEST_CASE("a worker that died is noticed before its lease is over") {
  SqliteFixture fixture;
  auto dead = fixture.open();
  auto store = fixture.open();
  const TaskId id = put_keys(*dead, "a", {""})[0];
  REQUIRE(dead->hold("tickets", lease).value());
  REQUIRE(claim_ids(*dead, "a") == Ids{id});
  CHECK(store->recover("a", Recovery::resend)->tasks == 0);
  CHECK_FALSE(store->hold("tickets", lease).value());
  CHECK_FALSE(store->alone());
  dead.reset();
  CHECK(store->alone());
  CHECK(store->recover("a", Recovery::resend)->tasks == 1);
  CHECK(store->hold("tickets", lease).value());
}

TEST_CASE("payloads of finished tasks stay when the configuration says so") {
  Folder folder;
  ManualClock clock;
  auto store = std::move(*open_sqlite_store({.path = folder / "leat.db", .keep_payload = true}, clock));
  const TaskId id = put_keys(*store, "a", {""})[0];
  REQUIRE(claim_ids(*store, "a") == Ids{id});
  finish_one(*store, ends(id, TaskStatus::finished));
  CHECK(store->show(id)->task.payload == R"({"id":1})");
}

TEST_CASE("what was delivered makes room for what comes: the file holds the open tasks, not all there ever were") {
  SqliteFixture fixture;
  auto store = fixture.open();
  const std::string payload = "\"" + std::string(10'000, 'x') + "\"";
  const std::vector<NewTask> page(100, task_of("a", {}, payload));
  std::uintmax_t after_ten = 0;
  for (int round = 1; round <= 100; ++round) {
    REQUIRE(store->put({"", page, {}}));
    std::vector<Outcome> outcomes;
    for (const TaskId id : claim_ids(*store, "a")) outcomes.push_back(ends(id, TaskStatus::finished));
    REQUIRE(store->finish(outcomes)->settled == page.size());
    fixture.clock.advance(1s);
    REQUIRE(store->prune({.changed_before = fixture.clock.now() - 5s}));
    if (round == 10) after_ten = std::filesystem::file_size(fixture.file());
  }
  store.reset();
  CHECK(std::filesystem::file_size(fixture.file()) <= after_ten + (after_ten / 10));
  CHECK(after_ten < 4 * page.size() * payload.size());
}

TEST_CASE("a file that is no store of ours is refused with the reason, and stays as it was") {
  Folder folder;
  ManualClock clock;
  const auto refusal = [&](const std::filesystem::path& path) {
    const auto store = open_sqlite_store({.path = path}, clock);
    REQUIRE_FALSE(store);
    CHECK(store.error().kind == ErrorKind::broken);
    return store.error().message;
  };
  const auto contains = [](const std::string& text, std::string_view part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };
  SUBCASE("text") {
    std::ofstream(folder / "leat.db") << std::string(5000, 'x');
    CHECK(contains(refusal(folder / "leat.db"), "not a store"));
    CHECK(std::filesystem::file_size(folder / "leat.db") == 5000);
  }
  SUBCASE("a database of another program") {
    execute(folder / "leat.db", "CREATE TABLE a (b)");
    CHECK(contains(refusal(folder / "leat.db"), "another program"));
  }
  SUBCASE("written by a newer version") {
    REQUIRE(open_sqlite_store({.path = folder / "leat.db"}, clock));
    execute(folder / "leat.db", "PRAGMA user_version = 99");
    CHECK(contains(refusal(folder / "leat.db"), "newer version"));
  }
  SUBCASE("a folder that does not exist") { CHECK(contains(refusal(folder / "no/leat.db"), "cannot be opened")); }
}

TEST_CASE(
    "a store whose file was removed or replaced while it was open is broken, instead of taking what nobody would "
    "find") {
  for (const bool replaced : {false, true}) {
    CAPTURE(replaced);
    SqliteFixture fixture;
    auto store = fixture.open();
    const Ids ids = put_keys(*store, "a", {"x"});
    REQUIRE(claim_ids(*store, "a") == ids);
    std::filesystem::rename(fixture.file(), fixture.file().string() + ".away");
    if (replaced) std::ofstream(fixture.file()) << "another";
    const NewTask tasks[] = {task_of("a", "y", "1")};
    const auto put = store->put({"", tasks, {}});
    REQUIRE_FALSE(put);
    CHECK(put.error().kind == ErrorKind::broken);
    CHECK(put.error().message.find(replaced ? "was replaced" : "was removed or moved") != std::string::npos);
    const Outcome outcomes[] = {ends(ids[0], TaskStatus::finished)};
    CHECK_FALSE(store->finish(outcomes));
    store.reset();
    std::filesystem::rename(fixture.file().string() + ".away", fixture.file());
    CHECK(fixture.open()->list({}, 0, 9)->size() == 1);
  }
}

TEST_CASE("a damaged file is reported as broken") {
  SqliteFixture fixture;
  {
    auto store = fixture.open();
    put_keys(*store, "a", std::vector<std::string>(2000));
  }
  {
    std::fstream file(fixture.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(16384 * 4);
    for (int i = 0; i < 16384 * 20; ++i) file.put('\x55');
  }
  auto store = fixture.open();
  const auto claimed = store->claim("a", 2000, much, lease);
  REQUIRE_FALSE(claimed);
  CHECK(claimed.error().kind == ErrorKind::broken);
  CHECK(claimed.error().message.find("damaged") != std::string::npos);
}

TEST_CASE("a store that another process keeps locked is busy, and nothing is lost") {
  Folder folder;
  ManualClock clock;
  auto store =
      std::move(*open_sqlite_store({.path = folder / "leat.db", .busy_wait = std::chrono::milliseconds(20)}, clock));
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((folder / "leat.db").c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const NewTask task = task_of("a");
  const auto refused = store->put({"", std::span(&task, 1), {}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::busy);
  sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  CHECK(store->put({"", std::span(&task, 1), {}}));
  CHECK(store->pending("a")->tasks == 1);
}

// In a child process, whose files may not grow further: what a full disk does, without one.
TEST_CASE(
    "without room on the disk a page is refused as busy, what was stored stays, and work goes on with room again") {
  SqliteFixture fixture;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto store = std::move(*open_sqlite_store({.path = fixture.file()}, fixture.clock));
    const std::string large(100'000, 'x');
    const std::string payload = "\"" + large + "\"";
    const NewTask task = task_of("a", {}, payload);
    if (!store->put({"", std::span(&task, 1), {}})) ::_exit(1);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 500'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int stored = 1;
    for (; stored < 100; ++stored) {
      const auto report = store->put({"", std::span(&task, 1), {}});
      if (report) continue;
      if (report.error().kind != ErrorKind::busy) ::_exit(2);
      if (report.error().message.find("no room") == std::string::npos) ::_exit(3);
      break;
    }
    if (stored == 100) ::_exit(4);
    if (store->pending("a").value().tasks != static_cast<std::uint64_t>(stored)) ::_exit(5);
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!store->put({"", std::span(&task, 1), {}})) ::_exit(6);
    ::_exit(store->pending("a").value().tasks == static_cast<std::uint64_t>(stored) + 1 ? 0 : 7);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

namespace {

// Puts pages of two tasks and works on them until it is killed. Task n of page p carries p; the cursor is the last
// page.
[[noreturn]] void work_until_killed(const std::filesystem::path& file, int ready) {
  SystemClock clock;
  auto opened = open_sqlite_store({.path = file, .keep_payload = true}, clock);
  if (!opened) ::_exit(1);
  TaskStore& store = **opened;
  if (!store.hold("in", lease).value()) ::_exit(2);
  if (::write(ready, "x", 1) != 1) ::_exit(3);
  std::jthread worker([&store] {
    for (;;) {
      std::vector<Outcome> outcomes;
      for (const Task& task : value_of(store.claim("a", 5, much, lease))) {
        outcomes.push_back(ends(task.id, task.id % 7 == 0 ? TaskStatus::failed : TaskStatus::finished, task.attempts));
      }
      if (!outcomes.empty() && !store.finish(outcomes)) ::_exit(4);
    }
  });
  for (;;) {
    const int page = std::stoi(store.cursor("in").value().value_or("0")) + 1;
    const std::string payload = std::to_string(page);
    const std::string key = "k" + std::to_string(page % 5);
    const NewTask tasks[] = {task_of("a", key, payload), task_of("a", {}, payload)};
    if (!store.put({"in", tasks, payload})) ::_exit(5);
  }
}

}  // namespace

TEST_CASE("killed at any instant, the store has every page up to its cursor, once, and no other") {
  SqliteFixture fixture;
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 15; ++round) {
    CAPTURE(round);
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) work_until_killed(fixture.file(), pipe[1]);
    ::close(pipe[1]);
    char byte = 0;
    REQUIRE(::read(pipe[0], &byte, 1) == 1);
    ::close(pipe[0]);
    // The instant: after a random number of further commits, seen from outside, then anywhere inside the next one.
    {
      auto store = fixture.open();
      const int pages = std::stoi(store->cursor("in").value().value_or("0"));
      const int until = pages + static_cast<int>(random() % 40);
      while (std::stoi(store->cursor("in").value().value_or("0")) < until) {
      }
      for (auto spin = random() % 200'000; spin > 0; --spin) asm volatile("");
    }
    REQUIRE(::kill(child, SIGKILL) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    auto store = fixture.open();
    CHECK(store->recover("a", Recovery::resend));
    check_counts(*store);
    std::map<std::string, int> seen;
    TaskId last = 0;
    for (const Task& task : value_of(store->list({.route = "a"}, 0, 1'000'000))) {
      CHECK(task.id > last);
      last = task.id;
      CHECK(task.status != TaskStatus::processing);
      ++seen[store->show(task.id).value().task.payload];
    }
    const int pages = std::stoi(store->cursor("in").value().value_or("0"));
    for (int page = 1; page <= pages; ++page) {
      CAPTURE(page);
      CHECK(seen[std::to_string(page)] == 2);
    }
    CHECK(seen.size() == static_cast<std::size_t>(pages));
  }
}

}  // namespace leat::host::test

LEAT_STORE_CONTRACT(SqliteFixture)
