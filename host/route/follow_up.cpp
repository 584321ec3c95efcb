#include "host/route/follow_up.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/route/identity.hpp"
#include "host/route/outgoing.hpp"

namespace leat::host {
namespace {

Error lacks(std::string what) { return {ErrorKind::invalid, std::move(what), 0}; }

// The value at the path in a JSON text.
std::optional<std::string> value_at(std::string_view text, const Path& path) {
  const auto record = text.empty() ? Result<std::unique_ptr<Record>>(lacks("")) : make_record(text);
  return record ? key_of(**record, path) : std::nullopt;
}

std::string further_record(std::string_view came, std::string_view answer) {
  return fmt::format(R"({{"record":{},"answer":{}}})", came, answer.empty() ? "null" : answer);
}

}  // namespace

Result<Xref> xref_of(const XrefConfig& config, std::string_view came, const std::optional<std::string>& key,
                     std::string_view answer) {
  const auto source = config.source ? value_at(came, *config.source) : key;
  if (!source) {
    return lacks(config.source ? fmt::format("the record has no value at {}", path_text(*config.source))
                               : std::string("the task has no key"));
  }
  const auto target = value_at(answer, config.target);
  if (!target) return lacks(fmt::format("the publisher's answer has no value at {}", path_text(config.target)));
  Xref xref{config.set, *source, *target};
  if (auto wrong = xref.beyond_limits()) return *wrong;
  return xref;
}

void FollowUp::add(Outcome& outcome, const Task& task, const Record& record, std::string_view came) {
  if (route_.xref != nullptr) {
    if (auto xref = xref_of(*route_.xref, came, task.key, outcome.answer)) {
      outcome.xref = std::move(*xref);
    } else {
      route_.miss_xref(context_.log, fmt::format("task {}", task.id), xref.error().message);
    }
  }
  for (Outgoing* follower : followers_) {
    Intake::Counts& counts = fed_.emplace_back(Fed{task.id, follower, {}}).counts;
    ++counts.received;
    // One record at a time: what a transformer appends belongs to the same task.
    Batch batch;
    std::string text = further_record(came, outcome.answer);
    auto made = make_record(text);
    if (!made) {  // nested too deep with what is around it
      intake_.refuse(*follower, std::move(text), attributes_text(record), Stage::route, made.error(), counts);
      continue;
    }
    for (const auto& [name, value] : record.attributes()) {
      if (!name.starts_with("leat.")) (*made)->set_attr(name, value);
    }
    batch.append(std::move(*made));
    Call call(context_.clock, context_.abort.get_token(), follower->route().origin);
    const auto fed = intake_.feed(call, *follower, batch, counts,
                                  [&](std::unique_ptr<Record> passed) { intake_.store(*follower, std::move(passed)); });
    if (fed) continue;
    // The host ends at once: the transformers have their turn with the first attempt.
    intake_.refuse(*follower, std::move(text), attributes_text(record), Stage::route, fed.error(), counts);
  }
  outcome.next = std::move(intake_.tasks());
  intake_.tasks().clear();
}

void FollowUp::over(const FinishReport* report) {
  if (report != nullptr) {
    for (const Fed& fed : fed_) {
      const auto& lost = report->lost;
      if (std::find(lost.begin(), lost.end(), fed.task) == lost.end()) fed.counts.count(*fed.follower);
    }
    for (Outgoing* follower : followers_) {
      for (const PutReport::Route& stored : report->routes) {
        if (stored.route == follower->route().config.name) follower->put(stored);
      }
    }
  }
  fed_.clear();
  intake_.clear();
}

}  // namespace leat::host
