#include "plugins/connectwise/sandbox/callbacks/outbox.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/callbacks/url.hpp"

namespace leat::sandbox {

namespace {

constexpr std::chrono::milliseconds hold_max{2000};    // of a reordered event when no other follows
constexpr std::chrono::milliseconds reorder_gap{100};  // between an event and the older one that follows it
constexpr int attempts_max = 3;
constexpr std::ptrdiff_t in_flight_max = 32;

bool is_repeated(int status) { return status == 0 || status == 404 || status == 409 || status == 419 || status == 429; }

}  // namespace

void Outbox::queue(Posting posting, Time due) {
  posting.number = ++numbers_;
  waiting_[posting.number] = {std::move(posting), due, 0, false};
}

void Outbox::put(Posting posting) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++events_;
    const auto due = [number](std::uint64_t every) { return every != 0 && number % every == 0; };
    const auto url = parse_url(posting.url);
    const bool reachable = url && (settings_.anywhere || url->is_loopback());
    if (due(settings_.lose_every) || !reachable) {
      ++withheld_;
      return;
    }
    const Time now = clock_();
    // A held event follows the one that comes after it, if only by its place in the queue.
    std::optional<std::uint64_t> held;
    held.swap(held_);
    if (due(settings_.reorder_every) && !held) {
      ++reordered_;
      queue(std::move(posting), now + hold_max);
      held_ = numbers_;
    } else {
      const bool twice = due(settings_.duplicate_every);
      if (twice) {
        ++duplicated_;
        queue(posting, now);
      }
      queue(std::move(posting), now);
      if (held) {
        const auto found = waiting_.find(*held);
        if (found != waiting_.end() && !found->second.in_flight) {
          Posting late = std::move(found->second.posting);
          waiting_.erase(found);
          queue(std::move(late), now + reorder_gap);
        }
      }
    }
  }
  if (work_) work_();
}

std::vector<Posting> Outbox::take() {
  const std::lock_guard lock(mutex_);
  const Time now = clock_();
  std::vector<Posting> due;
  auto flying = std::count_if(waiting_.begin(), waiting_.end(), [](const auto& item) { return item.second.in_flight; });
  for (auto& [number, waiting] : waiting_) {
    if (flying >= in_flight_max) break;
    if (waiting.in_flight || waiting.due > now) continue;
    ++flying;
    waiting.in_flight = true;
    ++waiting.attempts;
    ++sent_;
    due.push_back(waiting.posting);
  }
  return due;
}

std::optional<Outbox::Time> Outbox::next() const {
  const std::lock_guard lock(mutex_);
  std::optional<Time> soonest;
  for (const auto& [number, waiting] : waiting_) {
    if (!waiting.in_flight && (!soonest || waiting.due < *soonest)) soonest = waiting.due;
  }
  return soonest;
}

void Outbox::settle(std::uint64_t number, int status) {
  std::optional<std::int64_t> given_up;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    Waiting& waiting = found->second;
    const std::int64_t entry = waiting.posting.entry;
    const Time now = clock_();
    if (status >= 200 && status < 300) {
      ++delivered_;
      failing_since_.erase(entry);
      waiting_.erase(found);
    } else if (is_repeated(status) && waiting.attempts < attempts_max) {
      ++repeated_;
      waiting.in_flight = false;
      waiting.due = now + (waiting.attempts == 1 ? settings_.first_retry : settings_.second_retry);
    } else {
      ++lost_;
      waiting_.erase(found);
      const Time since = failing_since_.try_emplace(entry, now).first->second;
      if (now - since >= settings_.disable_after) {
        given_up = entry;
        failing_since_.erase(entry);
      }
    }
  }
  if (given_up && disable_) disable_(*given_up);
  if (work_) work_();
}

void Outbox::set_faults(std::uint64_t lose_every, std::uint64_t duplicate_every, std::uint64_t reorder_every) {
  const std::lock_guard lock(mutex_);
  settings_.lose_every = lose_every;
  settings_.duplicate_every = duplicate_every;
  settings_.reorder_every = reorder_every;
}

Json Outbox::to_json() const {
  const std::lock_guard lock(mutex_);
  const auto flying =
      std::count_if(waiting_.begin(), waiting_.end(), [](const auto& item) { return item.second.in_flight; });
  return {{"events", events_},
          {"sent", sent_},
          {"delivered", delivered_},
          {"repeated", repeated_},
          {"lost", lost_},
          {"withheld", withheld_},
          {"duplicated", duplicated_},
          {"reordered", reordered_},
          {"waiting", waiting_.size() - static_cast<std::size_t>(flying)},
          {"inFlight", flying}};
}

}  // namespace leat::sandbox
