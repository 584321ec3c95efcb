#include "plugins/connectwise/reading/registration.hpp"

#include <nlohmann/json.hpp>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr const char* state_key = "callbacks";
constexpr const char* list = "/system/callbacks";
constexpr int page_size = 1000;
constexpr int pages_max = 100;

// What is kept of our entry. Its number alone is not enough: at another system it is somebody else's.
struct Kept {
  std::int64_t entry = 0;  // 0: none
  std::string url;
};

Kept stored_entry(Context& context) {
  const auto text = context.state().get(state_key);
  const json state = text ? json::parse(*text, nullptr, false) : json();
  if (!state.is_object() || !state.contains("url") || !state["url"].is_string()) return {};
  return {state.value("entry", std::int64_t{0}), state["url"].get<std::string>()};
}

void store_entry(std::int64_t id, const std::string& url, Context& context) {
  const Kept kept = stored_entry(context);
  if (kept.entry == id && kept.url == url) return;
  context.state().set(state_key, json{{"entry", id}, {"url", url}}.dump());
}

Result<Answer> send(const leat::Client& client, const char* method, const std::string& url, const std::string& body,
                    Context& context) {
  Request request;
  request.method = method;
  request.url = url;
  request.body = body;
  return client.call(request, context);
}

Result<Done> erase(const leat::Client& client, std::int64_t id, Context& context) {
  auto answer = send(client, "DELETE", std::string(list) + "/" + std::to_string(id), {}, context);
  if (!answer && answer.error().kind != ErrorKind::not_found) return answer.error();
  return Done{};
}

std::string text_of(const Record& record, const char* name) { return std::string(record[name].str().value_or("")); }

}  // namespace

bool Registration::wanted(const CallbackEntry& entry) const {
  // 0 at the owner level is stored as 1.
  const bool owner = same_letters(options_.level, "owner") && options_.object_id == 0;
  return same_letters(entry.type, options_.type) && same_letters(entry.level, options_.level) &&
         (entry.object == options_.object_id || (owner && entry.object == 1));
}

bool Registration::is_ours(const CallbackEntry& entry, std::string_view address) {
  return std::string_view(entry.url).substr(0, entry.url.find('?')) == address;
}

Result<std::vector<CallbackEntry>> Registration::entries(Context& context) const {
  std::vector<CallbackEntry> all;
  for (int page = 1; page <= pages_max; ++page) {
    auto answer =
        send(client_, "GET",
             std::string(list) + "?orderBy=id&pageSize=" + std::to_string(page_size) + "&page=" + std::to_string(page),
             {}, context);
    if (!answer) return answer.error();
    NewBatch found;
    const std::size_t count = found.append_array(answer->body(), answer->owner(), context);
    for (const auto item : found.live()) {
      const Record& record = item.record;
      all.push_back({record["id"].i64().value_or(0), record["memberId"].i64().value_or(0),
                     record["objectId"].i64().value_or(0), text_of(record, "url"), text_of(record, "type"),
                     text_of(record, "level"), record["inactiveFlag"].boolean().value_or(false),
                     record["isSelfSuppressedFlag"].boolean().value_or(false)});
    }
    if (count < static_cast<std::size_t>(page_size)) break;
  }
  return all;
}

Result<Done> Registration::add(const std::string& url, const std::vector<CallbackEntry>& others, Context& context) {
  const json entry = {{"description", "Leat " + std::string(context.place()).substr(0, 90)},
                      {"url", url},
                      {"objectId", options_.object_id},
                      {"type", options_.type},
                      {"level", options_.level},
                      {"isSelfSuppressedFlag", options_.ignore_own}};
  auto answer = send(client_, "POST", list, entry.dump(), context);
  if (answer) {
    const NewRecord made(answer->body());
    store_entry(made["id"].i64().value_or(0), url, context);
    context.info("callbacks: registered as entry " + std::to_string(made["id"].i64().value_or(0)));
    return learn_member(made["memberId"].i64().value_or(0), context);
  }
  if (answer.error().kind != ErrorKind::invalid) return answer.error();
  std::string advice;
  for (const CallbackEntry& other : others) {
    if (wanted(other)) advice = "; entry " + std::to_string(other.id) + " leads to " + other.url;
  }
  context.warn("callbacks: not registered: " + answer.error().message + advice + "; polling goes on without them");
  return Done{};
}

Result<Done> Registration::correct(const CallbackEntry& entry, const std::string& url, Context& context) {
  json patch = json::array();
  const auto replace = [&patch](const char* path, json value) {
    patch.push_back({{"op", "replace"}, {"path", path}, {"value", std::move(value)}});
  };
  if (entry.url != url) replace("url", url);
  if (entry.inactive) replace("inactiveFlag", false);
  if (entry.self_suppressed != options_.ignore_own) replace("isSelfSuppressedFlag", options_.ignore_own);
  if (!patch.empty()) {
    auto answer = send(client_, "PATCH", std::string(list) + "/" + std::to_string(entry.id), patch.dump(), context);
    if (!answer) return answer.error();
    context.warn(
        "callbacks: entry " + std::to_string(entry.id) +
        (entry.inactive ? " had been switched off by the server and is active again" : " is brought up to date"));
    context.count("callbacks_repaired");
  }
  store_entry(entry.id, url, context);
  return learn_member(entry.member, context);
}

Result<Done> Registration::learn_member(std::int64_t id, Context& context) {
  member_ = options_.member;
  if (!options_.ignore_own || !member_.empty()) return Done{};
  auto answer = send(client_, "GET", "/system/members/" + std::to_string(id) + "?fields=id,identifier", {}, context);
  if (answer) {
    member_ = text_of(NewRecord(answer->body()), "identifier");
  } else if (answer.error().kind != ErrorKind::not_found && answer.error().kind != ErrorKind::denied) {
    return answer.error();
  }
  if (member_.empty()) {
    context.warn(
        "callbacks: the API member cannot be looked up: set callbacks.member, or its own changes are not ignored");
  }
  return Done{};
}

Result<Done> Registration::look(const std::string& address, Context& context) {
  const std::string url = address + "?recordId=";
  auto all = entries(context);
  if (!all) return all.error();
  const Kept stored = stored_entry(context);
  const CallbackEntry* kept = nullptr;
  std::vector<CallbackEntry> others;
  for (const CallbackEntry& entry : *all) {
    const bool ours = is_ours(entry, address) || (entry.id == stored.entry && entry.url == stored.url);
    if (!ours) {
      others.push_back(entry);
    } else if (kept == nullptr && wanted(entry)) {
      kept = &entry;
    } else {
      // A second one, or of other options.
      if (auto erased = erase(client_, entry.id, context); !erased) return erased;
      context.info("callbacks: entry " + std::to_string(entry.id) + " is not wanted any more and removed");
    }
  }
  return kept == nullptr ? add(url, others, context) : correct(*kept, url, context);
}

Result<Done> Registration::keep(Context& context) {
  const auto now = context.now();
  if (looked_ && now - *looked_ < options_.check_every) return Done{};
  const auto address = events_url(context);
  if (!address) {
    context.warn("callbacks: the host has no webhook listener, or its configuration no public address: polling only");
    looked_ = now;
    member_ = options_.member;
    return Done{};
  }
  if (auto looked = look(*address, context); !looked) return looked;
  looked_ = now;
  return Done{};
}

Result<Done> Registration::remove_former(const leat::Client& client, Context& context) {
  const Kept kept = stored_entry(context);
  if (kept.entry == 0) return Done{};
  const std::string which = "callbacks: entry " + std::to_string(kept.entry);
  auto answer = send(client, "GET", std::string(list) + "/" + std::to_string(kept.entry), {}, context);
  if (!answer && answer.error().kind != ErrorKind::not_found) return answer.error();
  if (const std::string url = answer ? text_of(NewRecord(answer->body()), "url") : std::string(); url == kept.url) {
    if (auto erased = erase(client, kept.entry, context); !erased) return erased;
    context.info(which + " is not wanted any more and removed");
  } else if (!url.empty()) {
    context.info(which + " is somebody else's here and left alone: it leads to " + url);
  }
  context.state().erase(state_key);
  return Done{};
}

}  // namespace leat::connectwise
