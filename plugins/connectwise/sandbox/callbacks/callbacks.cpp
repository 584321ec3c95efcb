#include "plugins/connectwise/sandbox/callbacks/callbacks.hpp"

#include "plugins/connectwise/sandbox/callbacks/entries.hpp"
#include "plugins/connectwise/sandbox/callbacks/signature.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

std::string_view action_name(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::added: return "added";
    case Change::Kind::updated: return "updated";
    case Change::Kind::deleted: return "deleted";
  }
  return "updated";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

Callbacks::Callbacks(Store& store, const Settings& settings, Outbox& outbox)
    : store_(store), settings_(settings), outbox_(outbox), codebase_(settings.codebase) {
  rotate_key();
}

void Callbacks::rotate_key() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t number = keys_.size() + 1;
  key_id_ = guid(number + 0x6b6579U);
  keys_[key_id_] = "signing-" + guid(number + 0x736967U);
}

void Callbacks::set_codebase(const std::string& codebase) {
  const std::lock_guard lock(mutex_);
  codebase_ = codebase;
}

std::optional<std::string> Callbacks::signing_key(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

std::string Callbacks::body(const Json& entry, std::string_view type, const Change& change, std::string_view key_id) {
  const std::string base = settings_.public_url + "/" + codebase_ + "/";
  Json entity;
  if (change.kind != Change::Kind::deleted) {
    Json thin = change.record;
    if (type == "contact") {
      thin.erase("customFields");
      thin.erase("communicationItems");
    }
    std::string text = to_text(thin);
    replace_all(text, store_.url(), base + "/apis/3.0");
    entity = text;
  }
  const std::size_t scheme = settings_.public_url.find("://");
  // Keys in alphabetical order, compact, as recorded.
  return to_text({{"Action", action_name(change.kind)},
                  {"CallbackObjectRecId", id_at(entry)},
                  {"CompanyId", settings_.company},
                  {"Entity", entity},
                  {"FromUrl", settings_.public_url.substr(scheme == std::string::npos ? 0 : scheme + 3)},
                  {"ID", id_at(change.record)},
                  {"MemberId", change.member},
                  {"MessageId", guid(++messages_ + 0x6d657373U)},
                  {"Metadata",
                   {{"key_url", base + "/system/callbackkey/index.rails?companyName=" + settings_.company +
                                    "&id=" + std::string(key_id)}}},
                  {"PartnerId", "61aa00000000000000000001"},
                  {"ProductInstanceId", "63bb00000000000000000002"},
                  {"Type", type}});
}

void Callbacks::note(const Change& change) {
  const bool on_ticket = change.place.pattern == "/service/tickets/{}/notes" ||
                         change.place.pattern == "/project/tickets/{}/notes" ||
                         (change.place.pattern == "/time/entries" && change.record.contains("ticket"));
  const auto type = callback_type(change.place.pattern);
  if (!type && !on_ticket) return;
  const ListPlace list = store_.place(std::string(callback_entries), {});
  const Collection& entries = store_.open(list);
  if (entries.size() == 0) return;
  Json ticket;
  ListPlace tickets = store_.place("/service/tickets", {});
  if (on_ticket) {
    const bool project = change.place.pattern == "/project/tickets/{}/notes" ||
                         text_at(change.record, "chargeToType") == "ProjectTicket";
    if (project) tickets = store_.place("/project/tickets", {});
    const Id id =
        change.place.pattern == "/time/entries" ? id_at(change.record, "chargeToId") : id_at(change.record, "ticketId");
    ticket = store_.read(tickets, id);
  }
  for (auto id = entries.next(0); id; id = entries.next(*id)) {
    const Json entry = store_.read(list, *id);
    const auto send = [&](std::string_view kind, const Change& told) {
      if (!is_about(store_, entry, kind, told.record)) return;
      const Json member = store_.read(store_.place("/system/members", {}), id_at(entry, "memberId"));
      const bool own = member.is_object() && same_text(text_at(member, "identifier"), told.member);
      if (own && entry.value("isSelfSuppressedFlag", false)) return;
      Posting posting;
      posting.entry = *id;
      const std::lock_guard lock(mutex_);
      posting.body = body(entry, kind, told, key_id_);
      posting.signature = sign(keys_.at(key_id_), posting.body);
      posting.url =
          text_at(entry, "url") + std::to_string(id_at(told.record)) + "&action=" + std::string(action_name(told.kind));
      outbox_.put(std::move(posting));
    };
    if (type) send(*type, change);
    if (on_ticket && ticket.is_object()) send("ticket", {Change::Kind::updated, tickets, ticket, change.member});
  }
}

void Callbacks::disable(Id id) {
  const ListPlace list = store_.place(std::string(callback_entries), {});
  Json entry = store_.read(list, id);
  if (!entry.is_object()) return;
  entry["inactiveFlag"] = true;
  store_.open(list).put(id, to_text(entry));
}

}  // namespace leat::sandbox
