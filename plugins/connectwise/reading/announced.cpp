#include "plugins/connectwise/reading/announced.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "plugins/connectwise/reading/conditions.hpp"
#include "plugins/connectwise/reading/id_set.hpp"
#include "plugins/connectwise/reading/sweep.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr std::size_t events_per_poll = 400;
constexpr std::size_t ids_per_request = 100;

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<Done> Announced::webhook(const Webhook& webhook, Batch& events, Context& context) {
  if (webhook.method() != "POST") return Error{ErrorKind::invalid, "a callback is a POST", 0};
  const json body = json::parse(webhook.body(), nullptr, false);
  if (!body.is_object()) return Error{ErrorKind::invalid, "a callback whose body is no JSON object", 0};
  const json metadata = body.value("Metadata", json::object());
  const std::string key_url = metadata.is_object() ? text_member(metadata, "key_url") : std::string();
  if (auto genuine = signatures_.verify(webhook, key_url, context); !genuine) {
    context.warn("callbacks: " + genuine.error().message);
    context.count("callbacks_refused");
    return genuine;
  }
  const auto id = body.find("ID");
  if (id == body.end() || !id->is_number_integer()) return Error{ErrorKind::invalid, "a callback without an ID", 0};
  // An entry of an older configuration may still be sending.
  if (!same_letters(text_member(body, "Type"), type_)) return Done{};
  events.append(json{{"id", *id},
                     {"action", text_member(body, "Action")},
                     {"member", text_member(body, "MemberId")},
                     {"message", text_member(body, "MessageId")}}
                    .dump(-1, ' ', false, json::error_handler_t::replace));
  return Done{};
}

// Appends the records; gives the ids that are not among them.
Result<std::vector<std::int64_t>> Announced::fetch(const Question& question, const std::vector<std::int64_t>& ids,
                                                   Batch& out, Context& context) const {
  std::vector<std::pair<std::string, Pending>> asked;
  for (const std::string& condition : id_conditions(ids, ids_per_request)) {
    PageRequest page;
    page.condition = condition;
    page.query = {{"pageSize", std::to_string(ids_per_request)}};
    Request request = question.request(page);
    request.priority = Priority::soon;
    auto pending = client_.start(request, context);
    if (!pending) return pending.error();
    asked.emplace_back(request.url, std::move(*pending));
  }
  const std::size_t begin = out.size();
  for (auto& [url, pending] : asked) {
    auto answer = pending.wait(context);
    if (!answer) return for_incoming(answer.error());
    if (auto rows = source_.rows().append(*answer, url, out, context); !rows) return rows.error();
  }
  IdSet there;
  for (std::size_t i = begin; i < out.size(); ++i) {
    const auto record = out.at(i);
    const auto id = record ? id_of(*record) : std::nullopt;
    if (id) there.insert(*id);
  }
  std::vector<std::int64_t> absent;
  for (const std::int64_t id : ids) {
    if (!there.contains(id)) absent.push_back(id);
  }
  return absent;
}

Result<std::size_t> Announced::poll(Batch& out, const std::string& own, std::vector<std::int64_t>& deleted,
                                    Context& context) {
  std::vector<std::int64_t> ids;
  IdSet wanted;
  std::set<std::string> messages;
  std::size_t count = 0;
  for (; count < events_per_poll; ++count) {
    const auto event = next_event(context);
    if (!event) break;
    const auto id = (*event)["id"].i64();
    const std::string message((*event)["message"].str().value_or(""));
    if (!id) continue;
    if (!message.empty() && !messages.insert(message).second) {
      context.count("callbacks_repeated");
    } else if (!own.empty() && same_letters((*event)["member"].str().value_or(""), own)) {
      context.count("own_changes");
    } else if (wanted.insert(*id)) {
      ids.push_back(*id);
    }
  }
  if (count > 0) context.count("callbacks", static_cast<std::int64_t>(count));
  if (ids.empty()) return count;
  auto input = source_.input(transformers_, context);
  if (!input) return for_incoming(input.error());
  auto question = source_.question(*input);
  if (!question) return for_incoming(question.error());
  question->set("orderBy", "");
  question->need_field("id");
  if (source_.has_info()) question->need_field("_info/lastUpdated");
  auto absent = fetch(*question, ids, out, context);
  if (!absent) return absent.error();
  // A record that the conditions leave out is there all the same.
  bool limited = false;
  for (const char* name : {"conditions", "childConditions", "customFieldConditions"}) {
    limited = limited || !question->parameter(name).empty();
    question->set(name, "");
  }
  if (limited && !absent->empty()) {
    question->set("fields", "id");
    NewBatch aside;
    absent = fetch(*question, *absent, aside, context);
    if (!absent) return absent.error();
  }
  for (const std::int64_t id : *absent) {
    out.append(deletion_of(id));
    deleted.push_back(id);
  }
  if (!absent->empty()) context.count("deletions", static_cast<std::int64_t>(absent->size()));
  return count;
}

}  // namespace leat::connectwise
