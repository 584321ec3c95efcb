// Contacts and their communication items.
#include <array>

#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr std::string_view contacts_pattern = "/company/contacts";
constexpr std::string_view items_pattern = "/company/contacts/{}/communications";

std::string kind_of(Store& store, const Json& item) {
  const std::string given = text_at(item, "communicationType");
  if (!given.empty()) return given;
  const Json type = store.read(store.place("/company/communicationtypes", {}), reference_id(item, "type"));
  if (!type.is_object()) return {};
  return is_flag(type, "emailFlag") ? "Email" : is_flag(type, "faxFlag") ? "Fax" : "Phone";
}

// The default item of each kind is the newest one that asks for it (clients, C).
void settle_defaults(Json& items, const Json* newest) {
  for (Json& item : items) {
    const bool same_kind =
        newest != nullptr && text_at(item, "communicationType") == text_at(*newest, "communicationType");
    if (same_kind && is_flag(*newest, "defaultFlag") && id_at(item) != id_at(*newest)) item["defaultFlag"] = false;
    set_default(item, "defaultFlag", false);
  }
}

void show_default_phone(Json& contact) {
  std::string type;
  std::string number;
  for (const Json& item : contact["communicationItems"]) {
    if (text_at(item, "communicationType") != "Phone" || !is_flag(item, "defaultFlag")) continue;
    type = text_at(item.value("type", Json::object()), "name");
    if (type.empty()) type = "Phone";
    number = text_at(item, "value");
  }
  if (type.empty()) return;
  // A new member moves all others: no item is looked at any more.
  contact["defaultPhoneType"] = type;
  contact["defaultPhoneNbr"] = number;
}

// The list shows an item with its contact.
void put_listed(Collection& list, Json item, Id contact) {
  item["contactId"] = contact;
  item["mobileGuid"] = guid(static_cast<std::uint64_t>(id_at(item)) + 700'000);
  list.put(id_at(item), to_text(item));
}

}  // namespace

void verify_contact(Writing& writing) {
  // Required though the document does not say so (clients, C).
  if (text_at(writing.record, "firstName").empty())
    writing.refuse("MissingRequiredField", "The firstName field is required.", "firstName");
  // A PUT with items fails in the live system whatever they hold (clients, C).
  const auto items = writing.body.find("communicationItems");
  const bool sent =
      writing.method == Method::put && items != writing.body.end() && items->is_array() && !items->empty();
  if (sent) writing.refuse("InvalidObject", "communicationItem object is invalid", "communicationItems");
  const auto listed = writing.record.find("communicationItems");
  if (sent || listed == writing.record.end() || !listed->is_array()) return;
  for (const Json& item : *listed) {
    // Said of the list of communications, which holds the same (document, C).
    constexpr std::size_t value_max = 250;
    const std::string value = text_at(item, "value");
    if (value.empty()) {
      writing.refuse("MissingRequiredField", "The value field is required.", "communicationItems/value");
    } else if (value.size() > value_max) {
      writing.refuse("MaxLengthField", "The field value must be a string with a maximum length of 250.",
                     "communicationItems/value");
    }
    if (reference_id(item, "type") == 0) {
      writing.refuse("MissingRequiredField", "The type field is required.", "communicationItems/type");
    }
  }
}

void settle_contact(Writing& writing, Store& store) {
  Json& contact = writing.record;
  // A PUT leaves items and custom fields alone (clients, C).
  if (writing.method == Method::put)
    contact["communicationItems"] = writing.previous.value("communicationItems", Json::array());
  Json& items = contact["communicationItems"];
  if (!items.is_array()) items = Json::array();
  const std::string id = std::to_string(id_at(contact));
  const ListPlace list = store.place(std::string(items_pattern), {id});
  for (Json& item : items) {
    const bool added = id_at(item) == 0;
    if (added) item["id"] = store.next_id(list);
    item["communicationType"] = kind_of(store, item);
    if (added) settle_defaults(items, &item);
  }
  settle_defaults(items, nullptr);
  show_default_phone(contact);
}

void follow_contact(Store& store, const ListPlace& place, const Json& record, bool deleted) {
  if (place.pattern == contacts_pattern) {
    Collection& list = store.open(store.place(std::string(items_pattern), {std::to_string(id_at(record))}));
    std::vector<Id> gone;
    for (auto id = list.next(0); id; id = list.next(*id)) gone.push_back(*id);
    for (const Id id : gone) list.erase(id);
    if (deleted || !record.contains("communicationItems")) return;
    for (const Json& item : record["communicationItems"]) put_listed(list, item, id_at(record));
    return;
  }
  if (place.pattern != items_pattern) return;
  const ListPlace contacts = store.place(std::string(contacts_pattern), {});
  const Id owner = to_integer(place.arguments.front()).value_or(0);
  Json contact = store.read(contacts, owner);
  if (!contact.is_object()) return;
  Json item = record;
  item["communicationType"] = kind_of(store, item);
  for (const char* member : {"contactId", "mobileGuid", "_info"}) item.erase(member);
  Json items = Json::array();
  bool placed = deleted;
  for (const Json& other : contact.value("communicationItems", Json::array())) {
    if (id_at(other) != id_at(item)) {
      items.push_back(other);
    } else if (!deleted) {
      items.push_back(item);
      placed = true;
    }
  }
  if (!placed) items.push_back(item);
  settle_defaults(items, deleted ? nullptr : &item);
  contact["communicationItems"] = items;
  show_default_phone(contact);
  store.open(contacts).put(owner, to_text(contact));
  Collection& list = store.open(place);
  for (const Json& kept : items) put_listed(list, kept, owner);
}

}  // namespace leat::sandbox
