#include "plugins/connectwise/reading/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "plugins/connectwise/reading/by_id.hpp"
#include "plugins/connectwise/request.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr const char* state_key = "sweep";
constexpr std::size_t always_allowed = 5;  // deletions, however few records there are
constexpr std::int64_t look_again_ms = 3'600'000;

json load_state(Context& context) {
  const auto text = context.state().get(state_key);
  const json state = text ? json::parse(*text, nullptr, false) : json();
  return state.is_object() ? state : json::object();
}

}  // namespace

NewRecord deletion_of(std::int64_t id) {
  NewRecord record("{}");
  record.set("deleted", true);
  record.set("id", id);
  return record;
}

std::size_t Sweep::allowed(std::size_t known) const {
  // A computer's 0.29 * 100 is a little less than 29.
  const double share = setup_.threshold * static_cast<double>(known) + 1e-6;
  return std::max(always_allowed, static_cast<std::size_t>(std::floor(share)));
}

bool Sweep::due(Context& context) const {
  if (setup_.every.count() == 0) return false;
  const json state = load_state(context);
  const std::int64_t now = context.now().count();
  if (!state.contains("last")) {
    context.state().set(state_key, json{{"last", now}}.dump());
    return false;
  }
  return state.contains("gone") || now - state.value("last", std::int64_t{0}) >= setup_.every.count();
}

void Sweep::forget(Context& context) { context.state().erase(state_key); }

void Sweep::close() {
  stage_ = Stage::idle;
  walk_.reset();
  found_ = IdSet();
  gone_.clear();
  open_.clear();
  checked_to_ = -1;
  gone_count_ = given_ = reported_ = 0;
  finished_ = false;
}

Error Sweep::stopped(std::size_t gone, std::size_t known) const {
  const auto percent = static_cast<int>(std::ceil(100.0 * static_cast<double>(gone) / static_cast<double>(known)));
  return Error{
      ErrorKind::denied,
      "deletions: " + std::to_string(gone) + " of " + std::to_string(known) +
          " known records are gone, more than deletions.threshold allows; none was reported. If the API member "
          "cannot see them any more, give its security role back what it had. If they were deleted, confirm "
          "it: set deletions.threshold to " +
          std::to_string(std::min(percent, 100)) + "% or more until the next run",
      0};
}

Error Sweep::stop(std::size_t gone, std::size_t known, Context& context) const {
  json state = load_state(context);
  state["gone"] = gone;
  state["looked"] = context.now().count();
  context.state().set(state_key, state.dump());
  return stopped(gone, known);
}

// Of the same conditions; -1: the list has no count, or the conditions of a search do not fit into its URL.
Result<std::int64_t> Sweep::count(Context& context) const {
  std::string path(source_.operation().path);
  if (is_search(source_.operation())) path.resize(path.size() - std::string_view("/search").size());
  const Operation* operation = builtin_catalog().by_path(Method::get, path + "/count");
  if (operation == nullptr || operation->response != ResponseKind::count) return std::int64_t{-1};
  Question all = question_.about(*operation);
  all.set("fields", "");
  const auto parts = all.split();
  if (!parts) return std::int64_t{-1};
  std::int64_t sum = 0;
  for (const Question& part : *parts) {
    Request request = part.request({});
    request.priority = Priority::background;
    auto answer = client_.call(request, context);
    if (!answer) return answer.error();
    sum += NewRecord(answer->body())["count"].i64().value_or(0);
  }
  return sum;
}

Result<Done> Sweep::begin(const KnownIds& known, Context& context) {
  auto input = source_.input(transformers_, context);
  if (!input) return for_incoming(input.error());
  auto question = source_.question(*input);
  if (!question) return for_incoming(question.error());
  question->set("fields", "id");
  question->set("orderBy", "");
  question_ = std::move(*question);
  auto parts = question_.split();
  if (!parts) return for_incoming(parts.error());
  auto before = count(context);
  if (!before) return for_incoming(before.error());
  count_before_ = *before;
  const json state = load_state(context);
  if (const auto gone = state.find("gone"); gone != state.end()) {
    const auto size = gone->get<std::size_t>();
    const std::size_t there = known.ids().size();
    const bool confirmed = size <= allowed(there) || setup_.threshold >= 1;
    const bool seen_again =
        count_before_ + static_cast<std::int64_t>(allowed(there)) >= static_cast<std::int64_t>(there);
    const std::int64_t since = context.now().count() - state.value("looked", std::int64_t{0});
    // Reading all ids at each run would not change anything.
    if (!confirmed && !seen_again && since < look_again_ms) return stopped(size, std::max(there, size));
  }
  walk_.emplace(std::move(*parts), source_.paging(), std::string_view(), Priority::background);
  stage_ = Stage::listing;
  context.info("deletions: comparing " + std::to_string(known.ids().size()) + " known ids with " +
               name_of(source_.operation()));
  return Done{};
}

Result<Done> Sweep::list(Context& context) {
  NewBatch page;
  auto count = walk_->next(client_, source_.rows(), page, context);
  if (!count) return for_incoming(count.error());
  for (const auto item : page.live()) {
    if (const auto id = id_of(item.record)) found_.insert(*id);
  }
  walk_->ask_ahead(client_, context);
  return Done{};
}

// A list may be cut short by a ceiling of the server that nobody told us of.
Result<bool> Sweep::is_complete(Context& context) {
  auto after = count(context);
  if (!after) return for_incoming(after.error());
  const auto found = static_cast<std::int64_t>(found_.size());
  const std::int64_t least = std::min(count_before_, *after);
  if (found >= least) return true;
  context.warn("deletions: the list showed " + std::to_string(found) + " ids, its count says " + std::to_string(least) +
               ": it was not whole, nothing is reported; again at the next run");
  context.count("sweeps_incomplete");
  return false;
}

// Some of those that are missing, asked for by themselves. True: these were the last.
Result<bool> Sweep::check_some(KnownIds& known, Context& context) {
  const std::size_t size = known.ids().size();
  if (found_.size() == 0 && size > 0 && setup_.threshold < 1) return stop(size, size, context);
  std::vector<std::int64_t> missing;
  known.ids().for_each([&](std::int64_t id) {
    if (id > checked_to_ && !found_.contains(id)) missing.push_back(id);
    return missing.size() < ids_per_request;
  });
  if (missing.empty()) {
    if (gone_count_ > gone_.size()) return stop(gone_count_, size, context);
    return true;
  }
  checked_to_ = missing.back();
  const auto ask = [&](const Question& question, const std::vector<std::int64_t>& ids) {
    NewBatch aside;
    return read_by_id(question, ids, source_.rows(), client_, Priority::background, aside, context);
  };
  Question any = question_;
  any.drop_conditions();
  auto gone = ask(any, missing);
  if (!gone) return gone.error();
  const std::set<std::int64_t> absent(gone->begin(), gone->end());
  std::erase_if(missing, [&absent](std::int64_t id) { return absent.contains(id); });
  if (!missing.empty() && question_.has_conditions()) {
    auto unmatched = ask(question_, missing);
    if (!unmatched) return unmatched.error();
    known.remove(*unmatched, context);
  }
  // Further ones are counted only: a person needs to know how many there are.
  gone_count_ += gone->size();
  if (gone_count_ <= allowed(size) || setup_.threshold >= 1) {
    gone_.insert(gone_.end(), gone->begin(), gone->end());
  } else {
    gone_.clear();
  }
  return false;
}

void Sweep::finish(Context& context) { context.state().set(state_key, json{{"last", context.now().count()}}.dump()); }

Result<bool> Sweep::poll(Batch& out, const Poll& poll, KnownIds& known, Context& context) {
  switch (stage_) {
    case Stage::idle:
      known.load(context);
      if (auto begun = begin(known, context); !begun) return begun.error();
      return false;
    case Stage::listing: {
      if (auto listed = list(context); !listed) return listed.error();
      if (!walk_->ended()) return false;
      walk_.reset();
      auto complete = is_complete(context);
      if (!complete || !*complete) {
        close();
        if (!complete) return complete.error();
        return true;
      }
      stage_ = Stage::checking;
      return false;
    }
    case Stage::checking: {
      auto checked = check_some(known, context);
      if (!checked) return checked.error();
      if (*checked) stage_ = Stage::reporting;
      return false;
    }
    case Stage::reporting: break;
  }
  std::vector<std::int64_t> ids;
  for (; given_ < gone_.size() && ids.size() < std::max(poll.max, 1U); ++given_) {
    if (!known.ids().contains(gone_[given_])) continue;  // a callback told it meanwhile
    out.append(deletion_of(gone_[given_]));
    ids.push_back(gone_[given_]);
  }
  if (!ids.empty()) {
    context.count("deletions", static_cast<std::int64_t>(ids.size()));
    reported_ += ids.size();
    open_.push_back({{}, std::move(ids)});
  }
  if (given_ < gone_.size()) return false;
  finished_ = true;
  if (open_.empty()) finish(context);
  return true;
}

void Sweep::given(std::string cursor) {
  if (!open_.empty() && open_.back().cursor.empty()) open_.back().cursor = std::move(cursor);
}

void Sweep::settle(std::string_view cursor, bool stored, KnownIds& known, Context& context) {
  if (open_.empty() || open_.front().cursor != cursor) return;
  if (!stored) {
    finished_ = false;
    return;
  }
  known.remove(open_.front().ids, context);
  open_.pop_front();
  if (open_.empty() && finished_) finish(context);
}

}  // namespace leat::connectwise
