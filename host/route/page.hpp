// A page between its subscriber and the store: what one poll gave, through the transformers of the incoming and of each
// route that it feeds, as the tasks and in-memory loads they make of it.
// Threads  the incoming's; loads are worked on by their routes meanwhile.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "host/route/context.hpp"
#include "host/route/intake.hpp"
#include "host/route/outgoing.hpp"
#include "host/route/replayable.hpp"
#include "host/route/route.hpp"

namespace leat::host {

// A route as its incoming sees it.
struct Lane {
  Route* route;
  Outgoing* outgoing;
  Replayable* memory;  // nullptr: durable
};

class PageInFlight {
 public:
  // Runs the transformers; afterwards the batch is empty of records. A record that a transformer refuses becomes a task
  // with its text before that list of transformers and the reason. cancelled: nothing was handed over.
  static Result<std::unique_ptr<PageInFlight>> make(EngineContext& context, Call& call, Batch& batch,
                                                    const Chain& transformers, const std::vector<Lane>& lanes,
                                                    std::mt19937_64& random);

  bool done() const;
  void wait() const;
  // Once done: what became of some of its records is not known. It must not be stored.
  bool lost() const;
  // Once done: adds the tasks of this page, which point into it.
  void add_tasks(std::vector<NewTask>& tasks);
  // Once they are stored: what the store did not count itself.
  void count() const;

  const std::optional<std::string>& cursor() const { return cursor_; }
  // Events up to this one were read for it or for a page before it.
  EventId events_read() const { return events_read_; }
  void set_events_read(EventId event) { events_read_ = event; }
  std::uint64_t records() const { return records_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Share {
    const Lane* lane = nullptr;
    Intake::Counts counts{};
    std::vector<std::unique_ptr<Record>> records{};  // for the load, until it is pushed
    std::shared_ptr<Replayable::Load> load{};
  };

  PageInFlight(EngineContext& context, std::mt19937_64& random) : intake_(context, random) {}
  void add_load(const Share& share, std::vector<NewTask>& tasks);

  std::optional<std::string> cursor_;
  EventId events_read_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<Share> shares_;
  Intake intake_;
};

}  // namespace leat::host
