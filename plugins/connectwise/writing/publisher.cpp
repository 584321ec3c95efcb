#include "plugins/connectwise/writing/publisher.hpp"

#include <algorithm>
#include <vector>

#include "plugins/connectwise/catalog/entity_names.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/writing/answers.hpp"
#include "plugins/connectwise/writing/bulk.hpp"
#include "plugins/connectwise/writing/options.hpp"

namespace leat::connectwise {
namespace {

Error stopped() { return Error{ErrorKind::cancelled, "asked to stop", 0}; }

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

}  // namespace

Result<Done> Publisher::configure_operation() {
  if (entity_.starts_with('/') && method_.empty()) {
    return refuse("entity: a path alone needs method: POST, PUT, PATCH or DELETE");
  }
  auto found = find_entity(builtin_catalog(), entity_.starts_with('/') ? method_ + " " + entity_ : entity_);
  if (!found) return found.error();
  operation_ = *found;
  if (!method_.empty() && !same_letters(method_, to_string(operation_->method))) {
    return refuse("method: " + method_ + " contradicts the entity, which is " + name_of(*operation_));
  }
  if (operation_->method == Method::get) {
    return refuse("entity: " + name_of(*operation_) + " reads; a publisher needs a POST, PUT, PATCH or DELETE");
  }
  return Done{};
}

Result<Done> Publisher::configure_compare(WriteRules& rules) const {
  rules.compare = parse_compare(compare_option_.text);
  if (!rules.compare || rules.match) return Done{};
  if (operation_->body != BodyKind::json_patch) {
    return refuse("compare: " + name_of(*operation_) +
                  " does not change parts of a record; a PATCH does, and a POST with match");
  }
  const Siblings near = siblings(builtin_catalog(), *operation_);
  if (near.patch != operation_ || !near.read) {
    return refuse("compare: " + name_of(*operation_) + " has no GET of the same record to compare with");
  }
  return Done{};
}

Result<Done> Publisher::configure_match(WriteRules& rules) const {
  if (match_option_.text.empty()) return Done{};
  const Siblings near = siblings(builtin_catalog(), *operation_);
  const Schema* schema = builtin_catalog().schema(operation_->body_schema);
  const bool creates = near.create == operation_ && operation_->body == BodyKind::object && schema;
  if (!creates || !near.list || near.list->response != ResponseKind::array || !near.patch || !near.read) {
    return refuse("match: " + name_of(*operation_) +
                  " does not create records of a list that can be searched and changed; a POST to such a list does");
  }
  const NewRecord option(match_option_.text);
  auto match = Match::parse(builtin_catalog(), option.root(), *schema);
  if (!match) return match.error();
  rules.match = std::move(*match);
  rules.leave_found = when_found_ == "leave";
  return Done{};
}

Result<Done> Publisher::configure(Context& context) {
  client_ = leat::Client::open(client_name_, context);
  if (auto done = configure_operation(); !done) return done;
  if (auto done = configure_match(rules_); !done) return done;
  if (auto done = configure_compare(rules_); !done) return done;
  rules_.check_payload = parse_check(check_payload_.text);
  rules_.custom_fields_operation = custom_fields_operation_;
  rules_.keep_answer = keep_answer_.bytes;
  rules_.upload = {upload_folder_.path, upload_max_.bytes};
  const bool patches = operation_->body == BodyKind::json_patch;
  const Schema* schema = builtin_catalog().schema(patches ? operation_->response_schema : operation_->body_schema);
  const auto keep = parse_names(names_option_.text);
  if (keep && schema) {
    names_ = std::make_unique<Names>(builtin_catalog(), *schema, list_path(builtin_catalog(), *operation_), *keep);
  }
  auto creations = rules_.match ? Creations::of(client_name_, operation_->path) : nullptr;
  writer_ = std::make_unique<Writer>(builtin_catalog(), *operation_, rules_, names_.get(), std::move(creations));
  return Done{};
}

bool Publisher::replay_safe() const {
  if (is_repeatable(*operation_)) return true;
  // Looks at the record before it changes or creates it.
  return rules_.match ? rules_.match->asks() : rules_.compare.has_value();
}

std::uint32_t Publisher::batch_max() const { return operation_->response == ResponseKind::bulk ? batch_ : 1; }

Result<Done> Publisher::publish(Batch& batch, Context& context) {
  const std::size_t count = batch.size();
  // In place, so that what a transformer drops or rejects is the task's own fate.
  if (auto done = request_transformers_.process(batch, context); !done) return done;
  if (batch.size() != count) {
    return refuse("request_transformers must not add records; a transformer of the route or the outgoing may");
  }
  if (operation_->response == ResponseKind::bulk) return publish_bulk(batch, context);
  for (const auto item : batch.live()) {
    if (context.cancelled()) return stopped();
    if (const auto answer = writer_->write(item.record.root(), client_, context)) {
      batch.deliver(item.index, *answer);
    } else {
      batch.reject(item.index, answer.error());
    }
  }
  return Done{};
}

// Records that are one element each share calls; one whose payload is a list is a call of its own.
Result<Done> Publisher::publish_bulk(Batch& batch, Context& context) {
  const auto conclude = [&](std::size_t index, const Result<std::string>& answer) {
    if (answer) {
      batch.deliver(index, *answer);
    } else {
      batch.reject(index, answer.error());
    }
  };
  BulkCalls gathered(*operation_);
  for (const auto item : batch.live()) {
    if (context.cancelled()) return stopped();
    const leat::Node input = item.record.root();
    if (!gathered.takes(input)) {
      conclude(item.index, writer_->write(input, client_, context));
    } else if (const auto ready = writer_->prepare(input, client_, context); !ready) {
      batch.reject(item.index, ready.error());
    } else if (const auto added = gathered.add(builtin_catalog(), item.index, input, request_rules(rules_)); !added) {
      batch.reject(item.index, added.error());
    }
  }
  // The next one is the last of them.
  std::vector<BulkCall> calls = gathered.take();
  std::ranges::reverse(calls);
  while (!calls.empty()) {
    if (context.cancelled()) return stopped();
    BulkCall call = std::move(calls.back());
    calls.pop_back();
    const PreparedRequest prepared{
        .url = call.url, .body = gathered.body(call), .repeatable = is_repeatable(*operation_)};
    const auto answer = Writer::send(*operation_, prepared, client_, context);
    if (!answer && call.elements.size() > 1 && refuses_content(answer.error())) {
      // One of them is the reason, and nothing was done for the others.
      calls.push_back(call.split());
      calls.push_back(std::move(call));
      context.count("bulk_calls_split");
      continue;
    }
    if (!answer) {
      for (const BulkCall::Element& element : call.elements) batch.reject(element.record, answer.error());
      continue;
    }
    // A rehearsal answers without results of the elements.
    const bool rehearsed = answer->header("Leat-Rehearsed").has_value();
    const auto results = rehearsed
                             ? std::vector<Result<std::string>>(call.elements.size(), std::string())
                             : bulk_results(*operation_, answer->body(), call.elements.size(), rules_.keep_answer);
    for (std::size_t i = 0; i < results.size(); ++i) conclude(call.elements[i].record, results[i]);
  }
  return Done{};
}

}  // namespace leat::connectwise
