#include "host/route/page.hpp"

#include "host/route/identity.hpp"

namespace leat::host {
namespace {

struct Original {
  std::string text;
  std::string attributes;
};

// Kept only where transformers could change the records.
std::vector<Original> originals(const Chain& chain, Batch& batch) {
  std::vector<Original> all;
  if (chain.empty()) return all;
  all.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    all.push_back({std::string(batch.record(i)->json()), attributes_text(*batch.record(i))});
  }
  return all;
}

// A record that a transformer appended has only what it is now.
Original original_of(const std::vector<Original>& all, Batch& batch, std::size_t i) {
  if (i < all.size()) return all[i];
  Record& record = *batch.record(i);
  return {std::string(record.json()), attributes_text(record)};
}

}  // namespace

Result<std::unique_ptr<PageInFlight>> PageInFlight::make(EngineContext& context, Call& call, Batch& batch,
                                                         const Chain& transformers, const std::vector<Lane>& lanes,
                                                         std::mt19937_64& random) {
  std::unique_ptr<PageInFlight> page(new PageInFlight(context, random));
  page->cursor_ = batch.cursor();
  page->records_ = batch.size();
  for (std::size_t i = 0; i < batch.size(); ++i) page->bytes_ += batch.record(i)->json().size();

  const std::vector<Original> before = originals(transformers, batch);
  const Result<Done> done = transformers.process(call, batch);
  if (!done && done.error().kind == ErrorKind::cancelled) return done.error();

  std::vector<std::unique_ptr<Batch>> parts;
  for (const Lane& lane : lanes) {
    Share& share = page->shares_.emplace_back();
    share.lane = &lane;
    const bool last = &lane == &lanes.back();
    Batch& part = *parts.emplace_back(std::make_unique<Batch>());
    part.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      ++share.received;
      const Fate fate = batch.fate(i);
      if (fate == Fate::dropped) {
        ++share.skipped;
      } else if (fate == Fate::rejected || !done) {
        Original was = original_of(before, batch, i);
        const Error& error = fate == Fate::rejected ? batch.error(i) : done.error();
        page->refuse(share, std::move(was.text), std::move(was.attributes), Stage::incoming, error);
      } else {
        part.append(last ? batch.take(i) : batch.record(i)->clone());
      }
    }
  }
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (auto fed = page->feed(call, lanes[i], std::move(parts[i]), page->shares_[i]); !fed) return fed.error();
  }
  // Only now, when nothing can be cancelled any more, may anything leave.
  for (Share& share : page->shares_) {
    if (share.lane->memory == nullptr) continue;
    std::vector<std::unique_ptr<Record>> records;
    std::swap(records, share.records);
    share.load = share.lane->memory->push(std::move(records));
  }
  return page;
}

Result<Done> PageInFlight::feed(Call& call, const Lane& lane, std::unique_ptr<Batch> part, Share& share) {
  const std::vector<Original> before = originals(lane.route->transformers, *part);
  const Result<Done> done = lane.route->transformers.process(call, *part);
  if (!done && done.error().kind == ErrorKind::cancelled) return done.error();
  for (std::size_t i = 0; i < part->size(); ++i) {
    const Fate fate = part->fate(i);
    if (fate == Fate::dropped) {
      ++share.skipped;
    } else if (fate == Fate::rejected || !done) {
      Original was = original_of(before, *part, i);
      const Error& error = fate == Fate::rejected ? part->error(i) : done.error();
      refuse(share, std::move(was.text), std::move(was.attributes), Stage::route, error);
    } else if (lane.memory != nullptr) {
      share.records.push_back(part->take(i));
    } else {
      store(lane, part->take(i));
    }
  }
  return Done{};
}

void PageInFlight::store(const Lane& lane, std::unique_ptr<Record> record) {
  const RouteConfig& config = lane.route->config;
  NewTask task;
  task.route = config.name;
  if (config.key) {
    if (auto key = key_of(*record, *config.key)) {
      task.key = keep(std::move(*key));
      if (config.deduplicate) task.fingerprint = fingerprint_of(*record, config.deduplicate->fields);
    }
  }
  if (auto attributes = attributes_text(*record); !attributes.empty()) task.attributes = keep(std::move(attributes));
  task.payload = record->json();
  tasks_.push_back(std::move(task));
  kept_.push_back(std::move(record));
}

// It has no key: its place in the order is that of its turn, once somebody makes it pass.
void PageInFlight::refuse(Share& share, std::string text, std::string attributes, Stage stage, const Error& error) {
  const Route& route = *share.lane->route;
  AttemptFacts facts;
  facts.created = context_.clock.now();
  facts.replay_safe = true;  // nothing was sent
  Ruling ruling = rule(error, facts, route.config, context_.clock.now(), random_);
  NewTask task;
  task.route = route.config.name;
  task.payload = keep(std::move(text));
  task.attributes = keep(std::move(attributes));
  task.stage = stage;
  task.status = ruling.status;
  task.due = ruling.due;
  task.error = {error.kind, ruling.message, 0};
  tasks_.push_back(std::move(task));
  share.lane->outgoing->report("a record", error.kind, ruling);
  share.refused.push_back(std::move(ruling));
}

bool PageInFlight::done() const {
  for (const Share& share : shares_) {
    if (share.load != nullptr && !share.load->done()) return false;
  }
  return true;
}

void PageInFlight::wait() const {
  for (const Share& share : shares_) {
    if (share.load != nullptr) share.load->wait();
  }
}

void PageInFlight::add_load(const Share& share, std::vector<NewTask>& tasks) {
  for (const Replayable::Chunk& chunk : share.load->chunks) {
    for (std::size_t i = 0; i < chunk.verdicts.size(); ++i) {
      const Verdict& verdict = chunk.verdicts[i];
      if (verdict.kind == Verdict::Kind::delivered || verdict.kind == Verdict::Kind::dropped) continue;
      Record& record = *chunk.parcels[i].record;
      NewTask task;
      task.route = share.lane->route->config.name;
      task.payload = record.json();
      if (auto attributes = attributes_text(record); !attributes.empty()) task.attributes = keep(std::move(attributes));
      if (verdict.kind == Verdict::Kind::failed) {
        const Ruling& ruling = chunk.rulings[i];
        task.status = ruling.status;
        task.due = ruling.due;
        task.attempts = ruling.status == TaskStatus::fresh ? 0 : 1;
        task.error = {verdict.error.kind, ruling.message, 0};
      }
      tasks.push_back(std::move(task));
    }
  }
}

void PageInFlight::add_tasks(std::vector<NewTask>& tasks) {
  tasks.insert(tasks.end(), tasks_.begin(), tasks_.end());
  for (const Share& share : shares_) {
    if (share.load != nullptr) add_load(share, tasks);
  }
}

void PageInFlight::count() const {
  for (const Share& share : shares_) {
    RouteCounters& counters = share.lane->route->counters;
    counters.received += share.received;
    counters.skipped += share.skipped;
    for (const Ruling& ruling : share.refused) share.lane->outgoing->count(ruling);
  }
}

}  // namespace leat::host
