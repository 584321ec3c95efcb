// What the end of a task makes beside its answer: the cross-reference of its outgoing, and the tasks of the routes that
// go on after its own. Both are stored in the transaction that ends it.
// Owner    a worker of the route.
// Threads  one.
// Memory   the records of further tasks, until they are stored.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/model.hpp"
#include "host/route/intake.hpp"
#include "host/route/route.hpp"

namespace leat::host {

// The cross-reference of a delivered record. `came`: its text as it came to the outgoing. key: its task's, where the
// configuration names no source. Error: what is missing, and where.
Result<Xref> xref_of(const XrefConfig& config, std::string_view came, const std::optional<std::string>& key,
                     std::string_view answer);

class FollowUp {
 public:
  FollowUp(EngineContext& context, Route& route, const std::vector<Outgoing*>& followers, std::mt19937_64& random)
      : context_(context), route_(route), followers_(followers), intake_(context, random) {}

  // To the outcome of a task that finished. record: for its attributes; came: its text as it came to the outgoing.
  void add(Outcome& outcome, const Task& task, const Record& record, std::string_view came);
  // The outcomes so far are stored, or given up (nullptr).
  void over(const FinishReport* report);

 private:
  EngineContext& context_;
  Route& route_;
  const std::vector<Outgoing*>& followers_;
  Intake intake_;
  struct Fed {
    TaskId task;  // that finished
    Outgoing* follower;
    Intake::Counts counts;
  };
  std::vector<Fed> fed_;
};

}  // namespace leat::host
