// Checks of what transformers and publishers do with batches, whatever the records are.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "host/check/checks.hpp"
#include "host/check/refusing_records.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"

namespace leat::host::check {
namespace {

std::size_t most(Subject& subject, std::size_t wanted) {
  const std::uint32_t limit = subject.batch_max();
  return limit == 0 ? wanted : std::min<std::size_t>(wanted, limit);
}

void open_or_leave(Subject& subject) {
  subject.trial().host().far_side().begin(Answer::array);
  if (const Said said = subject.open(); !said.ok()) throw NotExercised("open refused: " + to_string(said));
}

Said run(Subject& subject, Batch& batch, const std::string& what) {
  subject.trial().step(what);
  Said said = subject.run(batch);
  check_fates(batch);
  return said;
}

// What became of one document in a batch of its own.
enum class Outcome { good, refused, other };
Outcome outcome_of(Subject& subject, const std::string& document) {
  Batch batch = make_batch(std::vector<std::string>{document});
  const Said said = run(subject, batch, "the record " + document);
  if (said.ok() && batch.fate(0) != Fate::rejected) return Outcome::good;
  const leat_kind kind = said.ok() ? static_cast<leat_kind>(batch.error(0).kind) : said.kind;
  const bool refused =
      kind == LEAT_INVALID || kind == LEAT_NOT_FOUND || kind == LEAT_UNSUPPORTED || kind == LEAT_BROKEN;
  return refused ? Outcome::refused : Outcome::other;
}

}  // namespace

void check_batches(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  open_or_leave(subject);
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, most(subject, 1000)}) {
    Batch batch = make_batch(count);
    const Said said = run(subject, batch, fmt::format("a batch of {} records", count));
    if (count == 0 && !said.ok()) throw Failed("an empty batch failed: " + to_string(said));
    if (count == 1 && !said.ok())
      throw NotExercised("it refuses the check's records: " + to_string(said) + "; give some that fit with --records");
  }
  for (const std::string& document : edge_documents()) outcome_of(subject, document);
  Batch all = make_batch(edge_documents());
  if (most(subject, all.size()) == all.size()) run(subject, all, "all documents at the edge in one batch");
}

void check_one_bad_record(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  open_or_leave(subject);
  if (most(subject, 3) < 3) return;  // its batches hold no neighbours
  std::vector<std::string> candidates = sample_documents();
  candidates.insert(candidates.end(), edge_documents().begin(), edge_documents().end());
  for (int i = 0; i < 50; ++i) candidates.push_back(mutated(trial.random()));
  std::string good;
  std::vector<std::string> bad;
  for (const std::string& document : candidates) {
    const Outcome outcome = outcome_of(subject, document);
    if (outcome == Outcome::good && good.empty()) good = document;
    if (outcome == Outcome::refused) bad.push_back(document);
  }
  if (bad.empty()) return;  // it takes everything
  if (good.empty()) throw NotExercised("it refuses every record of the check; give some that fit with --records");
  for (const std::string& document : bad) {
    Batch batch = make_batch(std::vector<std::string>{good, document, good});
    const Said said = run(subject, batch, "a good record before and after " + document);
    if (!said.ok()) throw Failed("one record made the whole batch fail: " + to_string(said));
    if (batch.fate(0) == Fate::rejected || batch.fate(2) == Fate::rejected) {
      throw Failed("a good record was rejected beside a bad one: " +
                   batch.error(batch.fate(0) == Fate::rejected ? 0 : 2).message);
    }
  }
}

void check_accessors(Trial& trial) {
  HostOptions options;
  options.refuse = true;
  refuse_call(0);
  if (const Said said = trial.start(options); !said.ok()) throw Failed("init failed: " + to_string(said));
  Subject subject(trial, make_options(trial, trial.component()));
  open_or_leave(subject);
  trial.allow_silence();  // what refuses has no context to say why
  constexpr std::uint64_t calls_max = 500;
  for (std::uint64_t number = 1; number <= calls_max; ++number) {
    Batch batch = make_batch(sample_documents());
    trial.step(fmt::format("the sample records, with the accessors' call number {} refused", number));
    refuse_call(number);
    const Said said = subject.run(batch);
    const bool reached = refusable_calls() >= number;
    refuse_call(0);
    static_cast<void>(said);
    if (!reached) break;
  }
}

void check_fuzz(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  open_or_leave(subject);
  constexpr int batches = 600;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  for (int i = 0; i < batches && std::chrono::steady_clock::now() < until; ++i) {
    std::vector<std::string> documents;
    const std::size_t count = most(subject, 1 + trial.random()() % 4);
    std::string shown;
    for (std::size_t k = 0; k < count; ++k) shown += documents.emplace_back(mutated(trial.random())) + " ";
    Batch batch = make_batch(documents);
    run(subject, batch, fmt::format("seed {}, batch {}: {}", trial.spec().seed, i, shown));
  }
}

}  // namespace leat::host::check
