#include "plugins/connectwise/sandbox/engine/writer.hpp"

#include <array>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/engine/patch.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::ValueType;

namespace {

constexpr std::string_view tickets_pattern = "/service/tickets";

// "Never returned": told by the document for the first three, by their sense for the others.
constexpr std::array<std::string_view, 11> write_only = {"initialDescription",
                                                         "initialInternalAnalysis",
                                                         "initialResolution",
                                                         "initialDescriptionFrom",
                                                         "contactEmailLookup",
                                                         "processNotifications",
                                                         "skipCallback",
                                                         "ignoreDuplicates",
                                                         "password",
                                                         "portalPassword",
                                                         "typeIds"};

// Whether one of the operations is about a member of the record.
bool touches(const Json& operations, std::string_view member) {
  for (const Json& operation : operations) {
    std::string path = text_at(operation, "path");
    if (!path.empty() && path.front() == '/') path.erase(0, 1);
    if (path.substr(0, path.find('/')) == member) return true;
  }
  return false;
}

bool is_write_only(const Field& field) {
  for (const std::string_view name : write_only) {
    if (field.name == name) return true;
  }
  return field.create_only;
}

}  // namespace

Writer::Writer(Store& store, const Variants& variants, Clock clock, ChangeSink told)
    : store_(store),
      variants_(variants),
      clock_(std::move(clock)),
      told_(std::move(told)),
      shape_{store.catalog(), variants.is(Point::unknown_member, "500") ? 500 : 400},
      references_(store),
      rules_(store, variants) {}

Json Writer::existing(const ListPlace& place, Id id) {
  Json record = store_.read(place, id);
  if (record.is_null()) throw not_found(entity_name(place.schema->name), std::to_string(id));
  return record;
}

// A child says whose it is: `ticketId`, or a reference such as `board`.
void Writer::link_to_parent(const ListPlace& place, Json& record) {
  if (place.arguments.empty()) return;
  const auto parent = to_integer(place.arguments.back());
  const ReferenceKind* kind = reference_kind_at(parent_pattern(parent_pattern(place.pattern)));
  if (!parent || kind == nullptr) return;
  const std::string noun(kind->noun);
  const Field* reference = place.schema->find(noun);
  if (reference != nullptr && reference->type->kind == ValueType::reference) record[noun] = {{"id", *parent}};
  const Field* number = place.schema->find(noun + "Id");
  if (number != nullptr && number->type->kind == ValueType::integer) record[noun + "Id"] = *parent;
}

// In the schema's order, with the members that every reply has.
Json Writer::finished(const Writing& writing) const {
  Json record = Json::object();
  for (const Field& field : writing.schema().fields) {
    const std::string name(field.name);
    const ValueType kind = field.type->kind;
    if (is_write_only(field) || name == "_info") continue;
    const auto value = writing.record.find(name);
    if (value != writing.record.end() && !value->is_null()) {
      record[name] = *value;
    } else if (kind == ValueType::boolean) {
      record[name] = false;
    } else if (kind == ValueType::array) {
      record[name] = Json::array();
    }
  }
  if (writing.schema().find("_info") == nullptr) return record;
  Json info = Json::object();
  if (!writing.creating()) info = writing.previous.value("_info", Json::object());
  const std::string now = to_timestamp(writing.now);
  info["lastUpdated"] = now;
  info["updatedBy"] = writing.member;
  if (writing.creating()) {
    info["dateEntered"] = now;
    info["enteredBy"] = writing.member;
    if (writing.place.pattern == tickets_pattern) {
      for (const char* child : {"activities", "scheduleentries", "documents", "products", "configurations", "tasks",
                                "notes", "timeentries"}) {
        info[std::string(child) + "_href"] =
            store_.url() + "/service/tickets/" + std::to_string(id_at(record)) + "/" + child;
      }
    }
  }
  record["_info"] = std::move(info);
  return record;
}

Json Writer::store(Writing writing) {
  const Schema& schema = writing.schema();
  link_to_parent(writing.place, writing.record);
  rules_.complete(writing);
  shape_.check(schema, writing.record, writing.errors);
  references_.resolve(schema, writing.record, writing.errors);
  rules_.verify(writing);
  if (!writing.errors.empty()) throw invalid_object(resource_name(schema.name), writing.errors);
  rules_.settle(writing);
  Json record = finished(writing);
  store_.open(writing.place).put(id_at(writing.record), to_text(record));
  rules_.follow(writing.place, record, false);
  // The webhook is suppressed by the write itself (clients, L).
  const bool silent = is_flag(writing.body, "skipCallback");
  if (!silent)
    told_({writing.creating() ? Change::Kind::added : Change::Kind::updated, writing.place, record, writing.member});
  if (writing.creating() && writing.place.pattern == tickets_pattern) add_first_notes(writing, record);
  return record;
}

// A new ticket's first texts become its notes.
void Writer::add_first_notes(const Writing& writing, const Json& ticket) {
  struct Row {
    const char* member;
    const char* flag;
  };
  constexpr std::array<Row, 3> rows = {{{"initialDescription", "detailDescriptionFlag"},
                                        {"initialInternalAnalysis", "internalAnalysisFlag"},
                                        {"initialResolution", "resolutionFlag"}}};
  const ListPlace notes = store_.place("/service/tickets/{}/notes", {std::to_string(id_at(ticket))});
  for (const Row& row : rows) {
    const std::string first = text_at(writing.body, row.member);
    if (first.empty()) continue;
    Writing note{notes,
                 Method::post,
                 {{"text", first}, {row.flag, true}, {"skipCallback", true}},
                 nullptr,
                 {},
                 writing.now,
                 writing.member,
                 {}};
    note.record = {{"text", first}, {row.flag, true}, {"id", store_.next_id(notes)}};
    store(std::move(note));
  }
}

Json Writer::create(const ListPlace& place, const Json& body, std::string_view text, std::string_view member) {
  Writing writing{
      place, Method::post, shape_.read(*place.schema, body, text), nullptr, {}, clock_(), std::string(member), {}};
  writing.record = writing.body;
  if (place.schema->name == "TimeEntry") writing.body = body;
  writing.record["id"] = store_.next_id(place);
  if (place.schema->find("customFields") != nullptr) {
    writing.record["customFields"] =
        merge_custom_fields(empty_custom_fields(place.schema->name), writing.body.value("customFields", Json::array()));
  }
  return store(std::move(writing));
}

Json Writer::replace(const ListPlace& place, Id id, const Json& body, std::string_view text, std::string_view member) {
  Json previous = existing(place, id);
  Writing writing{place,
                  Method::put,
                  shape_.read(*place.schema, body, text),
                  std::move(previous),
                  {},
                  clock_(),
                  std::string(member),
                  {}};
  writing.record = writing.body;
  if (place.schema->name == "TimeEntry") writing.body = body;
  writing.record["id"] = id;
  if (place.schema->find("customFields") != nullptr) {
    // A PUT of a contact does not touch them (clients, C).
    const bool untouched = place.schema->name == "Contact";
    writing.record["customFields"] = untouched ? writing.previous.value("customFields", Json::array())
                                               : merge_custom_fields(empty_custom_fields(place.schema->name),
                                                                     writing.body.value("customFields", Json::array()));
  }
  return store(std::move(writing));
}

Json Writer::patch(const ListPlace& place, Id id, const Json& operations, std::string_view text,
                   std::string_view member) {
  Json previous = existing(place, id);
  Json changed = apply_patch(previous, operations, variants_.is(Point::patch_reference, "works"));
  if (operations.empty()) return previous;
  const auto fields = previous.find("customFields");
  const bool has_fields = fields != previous.end() && fields->is_array() && !fields->empty();
  if (has_fields && variants_.is(Point::patch_custom_fields, "required") && !touches(operations, "customFields")) {
    // Seen with contacts (clients, L).
    throw invalid_object(resource_name(place.schema->name), {{"InvalidField", "The customFields field is invalid.",
                                                              resource_name(place.schema->name), "customFields"}});
  }
  // The whole record is validated again (clients, C).
  Writing writing{place,
                  Method::patch,
                  shape_.read(*place.schema, changed, text),
                  std::move(previous),
                  {},
                  clock_(),
                  std::string(member),
                  {}};
  writing.record = writing.body;
  if (place.schema->name == "TimeEntry") writing.body = std::move(changed);
  writing.record["id"] = id;
  return store(std::move(writing));
}

void Writer::erase(const ListPlace& place, Id id, std::string_view member) {
  Json record = existing(place, id);
  rules_.verify_delete(place, record);
  const Json last = record;
  if (rules_.soft_delete(place, record, clock_(), member)) {
    put(place, id, record, member);
    return;
  }
  store_.open(place).erase(id);
  rules_.follow(place, last, true);
  told_({Change::Kind::deleted, place, last, member});
}

Json Writer::copy(const ListPlace& place, Id id, std::string_view member) {
  Json record = existing(place, id);
  const Id copy_id = store_.next_id(place);
  record["id"] = copy_id;
  put(place, copy_id, std::move(record), member);
  return store_.read(place, copy_id);
}

void Writer::put(const ListPlace& place, Id id, Json record, std::string_view member) {
  Collection& list = store_.open(place);
  const bool added = !list.contains(id);
  record["id"] = id;
  if (place.schema != nullptr && place.schema->find("_info") != nullptr) {
    const std::string now = to_timestamp(clock_());
    Json& info = record["_info"];
    info["lastUpdated"] = now;
    info["updatedBy"] = member;
    if (added) {
      info["dateEntered"] = now;
      info["enteredBy"] = member;
    }
  }
  list.put(id, to_text(record));
  rules_.follow(place, record, false);
  told_({added ? Change::Kind::added : Change::Kind::updated, place, record, member});
}

}  // namespace leat::sandbox
