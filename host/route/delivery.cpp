#include "host/route/delivery.hpp"

namespace leat::host {
namespace {

Verdict failed(Error error) { return {Verdict::Kind::failed, std::move(error), {}, {}}; }

// The verdict of a record that the call as a whole ended with `error` (nothing: it went well).
Verdict verdict_of(const Batch& batch, std::size_t i, const Error* error) {
  switch (batch.fate(i)) {
    case Fate::delivered: return {Verdict::Kind::delivered, {}, std::string(batch.answer(i)), {}};
    case Fate::dropped: return {Verdict::Kind::dropped, {}, {}, {}};
    case Fate::rejected: return failed(batch.error(i));
    case Fate::live: break;
  }
  if (error != nullptr) return failed(*error);
  return {Verdict::Kind::delivered, {}, {}, {}};
}

}  // namespace

bool Delivery::transforms(Stage from) const {
  return !outgoing_.transformers.empty() || (from != Stage::outgoing && !route_.empty()) ||
         (from == Stage::incoming && !incoming_.empty());
}

void Delivery::note(Batch& batch, std::vector<std::string>& came) const {
  if (!keeps_came_) return;
  came.resize(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) == Fate::live) came[i] = batch.record(i)->json();
  }
}

Result<Done> Delivery::transform(Call& call, Batch& batch, Stage from, std::vector<std::string>& came) const {
  if (from == Stage::incoming) {
    if (auto done = incoming_.process(call, batch); !done) return done;
  }
  if (from != Stage::outgoing) {
    if (auto done = route_.process(call, batch); !done) return done;
  }
  note(batch, came);
  return outgoing_.transformers.process(call, batch);
}

void Delivery::publish(Call& call, Batch& batch, const Result<Done>& transformed, Verdict* verdicts,
                       std::size_t count) const {
  bool any = false;
  for (std::size_t i = 0; i < count; ++i) any = any || batch.fate(i) == Fate::live;
  Result<Done> done = transformed;
  if (transformed && any) done = outgoing_.publisher->publish(call, batch);
  for (std::size_t i = 0; i < count; ++i) verdicts[i] = verdict_of(batch, i, done ? nullptr : &done.error());
}

void Delivery::run_stage(Call& call, std::vector<Parcel>& parcels, std::size_t begin, std::size_t end,
                         std::vector<Verdict>& verdicts) const {
  const Stage stage = parcels[begin].stage;
  const std::size_t count = end - begin;
  const bool keeps = !transforms(stage);  // the publisher gets the records themselves, otherwise changed copies
  Batch batch;
  batch.reserve(count);
  for (std::size_t i = begin; i < end; ++i) {
    batch.append(keeps ? std::move(parcels[i].record) : parcels[i].record->clone());
  }
  std::vector<std::string> came;
  if (keeps) note(batch, came);
  const Result<Done> transformed = keeps ? Result<Done>(Done{}) : transform(call, batch, stage, came);
  if (batch.size() == count) {
    publish(call, batch, transformed, &verdicts[begin], count);
    for (std::size_t i = 0; i < came.size(); ++i) verdicts[begin + i].came = std::move(came[i]);
    for (std::size_t i = 0; keeps && i < count; ++i) parcels[begin + i].record = batch.take(i);
    return;
  }
  // Which of them became several is not known: once more, one at a time.
  for (std::size_t i = begin; i < end; ++i) {
    Batch one;
    one.append(parcels[i].record->clone());
    came.clear();
    const Result<Done> alone = transform(call, one, stage, came);
    if (one.size() == 1) {
      publish(call, one, alone, &verdicts[i], 1);
      if (!came.empty()) verdicts[i].came = std::move(came[0]);
    } else {
      verdicts[i] = failed({ErrorKind::unsupported,
                            "the transformers made " + std::to_string(one.size()) +
                                " records of this task; let the incoming or the route do that, where each becomes a "
                                "task of its own",
                            0});
    }
  }
}

std::vector<Verdict> Delivery::run(Call& call, std::vector<Parcel>& parcels) const {
  std::vector<Verdict> verdicts(parcels.size());
  for (std::size_t begin = 0; begin < parcels.size();) {
    std::size_t end = begin + 1;
    while (end < parcels.size() && parcels[end].stage == parcels[begin].stage) ++end;
    run_stage(call, parcels, begin, end, verdicts);
    begin = end;
  }
  return verdicts;
}

}  // namespace leat::host
