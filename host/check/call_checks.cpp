// Checks of calls as such: cancelled, from changing threads, at the same time.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/check/checks.hpp"
#include "host/check/requests.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"
#include "host/check/within.hpp"

namespace leat::host::check {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t thread_total = 8;

// The call that a host cancels most: a full batch, or a poll that waits for news.
Said long_call(Subject& subject, Batch& batch, std::stop_token stop) {
  if (subject.trial().spec().kind == LEAT_KIND_SUBSCRIBER) return subject.poll(batch, 1000, 60'000, std::move(stop));
  return subject.run(batch, std::move(stop));
}

// A cancelled batch says so, or says what became of its records; it does not claim what never happened.
void check_cancelled(const Options& options, Trial& trial, const Said& said, const Batch& batch) {
  if (trial.spec().kind != LEAT_KIND_PUBLISHER || !options.far_side || trial.host().far_side().requests() == 0) return;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool stored = batch.fate(i) == Fate::delivered || (said.ok() && batch.fate(i) == Fate::live);
    if (stored) throw Failed(fmt::format("record {} counts as stored although its request was cancelled", i));
  }
}

void cancelled_after(Trial& trial, std::chrono::milliseconds delay) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  Subject subject(trial, options);
  const bool subscribes = trial.spec().kind == LEAT_KIND_SUBSCRIBER;
  trial.host().far_side().begin(Answer::array);
  trial.step("open");
  if (const Said said = subject.open(); !said.ok()) throw NotExercised("open refused: " + to_string(said));
  if (subscribes && !options.far_side && delay.count() > 0) {
    for (int i = 0; i < 20; ++i) {  // to its end, where it waits
      Batch batch;
      if (!subject.poll(batch, 1000, 0).ok() || batch.ended()) break;
    }
  }
  trial.host().far_side().begin(Answer::silence);
  const std::uint32_t limit = subject.batch_max();
  Batch batch = subscribes ? Batch() : make_batch(limit == 0 ? 1000 : std::min<std::size_t>(limit, 1000));
  const std::string what = fmt::format("{} {}", subscribes ? "poll" : "a batch of records",
                                       delay.count() == 0 ? "of a cancelled call" : "while nothing answers");
  const Said said =
      within_patience(trial, what, delay, [&](std::stop_token stop) { return long_call(subject, batch, stop); });
  check_fates(batch);
  check_cancelled(options, trial, said, batch);
}

// What became of the sample records, or what was read, as one text.
std::string signature(Subject& subject) {
  Trial& trial = subject.trial();
  std::string text;
  if (trial.spec().kind == LEAT_KIND_SUBSCRIBER) {
    Batch batch;
    text = std::string(kind_name(subject.poll(batch, 10, 0).kind));
    for (std::size_t i = 0; i < batch.size(); ++i) text += fmt::format(" {}", batch.record(i)->json());
    return text;
  }
  Batch batch = make_batch(sample_documents());
  text = std::string(kind_name(subject.run(batch).kind));
  static constexpr std::string_view names[] = {"live", "dropped", "rejected", "delivered"};
  for (std::size_t i = 0; i < batch.size(); ++i) text += fmt::format(" {}", names[static_cast<int>(batch.fate(i))]);
  return text;
}

void send_one(Subject& subject) {
  const auto request = make_request("GET", "/records?page=1");
  ask(subject, request, 5s);
}

// A fresh instance, opened.
std::unique_ptr<Subject> opened(Trial& trial, const Options& options) {
  auto subject = std::make_unique<Subject>(trial, options);
  trial.host().far_side().begin(Answer::array);
  if (const Said said = subject->open(); !said.ok()) throw NotExercised("open refused: " + to_string(said));
  return subject;
}

void same(const std::string& expected, const std::string& found, std::string_view when) {
  if (expected != found) throw Failed(fmt::format("{} it gave \"{}\", on one thread \"{}\"", when, found, expected));
}

}  // namespace

void check_cancel_before(Trial& trial) { cancelled_after(trial, 0ms); }
void check_cancel_during(Trial& trial) { cancelled_after(trial, 50ms); }

void check_threads(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  const bool client = trial.spec().kind == LEAT_KIND_CLIENT;
  std::vector<std::string> expected(thread_total);
  if (!client) {
    const auto subject = opened(trial, options);
    for (std::string& text : expected) text = signature(*subject);
  }
  {
    const auto subject = opened(trial, options);
    for (std::size_t i = 0; i < thread_total; ++i) {
      trial.step(fmt::format("call {} of one instance, on a thread of its own", i + 1));
      std::string found;
      on_threads(1, [&](std::size_t) {
        if (client) return send_one(*subject);
        found = signature(*subject);
      });
      if (!client) same(expected[i], found, "called from changing threads");
    }
  }
  trial.step("8 instances, each used by a thread of its own");
  on_threads(thread_total, [&](std::size_t) {
    for (int i = 0; i < 5; ++i) {
      Subject subject(trial, options);
      if (client) {
        send_one(subject);
        continue;
      }
      if (!subject.open().ok()) continue;  // one file, say, for one writer
      const std::string found = signature(subject);
      if (trial.spec().kind == LEAT_KIND_TRANSFORMER) same(expected[0], found, "beside other instances");
      subject.close();
    }
  });
}

void check_parallel(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  const bool client = trial.spec().kind == LEAT_KIND_CLIENT;
  std::string expected;
  if (!client) {
    const auto subject = opened(trial, options);
    if (!subject->parallel()) return;                       // the host calls it one at a time
    if (trial.spec().kind == LEAT_KIND_SUBSCRIBER) return;  // one thread polls it whatever it says
    expected = signature(*subject);
  }
  const auto subject = opened(trial, options);
  trial.step("one instance, used by 8 threads at the same time");
  on_threads(thread_total, [&](std::size_t) {
    for (int i = 0; i < 25; ++i) {
      if (client) {
        send_one(*subject);
      } else {
        same(expected, signature(*subject), "used by 8 threads");
      }
    }
  });
}

}  // namespace leat::host::check
