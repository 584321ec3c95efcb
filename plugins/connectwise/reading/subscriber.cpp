#include "plugins/connectwise/reading/subscriber.hpp"

#include <set>

#include "plugins/connectwise/reading/callback_types.hpp"
#include "plugins/connectwise/reading/link.hpp"
#include "plugins/connectwise/reading/system.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

// Of the parents only what the children's paths need, unless the options say more.
std::string lean_parameters(const ForEachOptions& options) {
  json parameters = json::parse(options.parameters.text);
  json& query = parameters["query"];
  if (query.is_null()) query = json::object();
  for (const auto& [name, value] : query.items()) {
    if (same_letters(name, "fields")) return options.parameters.text;
  }
  json fields = json::array({"id"});
  for (const auto& [parameter, place] : options.path) {
    if (place != "id") fields.push_back(place);
  }
  query["fields"] = fields;
  return parameters.dump();
}

// What is wrong with a cursor; one that says whose it is was made here. A mistake of the person who set it would otherwise
// read everything again.
std::string mistake_in(const json& cursor) {
  if (!cursor.is_object()) return "it is no JSON object";
  if (cursor.contains("configuration")) return {};
  const std::set<std::string_view> known = {"watermark", "since",    "next",    "seen",  "paging", "request",
                                            "stage",     "reported", "parents", "child", "done",   "skip"};
  for (const auto& [name, value] : cursor.items()) {
    if (!known.contains(name))
      return "it has no member \"" + name + "\"; `{\"watermark\": \"2026-01-31T08:00:00Z\"}` is one";
    if (name != "watermark") continue;
    if (!value.is_string() || !parse_timestamp(value.get_ref<const std::string&>())) {
      return "\"watermark\" is a time such as \"2026-01-31T08:00:00Z\"";
    }
  }
  return {};
}

}  // namespace

Result<Source> Subscriber::make_source(const Pagination& pagination) const {
  SourceOptions options;
  options.entity = entity_;
  options.parameters = parameters_.text;
  options.transformed = static_cast<bool>(request_transformers_);
  options.pagination = pagination;
  options.download_folder = download_folder_.path;
  if (for_each_) {
    for (const auto& [parameter, place] : for_each_->path) options.open_path.push_back(parameter);
  }
  return Source::make(options);
}

Result<Source> Subscriber::make_parents(const Pagination& pagination) const {
  const std::string parameters = lean_parameters(*for_each_);
  SourceOptions options;
  options.place = "for_each.";
  options.entity = for_each_->entity;
  options.parameters = parameters;
  options.pagination = pagination;
  options.pagination.in_flight = 1;  // beside the children's
  auto parents = Source::make(options);
  if (parents && is_file(parents->operation())) return refuse("for_each.entity must be one with records");
  return parents;
}

Result<std::optional<IncrementalSetup>> Subscriber::incremental_of(const std::optional<IncrementalOptions>& options,
                                                                   const Source& source,
                                                                   const std::string& place) const {
  if (!options) return std::optional<IncrementalSetup>();
  auto setup = options->setup();
  if (!setup) return setup.error();
  if (!source.paging().on || !source.paging().has_id) {
    return refuse(place + "incremental needs a list whose records have an id, and all of its pages");
  }
  if (source.has_order()) return refuse(place + "incremental reads in the order of the ids: leave orderBy out");
  return std::optional<IncrementalSetup>(std::move(*setup));
}

// Options that exclude each other.
Result<Done> Subscriber::check_together() const {
  const bool list = source_.paging().on && source_.paging().has_id;
  if (for_each_ && incremental_) {
    return refuse("incremental belongs into for_each: it picks the parents that changed, whose children are read");
  }
  if (for_each_ && (deletions_ || callbacks_)) return refuse("for_each cannot have deletions or callbacks");
  if (deletions_ && !list) return refuse("deletions needs a list whose records have an id, and all of its pages");
  if (!callbacks_) return Done{};
  if (!list) return refuse("callbacks need a list whose records have an id, and all of its pages");
  if (auto known = check_callback(callbacks_->type, callbacks_->level); !known) return known;
  if (!is_list_of(callbacks_->type, source_.operation().path)) {
    return refuse("callbacks.type: events of type " + callbacks_->type + " are not about " +
                  name_of(source_.operation()));
  }
  return Done{};
}

// What the options look at in the records, whatever `fields` say.
std::vector<std::string> Subscriber::fields_needed() const {
  std::vector<std::string> fields;
  if (callbacks_ && callbacks_->ignore_own && source_.has_info()) fields.emplace_back("_info/updatedBy");
  if (deletions_ && !deletions_->flag.empty()) fields.push_back(deletions_->flag);
  return fields;
}

Result<Done> Subscriber::configure(Context& /*context*/) {
  auto pagination = Pagination::parse(pagination_.text);
  if (!pagination) return pagination.error();
  auto source = make_source(*pagination);
  if (!source) return source.error();
  source_ = std::move(*source);
  if (auto done = check_together(); !done) return done;
  auto incremental = incremental_of(incremental_, source_, "");
  if (!incremental) return incremental.error();
  configuration_ = source_.print() + (*incremental ? " " + (*incremental)->field : "");
  if (for_each_) {
    auto setup = for_each_->setup();
    if (!setup) return setup.error();
    auto parents = make_parents(*pagination);
    if (!parents) return parents.error();
    parents_source_ = std::move(*parents);
    auto changed = incremental_of(for_each_->incremental, parents_source_, "for_each.");
    if (!changed) return changed.error();
    configuration_ += " for each " + parents_source_.print() + (*changed ? " " + (*changed)->field : "");
    children_.emplace(parents_source_, source_, client_, no_transformers_, request_transformers_, std::move(*changed),
                      std::move(*setup));
    return Done{};
  }
  list_.emplace(source_, client_, request_transformers_, std::move(*incremental), fields_needed());
  if (deletions_) {
    auto setup = deletions_->setup();
    if (!setup) return setup.error();
    if (setup->every.count() > 0) {
      known_.emplace();
      sweep_.emplace(source_, client_, request_transformers_, *setup);
    }
  }
  if (callbacks_) {
    registration_.emplace(client_, *callbacks_);
    announced_.emplace(source_, client_, request_transformers_, callbacks_->type, list_->fields_needed());
    list_->prove_callbacks();
  }
  return Done{};
}

void Subscriber::open(std::string_view cursor, Context& context) {
  json stored = cursor.empty() ? json::object() : json::parse(cursor, nullptr, false);
  if (const std::string mistake = mistake_in(stored); !mistake.empty()) {
    throw invalid("the cursor is none of this read: " + mistake +
                  "; set it to where to go on, or reset it to begin anew (`leat cursor`)");
  }
  // One that a person set need not say what it belongs to.
  const auto of = stored.find("configuration");
  if (of != stored.end() && *of != configuration_) {
    context.info("the stored cursor belongs to other options: reading begins anew");
    stored = json::object();
  }
  const auto stage = stored.find("stage");
  stage_ = sweep_ && stage != stored.end() && *stage == "sweeping" ? Stage::sweeping : Stage::reading;
  begun_ = false;
  if (sweep_) sweep_->close();
  if (list_) list_->open(stored);
  if (children_) children_->open(stored);
}

void Subscriber::close(Context& /*context*/) {
  if (list_) list_->close();
  if (children_) children_->close();
  if (sweep_) sweep_->close();
}

std::string Subscriber::cursor() const {
  json cursor = list_ ? list_->state() : children_->state();
  cursor["configuration"] = configuration_;
  // After a sweep that failed an incremental list is asked for what changed; any other would be given on again.
  if (stage_ == Stage::sweeping && !incremental_) cursor["stage"] = "sweeping";
  if (sweep_ && sweep_->reported() > 0) cursor["reported"] = sweep_->reported();
  return cursor.dump();
}

// What a run does first.
Result<Done> Subscriber::begin_run(Context& context) {
  if (begun_) return Done{};
  if (auto kept = keep_callbacks(context); !kept) return for_incoming(kept.error());
  if (auto kept = keep_known(context); !kept) return for_incoming(kept.error());
  begun_ = true;
  return Done{};
}

Result<Done> Subscriber::keep_callbacks(Context& context) {
  if (registration_) return registration_->keep(context);
  if (services().kv != nullptr) return Registration::remove_former(client_, context);
  return Done{};
}

// Once for an instance: neither its list nor its system changes under it.
Result<Done> Subscriber::keep_known(Context& context) {
  if (!known_ || known_checked_) return Done{};
  auto input = source_.input(request_transformers_, context);
  if (!input) return input.error();
  auto question = source_.question(*input);
  if (!question) return question.error();
  auto system = system_of(source_, *question, client_, context);
  if (!system) return system.error();
  if (known_->belong_to(question->list(), *system, context)) {
    Sweep::forget(context);
    stage_ = Stage::reading;
  }
  known_checked_ = true;
  return Done{};
}

// True: there were events, and what they are about is in the batch.
Result<bool> Subscriber::take_announced(Batch& out, Context& context) {
  if (!announced_) return false;
  const std::size_t first = out.size();
  std::vector<std::int64_t> deleted;
  auto events = announced_->poll(out, own_member(), deleted, context);
  if (!events) return events.error();
  list_->leave_out_known(out, first, context);
  list_->leave_out_gone(deleted);
  // Should the host not store them, it gives their events again.
  if (known_ && !deleted.empty()) known_->remove(deleted, context);
  return *events > 0;
}

Result<bool> Subscriber::read(Batch& out, const Poll& poll, Context& context) {
  if (stage_ == Stage::sweeping) {
    auto swept = sweep_->poll(out, poll, *known_, context);
    if (swept && *swept) stage_ = Stage::reading;
    return swept;
  }
  if (children_) return children_->poll(out, poll, context);
  list_->leave_out_changes_of(own_member());
  auto ended = list_->poll(out, context);
  if (!ended) return ended;
  if (!*ended) list_->ask_ahead(context);
  if (!*ended || !sweep_ || !sweep_->due(context)) return ended;
  stage_ = Stage::sweeping;
  return false;
}

// Whose changes are not wanted; empty: nobody's.
std::string Subscriber::own_member() const {
  return callbacks_ && callbacks_->ignore_own ? registration_->member() : std::string();
}

// What all records of a batch go through: flags of deletion, and the ids that are known from now on.
Result<Done> Subscriber::finish_records(Batch& out, Context& context) {
  if (!deletions_) return Done{};
  std::vector<std::int64_t> ids;
  for (const auto item : out.live()) {
    const auto id = id_of(item.record);
    if (!id || item.record["deleted"].boolean().value_or(false)) continue;
    if (!deletions_->flag.empty() && item.record[deletions_->flag].boolean().value_or(false)) {
      Record record = item.record;
      record.set_json(deletion_of(*id).json(), context);
      context.count("deletions");
    } else {
      ids.push_back(*id);
    }
  }
  if (known_ && !ids.empty()) known_->add(ids, context);
  return Done{};
}

void Subscriber::end_page(Batch& out, bool ended) {
  const std::string behind = cursor();
  out.set_cursor(behind);
  if (sweep_) sweep_->given(behind);
  if (!ended) return;
  out.end();
  begun_ = false;
  if (list_) list_->open(json::parse(behind));
  if (children_) children_->open(json::parse(behind));
}

Result<Done> Subscriber::poll(Batch& out, const Poll& poll, Context& context) {
  if (auto begun = begin_run(context); !begun) return begun;
  auto announced = take_announced(out, context);
  if (!announced) return announced.error();
  bool ended = false;
  if (!*announced) {
    // What callbacks began is over when none is left; the schedule's runs read the rest.
    ended = announced_ && woken(context);
    if (!ended) {
      auto read_to_end = read(out, poll, context);
      if (!read_to_end) return read_to_end.error();
      ended = *read_to_end;
    }
  }
  if (auto done = finish_records(out, context); !done) return done;
  end_page(out, ended);
  return Done{};
}

Result<Done> Subscriber::settle(std::string_view cursor, bool stored, Context& context) {
  if (sweep_) sweep_->settle(cursor, stored, *known_, context);
  return Done{};
}

Result<Done> Subscriber::webhook(const Webhook& webhook, Batch& events, Context& context) {
  if (!announced_) return Error{ErrorKind::not_found, "this subscriber has no callbacks", 0};
  return announced_->webhook(webhook, events, context);
}

}  // namespace leat::connectwise
