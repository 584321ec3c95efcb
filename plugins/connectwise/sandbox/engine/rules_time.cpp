// Time and schedule entries.
#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"

namespace leat::sandbox {

namespace {

struct ChargeRow {
  std::string_view type;
  const char* pattern;
  std::string_view title;
};
constexpr std::array<ChargeRow, 4> charges = {{{"ServiceTicket", "/service/tickets", "Ticket"},
                                               {"ProjectTicket", "/project/tickets", "Ticket"},
                                               {"ChargeCode", "/time/chargecodes", "Charge Code"},
                                               {"Activity", "/sales/activities", "Activity"}}};

}  // namespace

void complete_time_entry(Writing& writing) {
  if (!writing.creating()) return;
  set_default(writing.record, "member", {{"identifier", writing.member}});
  set_default(writing.record, "status", "Open");
  set_default(writing.record, "billableOption", "Billable");
}

void verify_time_entry(Writing& writing, Store& store) {
  const Json& record = writing.record;
  for (const char* member : {"timeStart", "timeEnd"}) {
    // Whole seconds only (clients, C); the reader has cut fractions off, so the body is looked at.
    if (text_at(writing.body, member).find('.') == std::string::npos) continue;
    writing.refuse("InvalidField", std::string("The value of ") + member + " is in an unsupported format.", member);
  }
  const auto start = parse_timestamp(text_at(record, "timeStart"));
  const auto end = parse_timestamp(text_at(record, "timeEnd"));
  if (start && end && *end < *start) writing.refuse("InvalidField", "timeEnd must not be before timeStart.", "timeEnd");
  if (!writing.creating() && text_at(writing.previous, "status") == "Billed") {
    writing.refuse("InvalidObject", "A billed time entry cannot be changed.", "status");
  }
  // Neither where it was nor where it goes.
  TimeSheets sheets(store);
  std::string closed = writing.creating() ? std::string() : sheets.refusal(writing.previous);
  if (closed.empty()) closed = sheets.refusal(record);
  if (!closed.empty()) writing.refuse("InvalidObject", std::move(closed), "timeStart");
  const std::int64_t id = id_at(record, "chargeToId");
  const std::string type = text_at(record, "chargeToType");
  const auto charge =
      std::find_if(charges.begin(), charges.end(), [&](const ChargeRow& row) { return row.type == type; });
  if (id == 0 || charge == charges.end() || store.open(store.place(charge->pattern, {})).contains(id)) return;
  writing.refuse("NotFound", std::string(charge->title) + " " + std::to_string(id) + " not found", "chargeToId");
}

void settle_time_entry(Writing& writing, Store& store, References& references) {
  Json& record = writing.record;
  const auto start = parse_timestamp(text_at(record, "timeStart"));
  const auto end = parse_timestamp(text_at(record, "timeEnd"));
  // With both times given, actualHours is what lies between them (clients, L).
  if (start && end) record["actualHours"] = static_cast<double>(*end - *start) / 3600;
  if (writing.creating()) {
    record["enteredBy"] = writing.member;
    record["dateEntered"] = to_timestamp(writing.now);
  }
  Json sheet = TimeSheets(store).open(record, writing.now, writing.member);
  if (!sheet.is_null()) record["timeSheet"] = std::move(sheet);
  const std::int64_t ticket = id_at(record, "chargeToId");
  const ListPlace tickets = store.place("/service/tickets", {});
  if (text_at(record, "chargeToType") == "ServiceTicket" && store.open(tickets).contains(ticket)) {
    record["ticket"] = references.refer("TicketReference", tickets, ticket);
    set_default(record, "company", store.read(tickets, ticket)["company"]);
  }
}

void verify_schedule_entry(Writing& writing, Store& store) {
  // The type says what objectId is: S a service ticket, C an activity (clients, L).
  const std::int64_t object = id_at(writing.record, "objectId");
  const auto type = writing.record.find("type");
  if (object == 0 || type == writing.record.end() || !type->is_object()) return;
  const std::string identifier = text_at(*type, "identifier");
  bool found = true;
  if (identifier == "S") {
    found = store.open(store.place("/service/tickets", {})).contains(object) ||
            store.open(store.place("/project/tickets", {})).contains(object);
  } else if (identifier == "C") {
    found = store.open(store.place("/sales/activities", {})).contains(object);
  }
  if (found) return;
  const std::string title = identifier == "S" ? "Ticket " : "Activity ";
  writing.errors.push_back({"NotFound", title + std::to_string(object) + " not found", "schedule", "objectId"});
}

}  // namespace leat::sandbox
