#include "plugins/connectwise/sandbox/engine/rules.hpp"

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"

namespace leat::sandbox {

namespace {

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

FieldError error_of(const Writing& writing, std::string code, std::string message, std::string field) {
  return {std::move(code), std::move(message), resource_name(writing.schema().name), std::move(field)};
}

void verify_note(Writing& writing) {
  const Json& record = writing.record;
  if (is_flag(record, "detailDescriptionFlag") || is_flag(record, "internalAnalysisFlag") ||
      is_flag(record, "resolutionFlag"))
    return;
  // The live system asks where the note shall be shown (LTC#12).
  writing.errors.push_back(
      error_of(writing, "InvalidObject",
               "Choose where the note is shown: detailDescriptionFlag, internalAnalysisFlag or resolutionFlag.",
               "detailDescriptionFlag"));
}

void verify_time_entry(Writing& writing) {
  for (const char* member : {"timeStart", "timeEnd"}) {
    // Whole seconds only (MCP); the reader has cut fractions off, so the body is looked at.
    if (text_at(writing.body, member).find('.') == std::string::npos) continue;
    writing.errors.push_back(error_of(writing, "InvalidField",
                                      std::string("The value of ") + member + " is in an unsupported format.", member));
  }
  const auto start = parse_timestamp(text_at(writing.record, "timeStart"));
  const auto end = parse_timestamp(text_at(writing.record, "timeEnd"));
  if (start && end && *end < *start) {
    writing.errors.push_back(error_of(writing, "InvalidField", "timeEnd must not be before timeStart.", "timeEnd"));
  }
  if (!writing.creating() && text_at(writing.previous, "status") == "Billed") {
    writing.errors.push_back(error_of(writing, "InvalidObject", "A billed time entry cannot be changed.", "status"));
  }
}

}  // namespace

void Rules::complete_ticket(Writing& writing) {
  Json& record = writing.record;
  set_default(record, "recordType", "ServiceTicket");
  set_default(record, "board", {{"id", 1}});
  set_default(record, "priority", {{"id", 3}});
  set_default(record, "severity", "Medium");
  set_default(record, "impact", "Medium");
  if (!is_absent(record, "status")) return;
  // The board may be named instead of numbered; its default status needs the number.
  std::vector<FieldError> ignored;
  Json board = {{"board", record["board"]}};
  references_.resolve(writing.schema(), board, ignored);
  const std::int64_t id = reference_id(board, "board");
  if (id == 0) return;
  const ListPlace statuses = store_.place("/service/boards/{}/statuses", {std::to_string(id)});
  const Collection& list = store_.open(statuses);
  for (std::optional<Id> status = list.next(0); status; status = list.next(*status)) {
    if (is_flag(store_.read(statuses, *status), "defaultFlag")) record["status"] = {{"id", *status}};
  }
}

void Rules::complete(Writing& writing) {
  Json& record = writing.record;
  const std::string& pattern = writing.place.pattern;
  if (pattern == "/service/tickets") complete_ticket(writing);
  if (writing.creating() && writing.schema().name == "TimeEntry") {
    set_default(record, "member", {{"identifier", api_member}});
    set_default(record, "status", "Open");
    set_default(record, "billableOption", "Billable");
  }
  if (writing.schema().name == "ServiceNote" && writing.creating() && is_absent(record, "contact")) {
    set_default(record, "member", {{"identifier", api_member}});
  }
  if (writing.schema().name == "Company" && writing.creating()) set_default(record, "status", {{"id", 1}});
}

void Rules::verify(Writing& writing) {
  const std::string_view schema = writing.schema().name;
  if (schema == "ServiceNote") verify_note(writing);
  if (schema == "TimeEntry") verify_time_entry(writing);
  // Required though the document does not say so (AMP).
  if (schema == "Contact" && text_at(writing.record, "firstName").empty()) {
    writing.errors.push_back(
        error_of(writing, "MissingRequiredField", "The firstName field is required.", "firstName"));
  }
  if (schema != "Company") return;
  const auto other = references_.find(writing.place, "identifier", text_at(writing.record, "identifier"));
  if (other && *other != id_at(writing.record)) {
    writing.errors.push_back(error_of(writing, "ObjectExists", "Company ID already in use.", "identifier"));
  }
  // What only a creation takes is refused when it comes back in a PUT (CBT).
  if (writing.method == Method::put && writing.body.contains("types")) {
    writing.errors.push_back(
        error_of(writing, "InvalidField", "types can only be used when creating a company.", "types"));
  }
}

void Rules::settle_ticket(Writing& writing) {
  Json& record = writing.record;
  const std::string board = std::to_string(reference_id(record, "board"));
  const Json status = store_.read(store_.place("/service/boards/{}/statuses", {board}), reference_id(record, "status"));
  const bool closed = is_flag(status, "closedStatus");
  const bool was_closed = !writing.creating() && is_flag(writing.previous, "closedFlag");
  record["closedFlag"] = closed;
  if (closed && !was_closed) {
    record["closedDate"] = to_timestamp(writing.now);
    record["closedBy"] = api_member;
  } else if (!closed) {
    record.erase("closedDate");
    record.erase("closedBy");
  }
  if (reference_id(record, "company") != 0 &&
      reference_id(writing.previous, "company") != reference_id(record, "company")) {
    const Json company = store_.read(store_.place("/company/companies", {}), reference_id(record, "company"));
    if (!is_absent(company, "site")) set_default(record, "site", company["site"]);
    set_default(record, "siteName", text_at(record.value("site", Json::object()), "name"));
    for (const char* member : {"addressLine1", "city", "zip"}) set_default(record, member, text_at(company, member));
    set_default(record, "stateIdentifier", text_at(company, "state"));
  }
  const std::int64_t contact_id = reference_id(record, "contact");
  if (contact_id != 0 && reference_id(writing.previous, "contact") != contact_id) {
    const Json contact = store_.read(store_.place("/company/contacts", {}), contact_id);
    record["contactName"] = text_at(record["contact"], "name");
    record["contactPhoneNumber"] = text_at(contact, "defaultPhoneNbr");
  }
  set_default(record, "location",
              references_.refer("SystemLocationReference", store_.place("/system/locations", {}), 1));
  set_default(record, "department",
              references_.refer("SystemDepartmentReference", store_.place("/system/departments", {}), 1));
  set_default(record, "billTime", "Billable");
  set_default(record, "actualHours", 0.0);
}

void Rules::settle_time_entry(Writing& writing) {
  Json& record = writing.record;
  const auto start = parse_timestamp(text_at(record, "timeStart"));
  const auto end = parse_timestamp(text_at(record, "timeEnd"));
  // With both times given, actualHours is what lies between them (MCP).
  if (start && end) record["actualHours"] = static_cast<double>(*end - *start) / 3600;
  if (writing.creating()) {
    record["enteredBy"] = api_member;
    record["dateEntered"] = to_timestamp(writing.now);
  }
  const std::int64_t ticket = id_at(record, "chargeToId");
  const ListPlace tickets = store_.place("/service/tickets", {});
  if (text_at(record, "chargeToType") == "ServiceTicket" && store_.open(tickets).contains(ticket)) {
    record["ticket"] = references_.refer("TicketReference", tickets, ticket);
    set_default(record, "company", store_.read(tickets, ticket)["company"]);
  }
}

void Rules::settle(Writing& writing) {
  const std::string_view schema = writing.schema().name;
  if (writing.place.pattern == "/service/tickets") settle_ticket(writing);
  if (schema == "TimeEntry") settle_time_entry(writing);
  if (schema == "ServiceNote" && writing.creating()) {
    writing.record["dateCreated"] = to_timestamp(writing.now);
    writing.record["createdBy"] = api_member;
  }
}

bool Rules::soft_delete(const ListPlace& place, Json& record, Seconds now) const {
  // Deleted companies stay in the list (DJ, GRD).
  if (place.pattern != "/company/companies") return false;
  record["deletedFlag"] = true;
  record["dateDeleted"] = to_timestamp(now);
  record["deletedBy"] = api_member;
  return true;
}

void Rules::verify_delete(const ListPlace& place, const Json& record) const {
  if (place.schema->name == "TimeEntry" && text_at(record, "status") == "Billed") {
    throw invalid_object("timeEntry",
                         {{"InvalidObject", "A billed time entry cannot be deleted.", "timeEntry", "status"}});
  }
}

}  // namespace leat::sandbox
