#include "plugins/connectwise/sandbox/engine/rules.hpp"

#include "plugins/connectwise/sandbox/callbacks/entries.hpp"
#include "plugins/connectwise/sandbox/engine/associations.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"

namespace leat::sandbox {

namespace {

void verify_note(Writing& writing) {
  const Json& record = writing.record;
  if (is_flag(record, "detailDescriptionFlag") || is_flag(record, "internalAnalysisFlag") ||
      is_flag(record, "resolutionFlag"))
    return;
  // The live system asks where the note shall be shown (clients, C).
  writing.refuse("InvalidObject",
                 "Choose where the note is shown: detailDescriptionFlag, internalAnalysisFlag or resolutionFlag.",
                 "detailDescriptionFlag");
}

void verify_company(Writing& writing, References& references) {
  const auto other = references.find(writing.place, "identifier", text_at(writing.record, "identifier"));
  if (other && *other != id_at(writing.record))
    writing.refuse("ObjectExists", "Company ID already in use.", "identifier");
  // What only a creation takes is refused when it comes back in a PUT (clients, C).
  if (writing.method == Method::put && writing.body.contains("types")) {
    writing.refuse("InvalidField", "types can only be used when creating a company.", "types");
  }
}

// "POST only, never returned" (document, C): a PUT that sends one is refused as for a company's types.
void verify_create_only(Writing& writing) {
  if (writing.method != Method::put) return;
  for (const connectwise::Field& field : writing.schema().fields) {
    const std::string name(field.name);
    if (!field.create_only || !writing.body.contains(name)) continue;
    writing.refuse("InvalidField",
                   name + " can only be used when creating a " + resource_name(writing.schema().name) + ".", name);
  }
}

bool is_note(const Writing& writing) { return writing.schema().name == "ServiceNote"; }

}  // namespace

void Writing::refuse(std::string code, std::string message, std::string field) {
  errors.push_back({std::move(code), std::move(message), resource_name(schema().name), std::move(field)});
}

bool is_flag(const Json& record, std::string_view member) {
  const auto found = record.find(member);
  return found != record.end() && found->is_boolean() && found->get<bool>();
}

void set_default(Json& record, const std::string& member, Json value) {
  if (is_absent(record, member)) record[member] = std::move(value);
}

std::int64_t reference_id(const Json& record, std::string_view member) {
  const auto found = record.find(member);
  return found != record.end() && found->is_object() ? id_at(*found) : 0;
}

void Rules::complete(Writing& writing) {
  Json& record = writing.record;
  const std::string_view schema = writing.schema().name;
  if (writing.place.pattern == "/service/tickets") complete_ticket(writing, store_, references_);
  if (schema == "TimeEntry") complete_time_entry(writing);
  if (is_note(writing) && writing.creating() && is_absent(record, "contact"))
    set_default(record, "member", {{"identifier", writing.member}});
  if (schema == "Company" && writing.creating()) set_default(record, "status", {{"id", 1}});
  if (Associations::depend_on(writing.place)) Associations(store_).complete(writing);
  if (writing.place.pattern == callback_entries) complete_callback(writing, store_);
}

void Rules::verify(Writing& writing) {
  const std::string_view schema = writing.schema().name;
  verify_create_only(writing);
  if (is_note(writing)) verify_note(writing);
  if (schema == "TimeEntry") verify_time_entry(writing, store_);
  if (schema == "ScheduleEntry") verify_schedule_entry(writing, store_);
  if (schema == "Contact") verify_contact(writing);
  if (schema == "Company") verify_company(writing, references_);
  if (schema == "Ticket" || schema == "ProjectTicket") {
    verify_ticket(writing);
    Associations(store_).verify_ticket(writing);
  }
  if (Associations::depend_on(writing.place)) Associations(store_).verify(writing);
  if (writing.place.pattern == callback_entries) verify_callback(writing, store_, variants_);
}

void Rules::settle(Writing& writing) {
  const std::string_view schema = writing.schema().name;
  if (writing.place.pattern == "/service/tickets") settle_ticket(writing, store_, references_);
  if (schema == "TimeEntry") settle_time_entry(writing, store_, references_);
  if (schema == "Contact") settle_contact(writing, store_);
  if (is_note(writing) && writing.creating()) {
    writing.record["dateCreated"] = to_timestamp(writing.now);
    writing.record["createdBy"] = writing.member;
  }
}

void Rules::follow(const ListPlace& place, const Json& record, bool deleted) {
  follow_contact(store_, place, record, deleted);
  if (Associations::depend_on(place)) Associations(store_).refresh(place.arguments.front());
}

bool Rules::soft_delete(const ListPlace& place, Json& record, Seconds now, std::string_view member) const {
  // Deleted companies stay in the list (clients, C).
  if (place.pattern != "/company/companies") return false;
  record["deletedFlag"] = true;
  record["dateDeleted"] = to_timestamp(now);
  record["deletedBy"] = member;
  return true;
}

void Rules::verify_delete(const ListPlace& place, const Json& record) const {
  if (place.schema->name != "TimeEntry") return;
  if (text_at(record, "status") == "Billed") {
    throw invalid_object("timeEntry",
                         {{"InvalidObject", "A billed time entry cannot be deleted.", "timeEntry", "status"}});
  }
  const std::string closed = TimeSheets(store_).refusal(record);
  if (!closed.empty()) throw invalid_object("timeEntry", {{"InvalidObject", closed, "timeEntry", "timeStart"}});
}

}  // namespace leat::sandbox
