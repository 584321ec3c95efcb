// Checks of publishers: what counts as stored, and what they promise about repeating.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "host/check/checks.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"
#include "host/check/within.hpp"

namespace leat::host::check {
namespace {

// The kind that record i ended with; OK: it counts as stored.
leat_kind kind_of(const Said& said, const Batch& batch, std::size_t i) {
  if (batch.fate(i) == Fate::rejected) return static_cast<leat_kind>(batch.error(i).kind);
  if (batch.fate(i) == Fate::delivered || batch.fate(i) == Fate::dropped) return LEAT_OK;
  return said.kind;
}

Batch samples_for(Subject& subject) {
  const std::uint32_t limit = subject.batch_max();
  return make_batch(limit == 0 ? sample_documents().size() : std::min<std::size_t>(limit, sample_documents().size()));
}

// Every request fails in this way: no record may count as stored, nor as failed for good when it can be tried again.
void publish_while(Trial& trial, const Options& options, Answer answer) {
  Subject subject(trial, options);
  trial.host().far_side().begin(answer);
  trial.step(fmt::format("publishing while the far side answers with {}", to_string(answer)));
  if (!subject.open().ok()) return;
  Batch batch = samples_for(subject);
  const Said said = subject.run(batch);
  check_fates(batch);
  const std::size_t requests = trial.host().far_side().requests();
  subject.close();
  if (requests == 0) return;
  const bool for_now =
      answer == Answer::busy || answer == Answer::unreachable || answer == Answer::refused || answer == Answer::denied;
  bool again = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const leat_kind kind = kind_of(said, batch, i);
    if (kind == LEAT_OK && batch.fate(i) != Fate::dropped) {
      throw Failed(
          fmt::format("record {} counts as stored although the far side answered with {}", i, to_string(answer)));
    }
    again = again || kind == LEAT_BUSY || kind == LEAT_UNREACHABLE || kind == LEAT_UNCERTAIN || kind == LEAT_DENIED ||
            kind == LEAT_CANCELLED;
  }
  // Some records may be refused before anything is sent; of those that were sent, one at least must remain.
  if (for_now && !again) {
    throw Failed(fmt::format("the records failed for good although the far side answered with {}", to_string(answer)));
  }
}

}  // namespace

void check_outcomes(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  if (options.far_side) {
    {
      Subject subject(trial, options);
      trial.host().far_side().begin(Answer::object);
      trial.step("publishing the sample records");
      Batch batch = samples_for(subject);
      std::string why;
      if (const Said said = subject.open(); !said.ok()) why = to_string(said);
      if (why.empty()) {
        const Said said = subject.run(batch);
        if (!said.ok()) why = to_string(said);
        for (std::size_t i = 0; why.empty() && i < batch.size(); ++i) {
          if (batch.fate(i) == Fate::rejected) why = batch.error(i).message;
        }
        subject.close();
      }
      if (trial.host().far_side().requests() == 0) {
        throw NotExercised(fmt::format("no record led to a request{}{}; give records that fit with --records",
                                       why.empty() ? "" : ": ", why));
      }
    }
    for (const Answer answer : {Answer::not_found, Answer::busy, Answer::denied, Answer::server_error,
                                Answer::unreachable, Answer::refused}) {
      publish_while(trial, options, answer);
    }
    return;
  }
  const std::filesystem::path target = trial.spec().folder / "out.ndjson";
  if (options.given || options.text().find(target.string()) == std::string::npos) {
    throw NotExercised("it names neither a client nor a file that the check could make fail");
  }
  std::filesystem::create_directory(target);  // what it is to write to cannot be written to
  Subject subject(trial, options);
  trial.step("publishing to a file that is a folder");
  if (!subject.open().ok()) return;
  Batch batch = samples_for(subject);
  const Said said = subject.run(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (kind_of(said, batch, i) == LEAT_OK) {
      throw Failed(fmt::format("record {} counts as stored although its file is a folder", i));
    }
  }
}

void check_constant(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  const bool safe = subject.replay_safe();
  const std::uint32_t most = subject.batch_max();
  if (subject.says_batch_max() && most == 0) {
    throw Failed("batch_max gave 0; the least is 1, and without the function the host chooses");
  }
  use(subject, Answer::object);
  use(subject, Answer::busy);
  trial.step("replay_safe and batch_max, asked by 8 threads");
  on_threads(8, [&](std::size_t) {
    for (int i = 0; i < 100; ++i) {
      if (subject.replay_safe() != safe) throw Failed("replay_safe does not always say the same");
      if (subject.batch_max() != most) throw Failed("batch_max does not always say the same");
    }
  });
}

}  // namespace leat::host::check
