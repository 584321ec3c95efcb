#include "plugins/connectwise/sandbox/callbacks/entries.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/callbacks/url.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

struct TypeRow {
  std::string_view type;
  std::string_view pattern;
};
// The first of a type is where its records are looked up.
constexpr std::array<TypeRow, 17> types = {{{"activity", "/sales/activities"},
                                            {"agreement", "/finance/agreements"},
                                            {"company", "/company/companies"},
                                            {"configuration", "/company/configurations"},
                                            {"contact", "/company/contacts"},
                                            {"expense", "/expense/entries"},
                                            {"invoice", "/finance/invoices"},
                                            {"member", "/system/members"},
                                            {"opportunity", "/sales/opportunities"},
                                            {"productCatalog", "/procurement/catalog"},
                                            {"project", "/project/projects"},
                                            {"purchaseOrder", "/procurement/purchaseorders"},
                                            {"schedule", "/schedule/entries"},
                                            {"site", "/company/companies/{}/sites"},
                                            {"ticket", "/service/tickets"},
                                            {"ticket", "/project/tickets"},
                                            {"time", "/time/entries"}}};

struct LevelRow {
  std::string_view type;
  std::string_view level;
  std::string_view member;  // of the record whose id is compared; "id": its own; empty: every record
};
constexpr auto levels = std::to_array<LevelRow>({
    {"activity", "owner", ""},
    {"activity", "status", "status"},
    {"activity", "type", "type"},
    {"activity", "company", "company"},
    {"activity", "activity", "id"},
    {"agreement", "owner", ""},
    {"agreement", "type", "type"},
    {"agreement", "company", "company"},
    {"agreement", "agreement", "id"},
    {"company", "owner", ""},
    {"company", "status", "status"},
    {"company", "type", "types"},
    {"company", "territory", "territory"},
    {"company", "company", "id"},
    {"company", "integratorTag", "integratorTags"},
    {"configuration", "owner", ""},
    {"configuration", "type", "type"},
    {"configuration", "status", "status"},
    {"configuration", "configuration", "id"},
    {"contact", "owner", ""},
    {"contact", "type", "types"},
    {"contact", "territory", "territory"},
    {"contact", "company", "company"},
    {"contact", "contact", "id"},
    {"expense", "owner", ""},
    {"expense", "chargeToType", "chargeToType"},
    {"expense", "type", "type"},
    {"expense", "class", "classification"},
    {"expense", "company", "company"},
    {"expense", "expense", "id"},
    {"invoice", "owner", ""},
    {"invoice", "status", "status"},
    {"invoice", "company", "company"},
    {"invoice", "invoice", "id"},
    {"member", "owner", ""},
    {"member", "location", "defaultLocation"},
    {"member", "securityRole", "securityRole"},
    {"member", "member", "id"},
    {"opportunity", "owner", ""},
    {"opportunity", "statusId", "status"},
    {"opportunity", "company", "company"},
    {"opportunity", "opportunity", "id"},
    {"productCatalog", "owner", ""},
    {"project", "owner", ""},
    {"project", "status", "status"},
    {"project", "board", "board"},
    {"project", "project", "id"},
    {"purchaseOrder", "owner", ""},
    {"purchaseOrder", "status", "status"},
    {"purchaseOrder", "vendor", "vendorCompany"},
    {"purchaseOrder", "purchaseOrder", "id"},
    {"purchaseOrder", "company", "customerCompany"},
    {"schedule", "owner", ""},
    {"schedule", "status", "status"},
    {"schedule", "type", "type"},
    {"schedule", "location", "where"},
    {"schedule", "member", "member"},
    {"schedule", "schedule", "id"},
    {"ticket", "owner", ""},
    {"ticket", "board", "board"},
    {"ticket", "project", "project"},
    {"ticket", "phase", "phase"},
    {"ticket", "status", "status"},
    {"ticket", "ticket", "id"},
    {"ticket", "integratorTag", "integratorTags"},
    {"time", "owner", ""},
    {"time", "company", "company"},
    {"time", "time", "id"},
    {"site", "owner", ""},
    {"site", "site", "id"},
});

const LevelRow* find_level(std::string_view type, std::string_view level) {
  const auto found = std::find_if(levels.begin(), levels.end(), [&](const LevelRow& row) {
    return same_text(row.type, type) && same_text(row.level, level);
  });
  return found == levels.end() ? nullptr : &*found;
}

const TypeRow* find_type(std::string_view type) {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const TypeRow& row) { return same_text(row.type, type); });
  return found == types.end() ? nullptr : &*found;
}

// Whether a list has the record; where the list has a board in its path: of any board.
bool exists(Store& store, std::string_view path, Id id) {
  constexpr std::string_view board = "{board}";
  const std::size_t at = path.find(board);
  if (at == std::string_view::npos)
    return path.find('{') != std::string_view::npos || store.open(store.place(lower(path), {})).contains(id);
  const std::string pattern = lower(path.substr(0, at)) + "{}" + lower(path.substr(at + board.size()));
  const Collection& boards = store.open(store.place("/service/boards", {}));
  for (auto number = boards.next(0); number; number = boards.next(*number)) {
    if (store.open(store.place(pattern, {std::to_string(*number)})).contains(id)) return true;
  }
  return false;
}

bool object_exists(Store& store, const LevelRow& level, Id id) {
  const TypeRow* type = find_type(level.type);
  const ListPlace list = store.place(std::string(type->pattern), {});
  if (level.member.empty() || list.schema == nullptr || !list.arguments.empty()) return true;
  if (level.member == "id") {
    const bool project = level.type == "ticket" && store.open(store.place("/project/tickets", {})).contains(id);
    return project || store.open(list).contains(id);
  }
  if (level.member == "integratorTags") return store.open(store.place("/system/integratortags", {})).contains(id);
  const connectwise::Field* field = list.schema->find(level.member);
  if (field == nullptr) return true;
  const connectwise::Type& named = field->type->item != nullptr ? *field->type->item : *field->type;
  const ReferenceKind* kind = reference_kind(named.schema);
  return kind == nullptr || exists(store, kind->path, id);
}

FieldError error(std::string code, std::string message, std::string field) {
  return {std::move(code), std::move(message), "callbackEntry", std::move(field)};
}

bool is_valid_url(const std::string& text, const Variants& variants) {
  const auto url = parse_url(text);
  if (!url) return false;
  return url->tls || (url->is_loopback() && variants.is(Point::callback_url, "loopback"));
}

void verify_unique(Writing& writing, Store& store, const Variants& variants) {
  const Json& record = writing.record;
  const Collection& entries = store.open(writing.place);
  for (auto id = entries.next(0); id; id = entries.next(*id)) {
    if (*id == id_at(record)) continue;
    const Json other = store.read(writing.place, *id);
    const bool same = same_text(text_at(other, "type"), text_at(record, "type")) &&
                      same_text(text_at(other, "level"), text_at(record, "level")) &&
                      id_at(other, "objectId") == id_at(record, "objectId") &&
                      id_at(other, "memberId") == id_at(record, "memberId");
    if (!same || (variants.is(Point::callback_match, "url") && text_at(other, "url") != text_at(record, "url")))
      continue;
    writing.errors.push_back(error("ObjectExists", "A matching callback entry already exists", "objectId"));
    return;
  }
}

}  // namespace

void complete_callback(Writing& writing, Store& store) {
  Json& record = writing.record;
  if (writing.creating()) {
    References references(store);
    const auto member = references.find(store.place("/system/members", {}), "identifier", writing.member);
    record["memberId"] = member.value_or(0);
    record["connectWiseID"] = guid(static_cast<std::uint64_t>(id_at(record)) + 400'000);
  } else {
    for (const char* name : {"memberId", "connectWiseID"}) record[name] = writing.previous.value(name, Json());
  }
  record["payloadVersion"] = "3.0.0";
  // 0 is stored as 1 (clients, C) and means all (L).
  if (same_text(text_at(record, "level"), "owner") && !is_absent(record, "objectId") && id_at(record, "objectId") == 0)
    record["objectId"] = 1;
}

void verify_callback(Writing& writing, Store& store, const Variants& variants) {
  const Json& record = writing.record;
  const std::string url = text_at(record, "url");
  if (!url.empty() && !is_valid_url(url, variants))
    writing.errors.push_back(error("InvalidField", "Invalid URL", "url"));
  // The document calls it nullable; it is required all the same (clients, C).
  if (is_absent(record, "objectId")) {
    const auto listed = [](const FieldError& known) { return known.field == "objectId"; };
    if (std::none_of(writing.errors.begin(), writing.errors.end(), listed)) {
      writing.errors.push_back(error("MissingRequiredField", "The objectId field is required.", "objectId"));
    }
  }
  const std::string type = text_at(record, "type");
  const std::string level = text_at(record, "level");
  if (type.empty() || level.empty()) return;
  if (find_type(type) == nullptr) {
    writing.errors.push_back(error("InvalidObject", "Unrecognized type '" + type + "'.", "type"));
    return;
  }
  const LevelRow* row = find_level(type, level);
  if (row == nullptr) {
    writing.errors.push_back(
        error("InvalidObject", "Unrecognized level for type, level '" + level + "' and type '" + type + "'.", "level"));
    return;
  }
  const Id object = id_at(record, "objectId");
  if (!is_absent(record, "objectId") && !object_exists(store, *row, object)) {
    writing.errors.push_back(
        error("NotFound", std::string(row->level) + " " + std::to_string(object) + " not found", "objectId"));
  }
  if (writing.errors.empty()) verify_unique(writing, store, variants);
}

std::optional<std::string_view> callback_type(std::string_view pattern) {
  const auto found =
      std::find_if(types.begin(), types.end(), [&](const TypeRow& row) { return row.pattern == pattern; });
  if (found == types.end()) return std::nullopt;
  return found->type;
}

std::optional<std::string_view> callback_list(std::string_view type) {
  const TypeRow* row = find_type(type);
  if (row == nullptr || row->pattern.find('{') != std::string_view::npos) return std::nullopt;
  return row->pattern;
}

bool is_about(Store& store, const Json& entry, std::string_view type, const Json& record) {
  if (entry.value("inactiveFlag", false) || !same_text(text_at(entry, "type"), type)) return false;
  const LevelRow* level = find_level(type, text_at(entry, "level"));
  if (level == nullptr) return false;
  const Id object = id_at(entry, "objectId");
  if (level->member.empty()) return true;
  if (level->member == "id") return id_at(record) == object;
  const auto member_of = [&](const Json& of) {
    const auto found = of.find(std::string(level->member));
    return found == of.end() ? Json() : *found;
  };
  Json value = member_of(record);
  // A contact's territory is the one of its company.
  if (value.is_null() && level->member == "territory" && record.contains("company")) {
    value = member_of(store.read(store.place("/company/companies", {}), id_at(record["company"])));
  }
  if (value.is_object()) return id_at(value) == object;
  if (!value.is_array()) return false;
  if (level->member != "integratorTags") {
    return std::any_of(value.begin(), value.end(), [&](const Json& element) { return id_at(element) == object; });
  }
  const Json tag = store.read(store.place("/system/integratortags", {}), object);
  return tag.is_object() && std::find(value.begin(), value.end(), Json(text_at(tag, "name"))) != value.end();
}

}  // namespace leat::sandbox
