// Tickets: defaults of the set-up, closing, what is copied from company and contact.
#include <array>

#include "plugins/connectwise/sandbox/engine/rules.hpp"

namespace leat::sandbox {

void complete_ticket(Writing& writing, Store& store, References& references) {
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
  references.resolve(writing.schema(), board, ignored);
  const std::int64_t id = reference_id(board, "board");
  if (id == 0) return;
  const ListPlace statuses = store.place("/service/boards/{}/statuses", {std::to_string(id)});
  const Collection& list = store.open(statuses);
  for (std::optional<Id> status = list.next(0); status; status = list.next(*status)) {
    if (is_flag(store.read(statuses, *status), "defaultFlag")) record["status"] = {{"id", *status}};
  }
}

void verify_ticket(Writing& writing) {
  if (writing.creating() || id_at(writing.record, "predecessorId") == 0) return;
  // Dates of a ticket with a predecessor follow from that one (clients, L).
  constexpr std::array<const char*, 4> dates = {"estimatedStartDate", "requiredDate", "scheduleStartDate",
                                                "scheduleEndDate"};
  for (const char* date : dates) {
    if (writing.schema().find(date) == nullptr || text_at(writing.record, date) == text_at(writing.previous, date))
      continue;
    writing.refuse("InvalidField", std::string(date) + " cannot be changed on a ticket that has a predecessor.", date);
  }
}

void settle_ticket(Writing& writing, Store& store, References& references) {
  Json& record = writing.record;
  const std::string board = std::to_string(reference_id(record, "board"));
  const Json status = store.read(store.place("/service/boards/{}/statuses", {board}), reference_id(record, "status"));
  const bool closed = is_flag(status, "closedStatus");
  const bool was_closed = !writing.creating() && is_flag(writing.previous, "closedFlag");
  record["closedFlag"] = closed;
  if (closed && !was_closed) {
    record["closedDate"] = to_timestamp(writing.now);
    record["closedBy"] = writing.member;
  } else if (!closed) {
    record.erase("closedDate");
    record.erase("closedBy");
  }
  if (reference_id(record, "company") != 0 &&
      reference_id(writing.previous, "company") != reference_id(record, "company")) {
    const Json company = store.read(store.place("/company/companies", {}), reference_id(record, "company"));
    if (!is_absent(company, "site")) set_default(record, "site", company["site"]);
    set_default(record, "siteName", text_at(record.value("site", Json::object()), "name"));
    for (const char* member : {"addressLine1", "city", "zip"}) set_default(record, member, text_at(company, member));
    set_default(record, "stateIdentifier", text_at(company, "state"));
  }
  const std::int64_t contact_id = reference_id(record, "contact");
  if (contact_id != 0 && reference_id(writing.previous, "contact") != contact_id) {
    const Json contact = store.read(store.place("/company/contacts", {}), contact_id);
    record["contactName"] = text_at(record["contact"], "name");
    record["contactPhoneNumber"] = text_at(contact, "defaultPhoneNbr");
  }
  set_default(record, "location", references.refer("SystemLocationReference", store.place("/system/locations", {}), 1));
  set_default(record, "department",
              references.refer("SystemDepartmentReference", store.place("/system/departments", {}), 1));
  set_default(record, "billTime", "Billable");
  set_default(record, "actualHours", 0.0);
}

}  // namespace leat::sandbox
