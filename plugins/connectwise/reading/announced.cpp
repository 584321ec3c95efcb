#include "plugins/connectwise/reading/announced.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "plugins/connectwise/reading/by_id.hpp"
#include "plugins/connectwise/reading/sweep.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr std::size_t events_per_poll = 400;

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

// What waits, each record once. Events of one record are in no order.
Announced::Taken Announced::take(const std::string& own, Context& context) {
  Taken taken;
  std::map<std::int64_t, std::size_t> places;
  std::set<std::string> messages;
  for (; taken.count < events_per_poll; ++taken.count) {
    const auto event = next_event(context);
    if (!event) break;
    const auto id = (*event)["id"].i64();
    const std::string message((*event)["message"].str().value_or(""));
    if (!id) continue;
    if (!message.empty() && !messages.insert(message).second) {
      context.count("callbacks_repeated");
    } else if (!own.empty() && same_letters((*event)["member"].str().value_or(""), own)) {
      context.count("own_changes");
    } else {
      const auto [place, is_new] = places.try_emplace(*id, taken.events.size());
      if (is_new) taken.events.push_back({*id, false});
      Event& of_record = taken.events[place->second];
      of_record.deleted = of_record.deleted || same_letters((*event)["action"].str().value_or(""), "deleted");
    }
  }
  if (taken.count > 0) context.count("callbacks", static_cast<std::int64_t>(taken.count));
  return taken;
}

// Appends the records that are wanted; gives the ids that are not there, whatever the conditions.
Result<std::vector<std::int64_t>> Announced::fetch(const std::vector<std::int64_t>& ids, Batch& out,
                                                   Context& context) const {
  auto input = source_.input(transformers_, context);
  if (!input) return for_incoming(input.error());
  auto question = source_.question(*input);
  if (!question) return for_incoming(question.error());
  question->set("orderBy", "");
  for (const std::string& field : fields_needed_) question->need_field(field);
  auto absent = read_by_id(*question, ids, source_.rows(), client_, Priority::soon, out, context);
  if (!absent || absent->empty() || !question->has_conditions()) return absent;
  // A record that the conditions leave out is there all the same.
  question->drop_conditions();
  question->set("fields", "id");
  NewBatch aside;
  return read_by_id(*question, *absent, source_.rows(), client_, Priority::soon, aside, context);
}

Result<std::size_t> Announced::poll(Batch& out, const std::string& own, std::vector<std::int64_t>& deleted,
                                    Context& context) {
  const Taken taken = take(own, context);
  if (taken.events.empty()) return taken.count;
  std::vector<std::int64_t> ids;
  for (const Event& event : taken.events) ids.push_back(event.id);
  auto absent = fetch(ids, out, context);
  if (!absent) return absent.error();
  const std::set<std::int64_t> gone(absent->begin(), absent->end());
  for (const Event& event : taken.events) {
    if (!event.deleted || !gone.contains(event.id)) continue;
    out.append(deletion_of(event.id));
    deleted.push_back(event.id);
  }
  if (!deleted.empty()) context.count("deletions", static_cast<std::int64_t>(deleted.size()));
  return taken.count;
}

}  // namespace leat::connectwise
