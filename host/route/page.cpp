#include "host/route/page.hpp"

#include <algorithm>

#include "host/route/identity.hpp"

namespace leat::host {

Result<std::unique_ptr<PageInFlight>> PageInFlight::make(EngineContext& context, Call& call, Batch& batch,
                                                         const Chain& transformers, const std::vector<Lane>& lanes,
                                                         std::mt19937_64& random) {
  std::unique_ptr<PageInFlight> page(new PageInFlight(context, random));
  page->cursor_ = batch.cursor();
  page->records_ = batch.size();
  for (std::size_t i = 0; i < batch.size(); ++i) page->bytes_ += batch.record(i)->json().size();

  const Originals before(transformers, batch);
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
      ++share.counts.received;
      const Fate fate = batch.fate(i);
      if (fate == Fate::dropped) {
        ++share.counts.skipped;
      } else if (fate == Fate::rejected || !done) {
        Originals::Text was = before.of(batch, i);
        const Error& error = fate == Fate::rejected ? batch.error(i) : done.error();
        page->intake_.refuse(*lane.outgoing, std::move(was.text), std::move(was.attributes), Stage::incoming, error,
                             share.counts);
      } else {
        part.append(last ? batch.take(i) : batch.record(i)->clone());
      }
    }
  }
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    Share& share = page->shares_[i];
    const auto pass = [&](std::unique_ptr<Record> record) {
      if (share.lane->memory != nullptr) {
        share.records.push_back(std::move(record));
      } else {
        page->intake_.store(*share.lane->outgoing, std::move(record));
      }
    };
    const auto fed = page->intake_.feed(call, *lanes[i].outgoing, *parts[i], share.counts, pass);
    if (!fed) return fed.error();
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

bool PageInFlight::lost() const {
  return std::any_of(shares_.begin(), shares_.end(),
                     [](const Share& share) { return share.load != nullptr && share.load->lost; });
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
      if (auto attributes = attributes_text(record); !attributes.empty())
        task.attributes = intake_.keep(std::move(attributes));
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
  tasks.insert(tasks.end(), intake_.tasks().begin(), intake_.tasks().end());
  for (const Share& share : shares_) {
    if (share.load != nullptr) add_load(share, tasks);
  }
}

void PageInFlight::count() const {
  for (const Share& share : shares_) share.counts.count(*share.lane->outgoing);
}

}  // namespace leat::host
