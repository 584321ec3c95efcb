// What the durable queue costs: put, claim and finish of tasks, next to plain inserts of the same payloads into SQLite
// with the same durability (WAL, synchronous=FULL, the same pages), in one run.
#include <fmt/format.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/store/sqlite_store.hpp"
#include "support/process.hpp"

namespace {

using leat::host::NewTask;
using leat::host::Outcome;
using leat::host::TaskStore;
using Path = std::filesystem::path;

constexpr std::uint32_t claim_size = 256;

struct Load {
  std::size_t tasks = 0;
  std::size_t page = 0;
  std::string payload;
};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void check(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

double insert_plainly(const Path& path, const Load& load) {
  sqlite3* raw = nullptr;
  check(sqlite3_open(path.c_str(), &raw) == SQLITE_OK, "plain: open");
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, &sqlite3_close);
  const auto execute = [&](const char* sql) {
    check(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
  };
  execute("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192");
  execute("CREATE TABLE task (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(raw, "INSERT INTO task (body) VALUES (?1)", -1, &statement, nullptr) == SQLITE_OK, "plain");
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> insert(statement, &sqlite3_finalize);
  return seconds_of([&] {
    for (std::size_t done = 0; done < load.tasks; done += load.page) {
      execute("BEGIN IMMEDIATE");
      for (std::size_t i = done; i < std::min(done + load.page, load.tasks); ++i) {
        sqlite3_bind_text(statement, 1, load.payload.data(), static_cast<int>(load.payload.size()), SQLITE_STATIC);
        check(sqlite3_step(statement) == SQLITE_DONE, "plain: insert");
        sqlite3_reset(statement);
      }
      execute("COMMIT");
    }
  });
}

void put_all(TaskStore& store, const Load& load, bool keyed) {
  std::vector<std::string> keys(load.page);
  for (std::size_t done = 0; done < load.tasks; done += load.page) {
    std::vector<NewTask> page(std::min(load.page, load.tasks - done));
    for (std::size_t i = 0; i < page.size(); ++i) {
      page[i].route = "r";
      page[i].payload = load.payload;
      if (!keyed) continue;
      keys[i] = std::to_string(done + i);
      page[i].key = keys[i];
    }
    check(static_cast<bool>(store.put({"", page, {}})), "put");
  }
}

void work_off(TaskStore& store, const Load& load) {
  std::size_t finished = 0;
  for (;;) {
    const auto tasks = store.claim("r", claim_size, 8U << 20U, std::chrono::seconds(60));
    check(static_cast<bool>(tasks), "claim");
    if (tasks->empty()) break;
    std::vector<Outcome> outcomes(tasks->size());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      outcomes[i].task = (*tasks)[i].id;
      outcomes[i].attempt = (*tasks)[i].attempts;
    }
    const auto report = store.finish(outcomes);
    check(report && report->lost.empty(), "finish");
    finished += report->settled;
  }
  check(finished == load.tasks, "not every task was finished");
}

struct Row {
  const char* name;
  std::vector<double> seconds;
  double median() {
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
  }
};

void run(const Load& load, int rounds) {
  Row rows[] = {{"plain inserts", {}},    {"put", {}},
                {"claim and finish", {}}, {"put, claim and finish", {}},
                {"put, with a key", {}},  {"claim and finish, with a key", {}}};
  const leat::host::SystemClock clock;
  for (int round = 0; round < rounds; ++round) {
    const leat::test::TempDir folder;
    rows[0].seconds.push_back(insert_plainly(folder.path() / "plain.db", load));
    for (const bool keyed : {false, true}) {
      auto store = leat::host::open_sqlite_store({.path = folder.path() / (keyed ? "keyed.db" : "leat.db")}, clock);
      check(static_cast<bool>(store), "open");
      const double put = seconds_of([&] { put_all(**store, load, keyed); });
      const double worked = seconds_of([&] { work_off(**store, load); });
      rows[keyed ? 4 : 1].seconds.push_back(put);
      rows[keyed ? 5 : 2].seconds.push_back(worked);
      if (!keyed) rows[3].seconds.push_back(put + worked);
    }
  }
  fmt::print("{} tasks of {} bytes, pages of {}, claims of {}, median of {} rounds\n", load.tasks, load.payload.size(),
             load.page, claim_size, rounds);
  fmt::print("  {:<30}{:>10}{:>12}{:>18}\n", "", "tasks/s", "us a task", "x plain inserts");
  for (Row& row : rows) {
    fmt::print("  {:<30}{:>10.0f}{:>12.2f}{:>18.2f}\n", row.name, double(load.tasks) / row.median(),
               row.median() * 1e6 / double(load.tasks), row.median() / rows[0].median());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What the durable queue costs, next to plain SQLite inserts.", "bench_queue");
  Load load{50'000, 1000, {}};
  std::size_t bytes = 1024;
  int rounds = 5;
  app.add_option("TASKS", load.tasks)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--bytes", bytes, "Of a payload")->check(CLI::Range(16, 1 << 20))->capture_default_str();
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  load.payload = R"({"text":")" + std::string(bytes - 11, 'x') + "\"}";
  try {
    run(load, rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_queue: {}\n", error.what());
    return 1;
  }
  return 0;
}
