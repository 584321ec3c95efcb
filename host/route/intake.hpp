// Records on their way into a route: through its own transformers, and into tasks.
// Owner    whoever stores the tasks, which point into it until then.
// Threads  one.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/chain.hpp"
#include "host/record/batch.hpp"
#include "host/route/context.hpp"
#include "host/route/policy.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

class Outgoing;

class Intake {
 public:
  // What became of the records of one route.
  struct Counts {
    std::uint64_t received = 0;
    std::uint64_t skipped = 0;
    std::vector<Ruling> refused{};

    // Adds them to the route's numbers, once they are stored.
    void count(Outgoing& route) const;
  };
  using Pass = std::function<void(std::unique_ptr<Record>)>;

  Intake(EngineContext& context, std::mt19937_64& random) : context_(context), random_(random) {}

  // Through the route's transformers: what goes on is given to `pass`, what one of them refuses becomes a task with its
  // text as it came and the reason. cancelled: nothing was given to anybody.
  Result<Done> feed(Call& call, Outgoing& route, Batch& batch, Counts& counts, const Pass& pass);
  // A task of a record that passed.
  void store(const Outgoing& route, std::unique_ptr<Record> record);
  // A task of a record that did not pass the transformers of `stage`.
  void refuse(Outgoing& route, std::string text, std::string attributes, Stage stage, const Error& error,
              Counts& counts);
  // Holds a text that tasks point to.
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::vector<NewTask>& tasks() { return tasks_; }
  void clear();

 private:
  EngineContext& context_;
  std::mt19937_64& random_;
  std::vector<NewTask> tasks_;
  std::vector<std::unique_ptr<Record>> kept_;  // tasks point into their text
  std::deque<std::string> texts_;              // and into these
};

// The records of a batch as they are, where transformers could change them: what a refused one is stored as.
class Originals {
 public:
  Originals(const Chain& chain, Batch& batch);
  struct Text {
    std::string text;
    std::string attributes;
  };
  // A record that a transformer appended has only what it is now.
  Text of(Batch& batch, std::size_t i) const;

 private:
  std::vector<Text> all_;
};

}  // namespace leat::host
