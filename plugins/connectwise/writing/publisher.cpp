#include "plugins/connectwise/writing/publisher.hpp"

#include "plugins/connectwise/catalog/entity_names.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

// {"payload": [{"success", "originalIndex", "statusCode", "error"}]}: some elements may have failed though the status
// is 207.
Result<Done> check_bulk(Node answer) {
  const Node entries = answer["payload"];
  std::size_t failed = 0;
  std::string first;
  for (std::size_t i = 0, size = entries.size(); i < size; ++i) {
    const Node entry = entries[i];
    if (entry["success"].boolean().value_or(true)) continue;
    if (++failed > 1) continue;
    const std::string_view message = entry["error"]["message"].str().value_or("no reason given");
    first = "payload[" + std::to_string(entry["originalIndex"].i64().value_or(static_cast<std::int64_t>(i))) +
            "]: " + collapse(message);
  }
  if (failed == 0) return Done{};
  return refuse(std::to_string(failed) + " of " + std::to_string(entries.size()) +
                " elements were refused, the others are done; the first: " + first);
}

// Answers of actions: {"success": false, "message": "..."} with status 200.
Result<Done> check_action(Node answer) {
  if (answer["success"].boolean().value_or(true)) return Done{};
  return refuse("the server refused: " + collapse(answer["message"].str().value_or("no reason given")));
}

}  // namespace

Result<Done> Publisher::configure(Context& /*context*/) {
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
  if (operation_->body == BodyKind::multipart) {
    return refuse("entity: " + name_of(*operation_) + " takes a file upload, which this connector does not offer");
  }
  return Done{};
}

Result<Done> Publisher::publish(Batch& batch, Context& context) {
  const std::size_t count = batch.size();
  // In place, so that what a transformer drops or rejects is the task's own fate.
  if (auto done = request_transformers_.process(batch, context); !done) return done;
  if (batch.size() != count) {
    return refuse("request_transformers must not add records; a transformer of the route or the outgoing may");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto record = batch.at(i);
    if (!record) continue;
    if (context.cancelled()) return Error{ErrorKind::cancelled, "asked to stop", 0};
    if (const auto answer = send(*record, context); answer) {
      batch.deliver(i, *answer);
    } else {
      batch.reject(i, answer.error());
    }
  }
  return Done{};
}

Result<std::string> Publisher::send(Record record, Context& context) const {
  auto prepared = prepare_request(builtin_catalog(), *operation_, record.root(), {.check_payload = check_payload_});
  if (!prepared) return prepared.error();
  Request request;
  request.method = std::string(to_string(operation_->method));
  request.url = std::move(prepared->url);
  request.body = std::move(prepared->body);
  request.idempotent = prepared->repeatable;
  auto answer = client_.call(request, context);
  if (!answer) return answer.error();
  return read_answer(*answer);
}

// What is kept with the task, as JSON.
Result<std::string> Publisher::read_answer(const Answer& answer) const {
  const std::string_view body = trim(answer.body());
  if (body.empty()) return std::string();
  NewRecord document;
  try {
    document = NewRecord(body);
  } catch (const Failure&) {
    if (operation_->response == ResponseKind::none) return std::string();  // whatever it is, nothing was promised
    return Error{replay_safe() ? ErrorKind::unreachable : ErrorKind::uncertain,
                 name_of(*operation_) + " was answered with " + std::to_string(answer.status()) + " and broken JSON",
                 0};
  }
  const auto checked =
      operation_->response == ResponseKind::bulk ? check_bulk(document.root()) : check_action(document.root());
  if (!checked) return checked.error();
  if (body.size() <= keep_answer_.bytes) return std::string(document.json());
  NewRecord kept("{}");
  if (const Node id = document["id"]) kept.root().put("id").set(id);
  kept.set("bytes", body.size());
  return std::string(kept.json());
}

}  // namespace leat::connectwise
