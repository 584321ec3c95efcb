// The in-memory path of a route with `durability: replayable`: records of a page go to the publisher without being
// stored; what was not delivered is stored as a task together with the page's cursor, which moves only then.
// Owner    Engine.
// Threads  work(): one for each of route.workers(); the others: the incoming's.
// Memory   the incoming has a few pages in flight, each with its records.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "host/route/context.hpp"
#include "host/route/outgoing.hpp"
#include "host/route/route.hpp"

namespace leat::host {

class Replayable {
 public:
  struct Chunk {
    std::vector<Parcel> parcels;
    std::vector<Verdict> verdicts;  // once done
    std::vector<Ruling> rulings;    // of the failed ones, same index
  };
  // The records of one page.
  struct Load {
    std::vector<Chunk> chunks;
    std::atomic<std::size_t> open{0};  // chunks that are not done
    std::atomic<bool> lost{false};     // what became of some of its records is not known, and the engine ends
    bool done() const { return open.load() == 0; }
    void wait() const {
      for (std::size_t left = open.load(); left != 0; left = open.load()) open.wait(left);
    }
  };

  Replayable(EngineContext& context, Route& route, Outgoing& outgoing)
      : context_(context), route_(route), outgoing_(outgoing) {}

  std::shared_ptr<Load> push(std::vector<std::unique_ptr<Record>> records);
  // A worker's life: until close(), and everything pushed before it is done. When the engine stops, what is left is
  // done at once, as unsent.
  void work();
  void close();

 private:
  void run(Chunk& chunk, std::mt19937_64& random);
  void write_xrefs(const Chunk& chunk);

  EngineContext& context_;
  Route& route_;
  Outgoing& outgoing_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<std::shared_ptr<Load>, std::size_t>> queue_;
  bool closed_ = false;
};

}  // namespace leat::host
