// The delivering side of a route: claim, attempt, finish; the only place that retries.
// A publisher that may be sent the same record twice gets as much per claim as it delivers in about half a second; any
// other only what one call sends, so that a crash leaves no more tasks uncertain than were being sent.
// Owner    Engine.
// Threads  work(): one for each of route.workers(); the others: any.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "host/route/context.hpp"
#include "host/route/follow_up.hpp"
#include "host/route/policy.hpp"
#include "host/route/route.hpp"
#include "host/route/trouble.hpp"

namespace leat::host {

// Of a task that was claimed and not sent: it goes back, and the attempt does not count.
Outcome given_back(const Task& task);
// Of a task whose stored payload is no record.
Verdict unreadable(const Error& error);

class Outgoing {
 public:
  Outgoing(EngineContext& context, Route& route)
      : context_(context), route_(route), trouble_(context.log, context.clock, route.origin) {}

  Route& route() { return route_; }
  const Route& route() const { return route_; }
  // Each task that finishes makes one of that route. Before any work.
  void add_follower(Outgoing& follower) { followers_.push_back(&follower); }
  const std::vector<Outgoing*>& followers() const { return followers_; }
  // Tasks of this route were stored: what the store says of them.
  void put(const PutReport::Route& stored);

  // A worker's life: until the engine stops, the route is shut, or it has ended after drain().
  void work();
  // There may be new work.
  void notify();
  // From now on: end when no task is due.
  void drain();
  // Nobody works on it in this run; it is only fed.
  void retire();

  // Whether records may be sent now; false while paused or shut.
  bool open() const;
  // Says that the route runs, unless another worker has paused or shut it meanwhile.
  void begin();
  // Nothing moves: no worker has a task or may take one.
  bool at_rest() const;
  // What a failed attempt means for its task; pauses or shuts the route when the error says so.
  Ruling judge(const Error& error, std::uint32_t attempts, Millis created, std::mt19937_64& random);
  // Opens the publisher unless it is open. False: it failed, and the route waits, is paused or shut.
  bool prepare();
  void count(const Ruling& ruling);
  // Tells the operator of a failed attempt of `what`, in measure.
  void report(const std::string& what, ErrorKind kind, const Ruling& ruling);
  // What an attempt at a task makes of it. record: as it was before the transformers, of one that was delivered.
  Outcome conclude(const Task& task, Verdict verdict, const Record* record, FollowUp& follow_up,
                   std::mt19937_64& random);
  // Stores outcomes, which are gone then. False: they could not be stored.
  bool flush(std::vector<Outcome>& outcomes, FollowUp& follow_up);
  // A call delivered records and left none to be tried again.
  void delivered() { trouble_.over(); }

 private:
  enum class Gate : std::uint8_t { open, paused, shut };
  enum class Turn : std::uint8_t { work, probe, end };

  Turn next_turn();
  bool idle(std::uint64_t seen);
  void pause(const std::string& reason);
  // The publisher cannot be opened for the moment: again after a while that grows, a few times in a run that is to end.
  void hold_off(const Error& error);
  void shut(const std::string& reason);
  void resume();
  std::uint64_t version() const;
  std::uint32_t claim_size(double seconds_per_task) const;
  void deliver(std::vector<Task>& tasks, std::mt19937_64& random);
  void attempt(std::span<Task> tasks, std::vector<Outcome>& outcomes, FollowUp& follow_up, std::mt19937_64& random);

  EngineContext& context_;
  Route& route_;
  Trouble trouble_;
  std::vector<Outgoing*> followers_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Gate gate_ = Gate::open;
  Millis resume_at_{0};  // paused
  bool probing_ = false;
  int openings_ = 0;  // that failed since one went well
  std::mt19937_64 random_{std::random_device{}()};
  bool draining_ = false;
  bool ended_ = false;
  std::uint32_t idle_ = 0;
  std::uint64_t version_ = 0;  // of the work there is
  std::uint32_t reported_ = 0;
};

}  // namespace leat::host
