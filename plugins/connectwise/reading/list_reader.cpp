#include "plugins/connectwise/reading/list_reader.hpp"

#include <algorithm>

#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr std::int64_t callback_grace = 15;  // seconds that a callback may be on its way: repeats after 2 and 4 more

bool is_done(const json& paging) { return paging.contains("done") && paging["done"] == true; }

// A time of the record: a member of its own, or of its _info, where the server shows what is filtered under a bare name.
std::optional<std::int64_t> time_of(const Record& record, const std::string& field) {
  auto text = record[field].str();
  if (!text) text = record["_info"][field].str();
  return text ? parse_timestamp(*text) : std::nullopt;
}

}  // namespace

ListReader::ListReader(const Source& source, const leat::Client& client, const Chain& transformers,
                       std::optional<IncrementalSetup> incremental, std::vector<std::string> fields_needed)
    : source_(source),
      client_(client),
      transformers_(transformers),
      setup_(std::move(incremental)),
      fields_needed_(std::move(fields_needed)),
      paging_(source.paging()) {
  if (source_.paging().has_id && source_.paging().on) fields_needed_.emplace_back("id");
  if (!setup_) return;
  if (std::string place = source_.place_of(setup_->field); !place.empty()) fields_needed_.push_back(std::move(place));
}

void ListReader::open(const json& state) {
  walk_.reset();
  gone_.clear();
  incremental_.reset();
  if (setup_) incremental_.emplace(*setup_).load(state);
  paging_state_ = state.is_object() ? state.value("paging", json()) : json();
  const bool goes_on = paging_state_.is_object() && !is_done(paging_state_);
  input_ = goes_on && state.contains("request") ? state["request"].dump() : std::string();
  pages_ = records_ = 0;
}

json ListReader::state() const {
  json state = json::object();
  const json paging = walk_ ? json::parse(walk_->cursor()) : paging_state_;
  if (paging.is_object()) state["paging"] = paging;
  if (incremental_) incremental_->save(state);
  const bool done = paging.is_object() && is_done(paging);
  if (transformers_ && !done && !input_.empty()) state["request"] = json::parse(input_);
  return state;
}

bool ListReader::in_id_order() const {
  const json paging = state().value("paging", json::object());
  const json mode = paging.is_object() ? paging.value("mode", json()) : json();
  return mode == "forward-only" || mode == "keyset";
}

Result<std::vector<Question>> ListReader::parts_of(Question question) const {
  for (const std::string& field : fields_needed_) question.need_field(field);
  return question.split();
}

// Asks for the newest change there is. False: nothing changed.
Result<bool> ListReader::begin_pass(const Question& question, Context& context) {
  if (!question.parameter("orderBy").empty()) {
    return Error{ErrorKind::invalid, "orderBy and incremental: the order of an incremental read is that of the ids", 0};
  }
  auto parts = question.split();
  if (!parts) return parts.error();
  PageRequest newest;
  newest.order = setup_->field + " desc";
  newest.query = {{"pageSize", "1"}};
  if (const std::string place = source_.place_of(setup_->field); !place.empty()) newest.fields = "id," + place;
  std::optional<std::int64_t> changed;
  std::optional<std::int64_t> server;
  bool any = false;
  for (const Question& part : *parts) {
    auto answer = client_.call(part.request(newest), context);
    if (!answer) {
      Error error = answer.error();
      if (error.kind == ErrorKind::invalid) {
        error.message = name_of(source_.operation()) + " cannot be read by " + setup_->field +
                        ": leave incremental out, and let the route deduplicate. " + error.message;
      }
      return error;
    }
    NewBatch found;
    if (auto appended = source_.rows().append(*answer, {}, found, context); !appended) return appended.error();
    // The earliest clock counts: it is before each part's first page.
    if (!server) server = server_time(*answer);
    if (found.size() == 0) continue;
    any = true;
    if (const auto time = time_of(*found.at(0), setup_->field)) changed = std::max(changed.value_or(*time), *time);
  }
  if (!any) return false;
  incremental_->begin(changed, server);
  return true;
}

// False: there is nothing to read.
Result<bool> ListReader::begin(Context& context) {
  if (input_.empty()) {
    auto input = source_.input(transformers_, context);
    if (!input) return input.error();
    input_ = std::move(*input);
  }
  auto question = source_.question(input_);
  if (!question) return question.error();
  Priority priority = Priority::normal;
  if (incremental_) {
    if (incremental_->first()) priority = Priority::background;
    const bool goes_on = incremental_->in_pass();
    question->add_condition(incremental_->condition());
    if (!goes_on) {
      if (paging_state_.is_object()) paging_state_["done"] = true;
      auto changes = begin_pass(*question, context);
      if (!changes || !*changes) return changes;
    }
  }
  PagingSetup setup = paging_;
  setup.has_order = !question->parameter("orderBy").empty();
  auto parts = parts_of(std::move(*question));
  if (!parts) return parts.error();
  walk_.emplace(std::move(*parts), setup, paging_state_.is_object() ? paging_state_.dump() : std::string(), priority);
  return true;
}

// Drops what the overlap shows again.
void ListReader::leave_out_known(Batch& out, std::size_t begin, Context& context) {
  if (!incremental_) return;
  std::int64_t known = 0;
  for (std::size_t i = begin, end = out.size(); i < end; ++i) {
    const auto record = out.at(i);
    if (!record) continue;
    const auto id = id_of(*record);
    const auto changed = time_of(*record, setup_->field);
    if (!id || !changed || !incremental_->matters(*id, *changed)) continue;
    if (incremental_->is_new(*id, *changed, hash_of(record->json()))) continue;
    out.drop(i);
    ++known;
  }
  if (known > 0) context.count("read_again", known);
}

void ListReader::leave_out_own(Batch& out, std::size_t begin, Context& context) const {
  for (std::size_t i = begin, end = out.size(); !own_.empty() && i < end; ++i) {
    const auto record = out.at(i);
    if (!record || !same_letters((*record)["_info"]["updatedBy"].str().value_or(""), own_)) continue;
    out.drop(i);
    context.count("own_changes");
  }
}

// What a page shows that was asked for before the record was deleted.
void ListReader::leave_out_gone(Batch& out, std::size_t begin) const {
  for (std::size_t i = begin, end = out.size(); !gone_.empty() && i < end; ++i) {
    const auto record = out.at(i);
    const auto id = record ? id_of(*record) : std::nullopt;
    if (id && gone_.contains(*id)) out.drop(i);
  }
}

bool ListReader::may_have_changed(const Record& record) const {
  if (!incremental_) return false;
  const auto changed = time_of(record, setup_->field);
  return !changed || incremental_->in_window(*changed);
}

// What is left of a pass is what no callback had announced, unless one may still be on its way.
void ListReader::count_missed(const Batch& out, std::size_t begin, Context& context) const {
  const auto now = incremental_->begun();
  if (!proves_callbacks_ || incremental_->first() || !now) return;
  std::int64_t missed = 0;
  for (std::size_t i = begin, end = out.size(); i < end; ++i) {
    const auto record = out.at(i);
    const auto changed = record ? time_of(*record, setup_->field) : std::nullopt;
    if (changed && *changed + callback_grace <= *now) ++missed;
  }
  if (missed > 0) context.count("missed_by_callbacks", missed);
}

void ListReader::finish() {
  if (walk_) paging_state_ = json::parse(walk_->cursor());
  walk_.reset();
  gone_.clear();
  input_.clear();
  if (incremental_ && incremental_->in_pass()) incremental_->finish();
}

Result<bool> ListReader::start(Context& context) {
  if (walk_) return true;
  auto begun = begin(context);
  if (!begun) return for_incoming(begun.error());
  if (*begun) return true;
  if (!paging_state_.is_object()) paging_state_ = json::object();
  paging_state_["done"] = true;
  input_.clear();
  return false;
}

Result<bool> ListReader::poll(Batch& out, Context& context) {
  auto started = start(context);
  if (!started) return started;
  if (!*started) return true;
  const std::size_t first = out.size();
  auto count = walk_->next(client_, source_.rows(), out, context);
  paging_.page_size = walk_->page_size();
  if (!count) return for_incoming(count.error());
  leave_out_gone(out, first);
  leave_out_known(out, first, context);
  leave_out_own(out, first, context);
  if (incremental_) count_missed(out, first, context);
  if (walk_->ended()) {
    finish();
    return true;
  }
  ++pages_;
  records_ += static_cast<std::int64_t>(*count);
  const Pagination& most = source_.pagination();
  const bool enough =
      (most.max_pages > 0 && pages_ >= most.max_pages) || (most.max_records > 0 && records_ >= most.max_records);
  if (!enough) return false;
  context.warn(name_of(source_.operation()) + ": stopped after " + std::to_string(pages_) + " pages and " +
               std::to_string(records_) + " records, as pagination says" +
               (incremental_ ? "; the next run goes on there" : "; the rest is not read"));
  context.count("reads_capped");
  paging_state_ = json::parse(walk_->cursor());
  if (!incremental_) {
    paging_state_["done"] = true;
    input_.clear();
  }
  walk_.reset();
  return true;
}

void ListReader::ask_ahead(Context& context) {
  if (walk_) walk_->ask_ahead(client_, context);
}

}  // namespace leat::connectwise
