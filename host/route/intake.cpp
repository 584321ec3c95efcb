#include "host/route/intake.hpp"

#include "host/route/identity.hpp"
#include "host/route/outgoing.hpp"

namespace leat::host {

Originals::Originals(const Chain& chain, Batch& batch) {
  if (chain.empty()) return;
  all_.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    all_.push_back({std::string(batch.record(i)->json()), attributes_text(*batch.record(i))});
  }
}

Originals::Text Originals::of(Batch& batch, std::size_t i) const {
  if (i < all_.size()) return all_[i];
  Record& record = *batch.record(i);
  return {std::string(record.json()), attributes_text(record)};
}

void Intake::Counts::count(Outgoing& route) const {
  RouteCounters& counters = route.route().counters;
  counters.received += received;
  counters.skipped += skipped;
  for (const Ruling& ruling : refused) route.count(ruling);
}

Result<Done> Intake::feed(Call& call, Outgoing& route, Batch& batch, Counts& counts, const Pass& pass) {
  const Chain& transformers = route.route().transformers;
  const Originals before(transformers, batch);
  const Result<Done> done = transformers.process(call, batch);
  if (!done && done.error().kind == ErrorKind::cancelled) return done.error();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Fate fate = batch.fate(i);
    if (fate == Fate::dropped) {
      ++counts.skipped;
    } else if (fate == Fate::rejected || !done) {
      Originals::Text was = before.of(batch, i);
      const Error& error = fate == Fate::rejected ? batch.error(i) : done.error();
      refuse(route, std::move(was.text), std::move(was.attributes), Stage::route, error, counts);
    } else {
      pass(batch.take(i));
    }
  }
  return Done{};
}

void Intake::store(const Outgoing& route, std::unique_ptr<Record> record) {
  const RouteConfig& config = route.route().config;
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
void Intake::refuse(Outgoing& route, std::string text, std::string attributes, Stage stage, const Error& error,
                    Counts& counts) {
  const RouteConfig& config = route.route().config;
  AttemptFacts facts;
  facts.created = context_.clock.now();
  facts.replay_safe = true;  // nothing was sent
  facts.stopping = context_.stop.stop_requested();
  Ruling ruling = rule(error, facts, config, context_.clock.now(), random_);
  NewTask task;
  task.route = config.name;
  task.payload = keep(std::move(text));
  task.attributes = keep(std::move(attributes));
  task.stage = stage;
  task.status = ruling.status;
  task.due = ruling.due;
  task.error = {error.kind, ruling.message, 0};
  tasks_.push_back(std::move(task));
  route.report("a record", error.kind, ruling);
  counts.refused.push_back(std::move(ruling));
}

void Intake::clear() {
  tasks_.clear();
  kept_.clear();
  texts_.clear();
}

}  // namespace leat::host
