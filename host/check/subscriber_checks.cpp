// Checks of subscribers: their cursors, and what they make of a damaged source.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "host/check/checks.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"

namespace leat::host::check {
namespace {

// Records in the order they were read, and where each cursor stands: behind so many of them.
struct Reading {
  struct Mark {
    std::string cursor;
    std::size_t behind;
    bool end;  // nothing more for now
  };
  std::vector<std::string> records;
  std::vector<Mark> marks;
  Said failure;
  bool ended = false;
};

constexpr std::uint32_t page = 7;  // records of one poll: many cursors
constexpr int polls_max = 300;

Reading read_all(Trial& trial, const Options& options, std::string_view cursor) {
  Subject subject(trial, options);
  Reading reading;
  trial.host().far_side().begin(Answer::array);
  reading.failure = subject.open(cursor);
  int empty = 0;
  for (int i = 0; i < polls_max && empty < 3 && reading.failure.ok() && !reading.ended; ++i) {
    Batch batch;
    trial.step(fmt::format("poll {} after opening at the cursor \"{}\"", i + 1, cursor));
    reading.failure = subject.poll(batch, page, 0);
    if (!reading.failure.ok()) break;
    for (std::size_t k = 0; k < batch.size(); ++k) {
      if (batch.fate(k) == Fate::live) reading.records.emplace_back(batch.record(k)->json());
    }
    empty = batch.empty() ? empty + 1 : 0;
    reading.ended = batch.ended();
    if (batch.cursor()) {
      reading.marks.push_back({*batch.cursor(), reading.records.size(), batch.ended()});
      subject.settle(*batch.cursor(), true);
    }
  }
  subject.close();
  return reading;
}

std::string shortened(const std::string& text) { return text.size() <= 80 ? text : text.substr(0, 80) + "..."; }

void compare(const std::vector<std::string>& expected, const std::vector<std::string>& found,
             const std::string& cursor) {
  if (expected == found) return;
  const auto differ = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
  const auto at = static_cast<std::size_t>(differ.first - expected.begin());
  const std::string started = fmt::format("started from the cursor \"{}\" it gave {} records, expected {}; number {}",
                                          shortened(cursor), found.size(), expected.size(), at + 1);
  if (at >= found.size()) throw Failed(fmt::format("{} is lost: {}", started, shortened(expected[at])));
  if (at >= expected.size()) throw Failed(fmt::format("{} is one too many: {}", started, shortened(found[at])));
  throw Failed(fmt::format("{} is {}, expected {}", started, shortened(found[at]), shortened(expected[at])));
}

// What a host sees of a source that is wrong in some way. true: it ended well with no record at all.
bool ended_empty(Trial& trial, const Options& options) {
  const Reading reading = read_all(trial, options, {});
  return reading.failure.ok() && reading.ended && reading.records.empty();
}

}  // namespace

void check_replay(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  if (options.far_side) {
    throw NotExercised(
        "it reads through a client, and the check's far side has no pages to go back to; give options "
        "with --config that name a client of this library and a server that holds still");
  }
  const Reading all = read_all(trial, options, {});
  if (!all.failure.ok()) throw NotExercised("reading failed: " + to_string(all.failure));
  if (all.records.empty()) throw NotExercised("it read no record; give options with --config under which it does");
  if (all.marks.empty()) throw Failed("poll gave records and no cursor: after a restart they would come again");
  compare(all.records, read_all(trial, options, {}).records, "");
  constexpr std::size_t tried = 12;
  const std::size_t step = std::max<std::size_t>(1, all.marks.size() / tried);
  for (std::size_t i = 0; i < all.marks.size(); i += step) {
    const Reading::Mark& mark = all.marks[i];
    const Reading rest = read_all(trial, options, mark.cursor);
    if (!rest.failure.ok()) {
      throw Failed(
          fmt::format("it refused its own cursor \"{}\": {}", shortened(mark.cursor), to_string(rest.failure)));
    }
    // A source that is read whole each time begins a new round.
    if (mark.end && rest.records == all.records) continue;
    compare({all.records.begin() + static_cast<std::ptrdiff_t>(mark.behind), all.records.end()}, rest.records,
            mark.cursor);
  }
}

void check_bad_cursor(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  const bool opens = [&] {
    Subject subject(trial, options);
    trial.host().far_side().begin(Answer::array);
    return subject.open().ok();
  }();
  const std::vector<std::string> cursors = {"garbage",
                                            "{}",
                                            "[]",
                                            "{\"position\":-1}",
                                            std::string("\xff\x00\x01", 3),
                                            std::string(100'000, 'x'),
                                            "999999999999999999999999"};
  for (const std::string& cursor : cursors) {
    Subject subject(trial, options);
    trial.host().far_side().begin(Answer::array);
    trial.step(fmt::format("open at the cursor \"{}\"", cursor));
    if (subject.open(cursor).ok()) {
      Batch batch;
      subject.poll(batch, page, 0);
    }
    subject.close();
    trial.step("open again after a cursor that is wrong");
    const Said again = subject.open();
    if (opens && !again.ok()) throw Failed("after a wrong cursor and close, open failed: " + to_string(again));
    subject.close();
  }
}

void check_bad_source(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  if (options.source.empty() && !options.far_side) {
    throw NotExercised("it reads neither a file nor through a client that the check could damage");
  }
  if (!options.source.empty()) {
    for (const std::string& content : damaged_contents()) {
      write_file(options.source, content);
      read_all(trial, options, {});
    }
    std::filesystem::remove(options.source);
    if (ended_empty(trial, options)) throw Failed("it took a file that is not there for an empty one");
  }
  if (!options.far_side) return;
  for (const Answer answer : {Answer::busy, Answer::denied, Answer::server_error, Answer::html, Answer::truncated,
                              Answer::not_utf8, Answer::unreachable, Answer::refused}) {
    Subject subject(trial, options);
    trial.host().far_side().begin(answer);
    trial.step(fmt::format("reading while the far side answers with {}", to_string(answer)));
    bool ended = false;
    bool failed = !subject.open().ok();
    std::size_t records = 0;
    for (int i = 0; i < 5 && !failed && !ended; ++i) {
      Batch batch;
      failed = !subject.poll(batch, page, 0).ok();
      ended = batch.ended();
      records += batch.size();
    }
    subject.close();
    if (!failed && ended && records == 0 && trial.host().far_side().requests() > 0) {
      throw Failed(fmt::format("it took the answer {} for the end of the records", to_string(answer)));
    }
  }
}

}  // namespace leat::host::check
