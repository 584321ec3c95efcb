// The engine, killed at random instants: what arrived, and what the store says about it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <random>

#include "fakes.hpp"

namespace leat::host::test {
namespace {

constexpr std::size_t record_count = 400;

// One run over the store of this folder, to a far side that is a file with one line per request.
void run_once(const std::filesystem::path& folder, Durability durability) {
  World world(folder);
  const int file = ::open((folder / "arrived").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  FakeSubscriber subscriber{documents(record_count, 20)};
  subscriber.page = 16;
  FakePublisher publisher(true);
  publisher.replay_safe = false;
  publisher.batch_max = 1;
  publisher.behave = [file](const std::string& json, leat_ctx&) {
    const std::string line = json + "\n";
    return FakePublisher::Verdict{::write(file, line.data(), line.size()) < 0 ? LEAT_INVALID : LEAT_OK, 0};
  };
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  route.durability = durability;
  if (durability == Durability::durable) route.key = parse_path("key").value();
  world.run();
  ::close(file);
}

std::size_t bytes_in(const std::filesystem::path& path) {
  std::error_code none;
  const auto size = std::filesystem::file_size(path, none);
  return none ? 0 : static_cast<std::size_t>(size);
}

std::map<std::string, int> arrivals(const std::filesystem::path& folder) {
  std::map<std::string, int> count;
  std::ifstream file(folder / "arrived");
  for (std::string line; std::getline(file, line);) ++count[line];
  return count;
}

// Kills runs until one gets through; gives how many were killed.
int run_with_kills(const std::filesystem::path& folder, Durability durability, std::mt19937& random) {
  int kills = 0;
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      run_once(folder, durability);
      ::_exit(0);
    }
    // After some more requests, seen from outside; then anywhere in what it does next.
    const std::size_t until = bytes_in(folder / "arrived") + 1 + random() % 1000;
    int status = 0;
    while (bytes_in(folder / "arrived") < until && ::waitpid(child, &status, WNOHANG) == 0) std::this_thread::yield();
    for (auto spin = random() % 100'000; spin > 0; --spin) asm volatile("");
    if (::kill(child, SIGKILL) == 0 && ::waitpid(child, &status, 0) == child && WIFSIGNALED(status)) ++kills;
  }
  run_once(folder, durability);
  return kills;
}

}  // namespace

TEST_CASE("killed at any instant, a durable route loses nothing and sends twice only what it calls uncertain") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto folder = temporary_folder();
  CHECK(run_with_kills(folder, Durability::durable, random) > 0);
  // What was being sent when it was killed is uncertain, and nobody sends it again. It arrived, or it did not.
  World world(folder);
  auto arrived = arrivals(folder);
  TaskFilter all;
  int uncertain = 0;
  const auto listed = world.store->list(all, 0, 1'000'000).value();
  for (const Task& task : listed) {
    const auto details = world.store->show(task.id).value();
    if (task.status == TaskStatus::uncertain) {
      ++uncertain;
      CHECK(arrived[details.task.payload] <= 1);
      arrived.erase(details.task.payload);
      continue;
    }
    const bool behind = task.status == TaskStatus::waiting;  // of a key whose head is uncertain
    CHECK((task.status == TaskStatus::finished || behind));
    if (behind) {
      CHECK(arrived[details.task.payload] == 0);
      arrived.erase(details.task.payload);
    }
  }
  CHECK(listed.size() == record_count);
  CHECK(uncertain <= 12 * 4);  // at most one for each worker that was killed
  for (const auto& entry : arrived) {
    CAPTURE(entry.first);
    CHECK(entry.second == 1);
  }
  CHECK(world.cursor() == std::to_string(record_count));
  CHECK(arrived.size() == world.tasks(TaskStatus::finished).size());

  // A person lets them be sent again: then all have arrived, and at most those twice.
  REQUIRE(world.store->move({.statuses = {TaskStatus::uncertain}}, TaskStatus::fresh, "")->moved ==
          static_cast<std::uint64_t>(uncertain));
  run_once(folder, Durability::durable);
  const auto after = arrivals(folder);
  CHECK(after.size() == record_count);
  int twice = 0;
  for (const auto& [record, count] : after) twice += count - 1;
  CHECK(twice <= uncertain);
  std::filesystem::remove_all(folder);
}

TEST_CASE("killed at any instant, a replayable route loses nothing") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto folder = temporary_folder();
  CHECK(run_with_kills(folder, Durability::replayable, random) > 0);
  CHECK(arrivals(folder).size() == record_count);
  CHECK(World(folder).cursor() == std::to_string(record_count));
  std::filesystem::remove_all(folder);
}

}  // namespace leat::host::test
