// Checks of a component's life: made, wrongly made, made often, what it leaves behind, what it gives away.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "host/check/checks.hpp"
#include "host/check/option_maker.hpp"
#include "host/check/process_state.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"
#include "host/config/schema_text.hpp"

namespace leat::host::check {
namespace {

using namespace std::chrono_literals;

// A value of a type that the option cannot have when it reaches the plugin; null when it may be anything.
Json wrong_value(const Json& schema) {
  const std::string meaning = schema_meaning(schema);
  if (meaning == "duration" || meaning == "size") return "text";
  if (!meaning.empty() || schema.value("writeOnly", false)) return 17;
  const auto types = schema_types(schema);
  const auto allows = [&](std::string_view type) {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
  };
  if (!allows("integer") && !allows("number")) return 17;
  if (!allows("string")) return "text";
  if (!allows("object")) return Json{{"no", "option"}};
  return nullptr;
}

// A refusal must say that the configuration is wrong, not that it may work later.
void check_refusal(const Said& said, const std::string& what) {
  const bool right = said.kind == LEAT_INVALID || said.kind == LEAT_DENIED || said.kind == LEAT_NOT_FOUND ||
                     said.kind == LEAT_UNSUPPORTED;
  if (!right) throw Failed(fmt::format("{} was refused as {}; expected invalid", what, to_string(said)));
}

void must_refuse(const Said& said, const std::string& what) {
  if (said.ok()) throw Failed(fmt::format("create accepted {}", what));
  check_refusal(said, what);
}

struct Usage {
  std::size_t heap = heap_bytes();
  std::size_t resident = resident_bytes();
  std::size_t files = file_count();
  std::size_t threads = thread_count();
};

// Threads end a moment after they were told to.
void wait_for_threads(std::size_t count) {
  for (int i = 0; i < 100 && thread_count() > count; ++i) std::this_thread::sleep_for(10ms);
}

// heap_slack: bytes that each time may leave.
void compare(const Usage& before, std::size_t times, std::size_t heap_slack, std::string_view what) {
  constexpr std::size_t resident_slack = 8u << 20u;  // what an allocator of the plugin's own may keep
  wait_for_threads(before.threads);
  const Usage after;
  const auto grown = [&](std::size_t now, std::size_t then) { return now > then ? now - then : 0; };
  if (const auto files = grown(after.files, before.files); files > 0) {
    throw Failed(fmt::format("{} {} left {} open files", times, what, files));
  }
  if (const auto threads = grown(after.threads, before.threads); threads > 0) {
    throw Failed(fmt::format("{} {} left {} threads", times, what, threads));
  }
  if (const auto heap = grown(after.heap, before.heap); heap > heap_slack * times) {
    throw Failed(fmt::format("{} {} left {} bytes of memory, {} each", times, what, heap, heap / times));
  }
  if (const auto resident = grown(after.resident, before.resident); resident > resident_slack) {
    throw Failed(fmt::format("{} {} made the process {} MiB larger", times, what, resident >> 20u));
  }
}

}  // namespace

void check_create(Trial& trial) {
  trial.start();
  const Json& schema = trial.component().schema;
  const Options options = make_options(trial, trial.component());
  const Said said = try_create(trial, options.text());
  if (said.ok()) return;
  if (options.given) throw Failed("create refused the options of --config: " + to_string(said));
  // A choice between options that a schema cannot say: with one more of those that have an example.
  for (const std::string& name : further_examples(schema)) {
    if (said.kind != LEAT_INVALID) break;
    trial.add_option(name);
    if (try_create(trial, make_options(trial, trial.component()).text()).ok()) return;
  }
  throw NotExercised("create refused the options made from its schema: " + to_string(said) +
                     "; give options with --config, or state `examples` for an option that makes them whole");
}

void check_options(Trial& trial) {
  trial.start();
  const LibraryComponent& component = trial.component();
  const Json good = make_options(trial, component).value;
  const Json properties = component.schema.value("properties", Json::object());
  const Json required = component.schema.value("required", Json::array());
  for (const char* text : {"", "this is no JSON", "{\"a\":", "[]", "\"text\""}) {
    // Who needs no option may not look, or may look and find nothing.
    const bool ignorable = properties.empty() || (required.empty() && Json::accept(text));
    const Said said = try_create(trial, text);
    if (!ignorable) must_refuse(said, fmt::format("the options `{}`", text));
  }
  for (const auto& option : properties.items()) {
    const bool needed = std::find(required.begin(), required.end(), option.key()) != required.end();
    if (needed) {
      Json without = good;
      without.erase(option.key());
      must_refuse(try_create(trial, without.dump()), fmt::format("options without `{}`", option.key()));
    }
    const Json wrong = wrong_value(option.value());
    if (wrong.is_null()) continue;
    Json changed = good;
    changed[option.key()] = wrong;
    const std::string what = fmt::format("the option `{}`: {}", option.key(), wrong.dump());
    const Said said = try_create(trial, changed.dump());
    if (needed) must_refuse(said, what);
    if (!said.ok()) check_refusal(said, what);
  }
}

void check_growth(Trial& trial) {
  trial.start();
  trial.host().listen(false);
  const Options options = make_options(trial, trial.component());
  const auto live = [&](std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) const Subject subject(trial, options);
  };
  constexpr std::size_t times = 1000;
  constexpr std::size_t least_leak = 16;   // malloc's smallest block is larger
  constexpr std::size_t memory = 1 << 10;  // what an instance may remember of a use: a table that has its limit
  if (options.far_side) trial.host().warm_up();
  live(100);
  const Usage before_lives;
  live(times);
  compare(before_lives, times, least_leak, "lives");

  const auto use_often = [&](Subject& subject, std::size_t most, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    std::size_t used = 0;
    for (; used < most && std::chrono::steady_clock::now() < until; ++used) use(subject, Answer::array);
    return used;
  };
  {
    Subject subject(trial, options);
    use_often(subject, 50, 1s);
  }
  const Usage before;
  std::size_t used = 0;
  {
    Subject subject(trial, options);
    use_often(subject, 10, 1s);
    const Usage before_uses;
    used = use_often(subject, times, 3s);
    compare(before_uses, used, memory, "uses of one instance");
  }
  compare(before, used, least_leak, "uses");
}

void check_process(Trial& trial) {
  watch_forks();
  const std::size_t threads = thread_count() + 1;  // the far side's
  const ProcessState before = ProcessState::read();
  const auto compare_state = [&](std::string_view when) {
    const auto found = differences(before, ProcessState::read());
    if (!found.empty()) throw Failed(fmt::format("{} ({})", found.front(), when));
    if (started_child()) throw Failed(fmt::format("it started a process ({})", when));
  };
  const Library& library = trial.open();
  compare_state("while it was loaded");
  trial.start();
  compare_state("in init");
  {
    const Options options = make_options(trial, trial.component());
    Subject subject(trial, options);
    compare_state("in create");
    use(subject, Answer::array);
    use(subject, Answer::busy);
    compare_state("in a call");
  }
  compare_state("in destroy");
  if (library.plugin->deinit != nullptr) {
    trial.step("deinit");
    library.plugin->deinit();
    compare_state("in deinit");
  }
  wait_for_threads(threads);
  if (const std::size_t now = thread_count(); now > threads) {
    throw Failed(fmt::format("{} of its threads run on after deinit", now - threads));
  }
}

void check_secrets(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  CheckHost& host = trial.host();
  {
    Subject subject(trial, options);
    for (const Answer answer : kAnswers) {
      // What never answers is a matter of cancel-during; here it would only block.
      if (answer != Answer::silence || trial.spec().kind == LEAT_KIND_CLIENT) use(subject, answer);
    }
    if ((trial.spec().kind == LEAT_KIND_TRANSFORMER || trial.spec().kind == LEAT_KIND_PUBLISHER) &&
        subject.open().ok()) {
      for (const std::string& document : edge_documents()) {
        Batch batch = make_batch(std::vector<std::string>{document});
        trial.step("the record " + document);
        host.far_side().begin(Answer::denied);
        subject.run(batch);
        hear_batch(host, batch);
      }
      subject.close();
    }
  }
  check_no_secret(host);
}

}  // namespace leat::host::check
