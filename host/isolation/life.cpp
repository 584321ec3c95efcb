#include "host/isolation/life.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace leat::host {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto cancel_grace = std::chrono::seconds(3);
constexpr auto read_patience = std::chrono::seconds(2);
constexpr int memory_look_ms = 50;
constexpr std::size_t line_max = 4096;
constexpr std::size_t printed_at_once = 64U << 10U;  // while it lives
constexpr std::size_t pipe_max = 1U << 20U;          // what a pipe may hold: pipe(7)

std::uint64_t mebibytes(std::uint64_t bytes) { return bytes >> 20U; }

}  // namespace

Life::Life(std::uint64_t number, Process process, Descriptor socket, Log& log)
    : number_(number), process_(std::move(process)), log_(log), channel_(std::move(socket)) {}

void Life::begin(Watch watch) {
  watch_ = std::move(watch);
  watcher_ = std::thread([this] {
    block_signals();
    this->watch();
  });
  reader_ = std::thread([this] {
    block_signals();
    std::string why;
    try {
      why = channel_.read(watch_.receive);
    } catch (const std::exception& error) {
      why = fmt::format("could not be read: {}", error.what());
    }
    read_all_.release();
    end(fmt::format("was killed because it {}", why));
  });
}

// A process that goes away by itself is first seen by its socket: its own end says more.
void Life::end(std::string reason) {
  pollfd handle{process_.handle(), POLLIN, 0};
  if (poll(&handle, 1, 1000) <= 0) kill(std::move(reason));
}

Life::~Life() {
  kill("was killed because nobody needs it");
  if (!watcher_.joinable() && !ended_) process_.reap();  // it never began
  join();
}

void Life::join() {
  if (watcher_.joinable()) watcher_.join();
  channel_.shut();  // something that it started may hold its side open
  if (reader_.joinable()) reader_.join();
}

// Under the lock under which it is reaped: its number never belongs to somebody else here.
void Life::kill(std::string reason) {
  reason_.with([&](std::string& kept) {
    if (kept.empty()) kept = std::move(reason);
    if (!ended_) process_.kill();
  });
}

std::string Life::ending() const {
  return ended_ ? reason_.with([](const std::string& reason) { return reason; }) : "has not ended";
}

std::optional<Life::Origin> Life::origin_of(std::uint64_t question) const {
  return origins_.with([&](const auto& origins) -> std::optional<Origin> {
    const auto found = origins.find(question);
    if (found == origins.end()) return std::nullopt;
    return found->second;
  });
}

Life::Reply Life::converse(Call& call, Verb verb, std::string_view body, std::chrono::milliseconds limit,
                           std::string_view what) {
  Reply reply;
  const auto asked = channel_.ask(verb, body, [&](std::uint64_t id) {
    Origin origin{call.stop(), call.origin(), call.deadline(), std::nullopt, call.events()};
    if (call.callee() != nullptr) origin.callee = *call.callee();
    origins_.with([&](auto& origins) { origins.emplace(id, std::move(origin)); });
  });
  struct Asked {
    Life& life;
    std::uint64_t id;
    ~Asked() {
      life.origins_.with([&](auto& origins) { origins.erase(id); });
      life.channel_.forget(id);
    }
  } const registered{*this, asked.id};
  if (asked.exchange == nullptr) {
    end("was killed because it took no message");
    reply.why = "was ending when it was asked";
    return reply;
  }
  Exchange& exchange = *asked.exchange;
  const auto limited = limit.count() > 0 ? Steady::now() + limit : Steady::time_point::max();
  auto latest = limited;
  bool cancelled = false;
  const auto over = [&] { return exchange.answer.has_value() || exchange.ended; };
  std::unique_lock lock(exchange.mutex);
  while (!over()) {
    if (!cancelled && call.cancelled()) {
      cancelled = true;
      latest = std::min(limited, Steady::now() + cancel_grace);
      lock.unlock();
      channel_.tell(Verb::cancel_call, asked.id, {});
      lock.lock();
      continue;
    }
    if (latest == Steady::time_point::max()) {
      exchange.changed.wait(lock, call.stop(), over);
    } else if (cancelled) {
      exchange.changed.wait_until(lock, latest, over);
    } else {
      exchange.changed.wait_until(lock, call.stop(), latest, over);
    }
    if (over() || Steady::now() < latest) continue;
    if (cancelled && exchange.nested > 0 && latest < limited) {  // it waits for us
      latest = Steady::now() + std::chrono::seconds(1);
      continue;
    }
    latest = Steady::time_point::max();
    lock.unlock();
    kill(cancelled ? fmt::format("was killed because {} did not return after it was cancelled", what)
                   : fmt::format("was killed because {} did not return within {} ms", what, limit.count()));
    lock.lock();
    exchange.changed.wait(lock, over);
  }
  if (exchange.answer) {
    reply.state = Reply::State::answered;
    reply.answer = std::move(*exchange.answer);
    return reply;
  }
  reply.state = Reply::State::lost;
  reply.reports = std::move(exchange.reports);
  reply.why = ending();
  return reply;
}

void Life::watch() {
  std::string pending;
  std::array<pollfd, 2> files{{{process_.handle(), POLLIN, 0}, {process_.output(), POLLIN, 0}}};
  for (;;) {
    const int ready = poll(files.data(), files.size(), watch_.memory_max > 0 ? memory_look_ms : -1);
    if (ready > 0 && files[1].revents != 0 && !print(pending, printed_at_once)) files[1].fd = -1;
    if (watch_.memory_max > 0) look_at_memory();
    if (ready > 0 && files[0].revents != 0) break;
  }
  print(pending, pipe_max);
  if (!pending.empty()) log_.info(watch_.name, "printed: {}", pending);
  reason_.with([&](std::string& reason) {
    process_.kill();  // what it started itself
    const std::string how = process_.reap();
    if (reason.empty()) reason = how;
    ended_ = true;
  });
  // What it said before its end counts: it may still be in the socket, whose other end something that it started may hold.
  if (!read_all_.try_acquire_for(read_patience)) channel_.shut();
  channel_.end();
  watch_.changed();
}

// What it printed, as lines of the log: no more than `most` bytes, so that one that never stops keeps nobody waiting.
bool Life::print(std::string& pending, std::size_t most) {
  std::array<char, 4096> bytes{};
  for (std::size_t taken = 0; taken < most;) {
    const ssize_t got = read(process_.output(), bytes.data(), bytes.size());
    if (got <= 0) return got < 0;
    taken += static_cast<std::size_t>(got);
    pending.append(bytes.data(), static_cast<std::size_t>(got));
    for (;;) {
      const auto end = std::min(pending.find('\n'), line_max);
      if (end >= pending.size()) break;
      if (end > 0) log_.info(watch_.name, "printed: {}", std::string_view(pending).substr(0, end));
      pending.erase(0, end + (pending[end] == '\n' ? 1 : 0));
    }
  }
  return true;
}

void Life::look_at_memory() {
  const std::uint64_t used = process_.resident_bytes();
  if (used <= watch_.memory_max) return;
  if (used > 2 * watch_.memory_max) {
    kill(fmt::format("was killed because it used {} MiB within a call, memory_max is {} MiB", mebibytes(used),
                     mebibytes(watch_.memory_max)));
  } else if (!overgrown_.exchange(true)) {
    watch_.changed();
  }
}

}  // namespace leat::host
