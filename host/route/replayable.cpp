#include "host/route/replayable.hpp"

#include <algorithm>

namespace leat::host {

std::shared_ptr<Replayable::Load> Replayable::push(std::vector<std::unique_ptr<Record>> records) {
  auto load = std::make_shared<Load>();
  // A publisher that names no size gets a whole page when it takes one call at a time, else a share of it.
  std::size_t size = route_.publisher.batch_max();
  if (size == 0) size = route_.workers() == 1 ? std::max<std::size_t>(records.size(), 1) : 256;
  for (std::size_t begin = 0; begin < records.size(); begin += size) {
    Chunk& chunk = load->chunks.emplace_back();
    const std::size_t end = std::min(begin + size, records.size());
    chunk.parcels.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) chunk.parcels.push_back({std::move(records[i]), Stage::outgoing});
  }
  load->open = load->chunks.size();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < load->chunks.size(); ++i) queue_.emplace_back(load, i);
  changed_.notify_all();
  return load;
}

void Replayable::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void Replayable::work() {
  std::mt19937_64 random(std::random_device{}());
  for (;;) {
    std::pair<std::shared_ptr<Load>, std::size_t> next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      next = std::move(queue_.front());
      queue_.pop_front();
    }
    Load& load = *next.first;
    try {
      run(load.chunks[next.second], random);
    } catch (const std::exception& exception) {
      load.lost = true;
      context_.broken({ErrorKind::broken, route_.origin + ": " + exception.what(), 0});
    }
    if (--load.open == 0) load.open.notify_all();
  }
}

void Replayable::run(Chunk& chunk, std::mt19937_64& random) {
  chunk.rulings.resize(chunk.parcels.size());
  if (context_.stop.stop_requested() || !outgoing_.open() || !outgoing_.prepare()) {
    chunk.verdicts.resize(chunk.parcels.size());  // unsent
    return;
  }
  outgoing_.begin();
  Call call(context_.clock, context_.abort.get_token(), route_.origin);
  chunk.verdicts = route_.delivery.run(call, chunk.parcels);
  std::size_t delivered = 0;
  std::size_t again = 0;
  for (std::size_t i = 0; i < chunk.verdicts.size(); ++i) {
    const Verdict& verdict = chunk.verdicts[i];
    switch (verdict.kind) {
      case Verdict::Kind::delivered:
        ++route_.counters.finished;
        ++delivered;
        route_.counters.bytes += chunk.parcels[i].record->json().size();
        break;
      case Verdict::Kind::dropped: ++route_.counters.skipped; break;
      case Verdict::Kind::unsent: break;
      case Verdict::Kind::failed:
        chunk.rulings[i] = outgoing_.judge(verdict.error, 1, context_.clock.now(), random);
        outgoing_.count(chunk.rulings[i]);
        again += chunk.rulings[i].status == TaskStatus::retry ? 1 : 0;
        outgoing_.report("a record", verdict.error.kind, chunk.rulings[i]);
    }
  }
  if (delivered > 0 && again == 0) outgoing_.delivered();
  if (route_.xref != nullptr) write_xrefs(chunk);
}

// At once, and not with the cursor: after a crash these records come again, and who looks them up first finds them.
void Replayable::write_xrefs(const Chunk& chunk) {
  std::vector<Xref> xrefs;
  for (const Verdict& verdict : chunk.verdicts) {
    if (verdict.kind != Verdict::Kind::delivered) continue;
    if (auto xref = xref_of(*route_.xref, verdict.came, std::nullopt, verdict.answer)) {
      xrefs.push_back(std::move(*xref));
    } else {
      route_.miss_xref(context_.log, "a record", xref.error().message);
    }
  }
  if (xrefs.empty()) return;
  const auto done = context_.persist(route_.origin, [&] { return context_.store.put_xrefs(xrefs); });
  if (!done) {
    context_.log.error(route_.origin, "the cross-references of {} delivered records could not be stored: {}",
                       xrefs.size(), done.error().message);
  }
}

}  // namespace leat::host
