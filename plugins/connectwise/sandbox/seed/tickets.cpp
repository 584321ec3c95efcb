#include "plugins/connectwise/sandbox/seed/tickets.hpp"

#include <array>
#include <charconv>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr Seconds seconds_between_tickets = 300;
constexpr std::size_t statuses_per_board = 7;
constexpr std::size_t closed_status = 6;

// JSON texts: a quote is written \".
constexpr std::array<std::string_view, 12> troubles = {
    "Printer jam",        "Cannot log in",     "Mailbox is full",     "VPN drops every hour",
    "Screen stays black", "Backup failed",     "Password expired",    "Slow file share",
    "Disk almost full",   "New starter setup", "Phone without sound", "Error \\\"0x80070035\\\" on share"};
constexpr std::array<std::string_view, 10> wheres = {
    " on floor 2",    " in reception",      " for the sales team", " at the warehouse",     " after update",
    " on the laptop", " in meeting room 4", " since this morning", " f\u00fcr B\u00fcro 3", " on SRV-1001"};

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// Quarters: "1.25", "2.0".
void append_quarters(std::string& out, std::int64_t quarters) {
  constexpr std::array<std::string_view, 4> fractions = {".0", ".25", ".5", ".75"};
  append_number(out, quarters / 4);
  out += fractions[static_cast<std::size_t>(quarters % 4)];
}

std::string member(std::string_view name, const Json& value) {
  return '"' + std::string(name) + "\":" + to_text(value);
}

std::string members(const Json& object) {
  const std::string text = to_text(object);
  return text.substr(1, text.size() - 2);
}

}  // namespace

struct TicketSeeds::Choice {
  std::uint64_t bits;
  std::size_t company;
  std::size_t contact;
  std::size_t board;   // 0, 1
  std::size_t status;  // 0 .. 6 on its board
  std::size_t owner;
  bool closed;
  std::int64_t quarters;  // of an hour worked
  Seconds entered;
  Seconds updated;
  Id notes;
};

TicketSeeds::Choice TicketSeeds::choose(Id id) const {
  Choice choice{};
  const std::uint64_t bits = mix(static_cast<std::uint64_t>(id));
  choice.bits = bits;
  choice.company = bits % companies_.size();
  choice.contact = choice.company * 3 + (bits >> 8U) % 3;
  choice.board = (bits >> 12U) % 10 < 7 ? 0 : 1;
  const std::uint64_t part = (bits >> 16U) % 100;
  choice.status = part < 55 ? closed_status : part < 65 ? closed_status - 1 : (bits >> 24U) % 5;
  choice.closed = choice.status >= closed_status - 1;
  choice.owner = 1 + (bits >> 28U) % 6;
  choice.quarters = static_cast<std::int64_t>(1 + (bits >> 32U) % 16);
  choice.entered = seed_time + 8 * 3600 + id * seconds_between_tickets;
  choice.updated = choice.entered + 600 + static_cast<Seconds>((bits >> 36U) % 250'000);
  choice.notes = static_cast<Id>(1 + (bits >> 44U) % 3);
  return choice;
}

TicketSeeds::TicketSeeds(const Book& book, Id count) : count_(count), url_(book.url()) {
  const Id company_count = book.count("/company/companies");
  for (Id id = 1; id <= company_count; ++id) {
    const Json& company = book.record("/company/companies", id);
    const Json reference = book.refer("CompanyReference", id);
    Json part = {{"company", reference},    {"site", company["site"]},
                 {"siteName", "Main"},      {"addressLine1", company["addressLine1"]},
                 {"city", company["city"]}, {"stateIdentifier", "FL"},
                 {"zip", company["zip"]}};
    const Json agreement = {{"agreement", book.refer("AgreementReference", id)},
                            {"agreementType", book.record("/finance/agreements", id)["type"]["name"]}};
    companies_.push_back({members(part), member("company", reference), members(agreement)});
    for (Id contact = id * 3 - 2; contact <= id * 3; ++contact) {
      const Json& person = book.record("/company/contacts", contact);
      const Json contact_reference = book.refer("ContactReference", contact);
      const Json contact_part = {{"contact", contact_reference},
                                 {"contactName", contact_reference["name"]},
                                 {"contactPhoneNumber", person["defaultPhoneNbr"]},
                                 {"contactEmailAddress", person["communicationItems"][0]["value"]}};
      contacts_.push_back(
          {members(contact_part), member("contact", contact_reference), text_at(contact_reference, "name")});
    }
  }
  for (Id id = 1; id <= book.count("/system/members"); ++id) {
    members_.push_back(
        {to_text(book.refer("MemberReference", id)), text_at(book.record("/system/members", id), "identifier")});
  }
  for (Id board = 1; board <= 2; ++board) {
    const std::string path = "/service/boards/" + std::to_string(board);
    const Id first = (board - 1) * 10 + 1;
    for (Id status = first; status < first + static_cast<Id>(statuses_per_board); ++status) {
      const Json reference = book.refer("ServiceStatusReference", status, path + "/statuses");
      statuses_.push_back(members({{"board", book.refer("BoardReference", board)}, {"status", reference}}));
      status_names_.push_back(text_at(reference, "name"));
    }
    const std::string associations = path + "/typeSubTypeItemAssociations";
    std::vector<std::string>& types = types_.emplace_back();
    for (Id i = 0; i < book.count(associations); ++i) {
      const Json& row = book.record(associations, (board - 1) * 100 + 1 + i);
      if (!row.contains("item")) continue;
      types.push_back(members({{"type", row["type"]},
                               {"subType", row["subType"]},
                               {"item", row["item"]},
                               {"team", book.refer("ServiceTeamReference", first + i % 2, path + "/teams")}}));
    }
  }
  for (Id id = 1; id <= 4; ++id) {
    priorities_.push_back(member("priority", book.refer("PriorityReference", id)));
    sources_.push_back(member("source", book.refer("ServiceSourceReference", id)));
  }
  work_ = members({{"workRole", book.refer("WorkRoleReference", 1)}, {"workType", book.refer("WorkTypeReference", 1)}});
  place_ = members(
      {{"location", book.refer("OwnerLevelReference", 1)}, {"department", book.refer("BillingUnitReference", 1)}});
  sla_ = member("sla", book.refer("SLAReference", 1));
  std::string text = member("customFields", empty_custom_fields("Ticket"));
  constexpr std::string_view empty = "\"value\":null";
  for (std::size_t at = text.find(empty); at != std::string::npos; at = text.find(empty)) {
    custom_fields_.push_back(text.substr(0, at) + "\"value\":");
    text.erase(0, at + empty.size());
  }
  custom_fields_.push_back(text);
}

std::optional<Seeds> TicketSeeds::find(std::string_view path) const {
  if (path == "/service/tickets") return Seeds{1, count_, [this](Id id, std::string& out) { write_ticket(id, out); }};
  if (path == "/time/entries") return Seeds{1, count_, [this](Id id, std::string& out) { write_time_entry(id, out); }};
  constexpr std::string_view before = "/service/tickets/";
  constexpr std::string_view after = "/notes";
  if (path.size() <= before.size() + after.size() || path.substr(0, before.size()) != before ||
      path.substr(path.size() - after.size()) != after) {
    return std::nullopt;
  }
  const auto ticket = to_integer(path.substr(before.size(), path.size() - before.size() - after.size()));
  if (!ticket || *ticket < 1 || *ticket > count_) return std::nullopt;
  return Seeds{*ticket * notes_per_ticket, choose(*ticket).notes,
               [this](Id id, std::string& out) { write_note(id, out); }};
}

void TicketSeeds::write_ticket(Id id, std::string& out) const {
  const Choice choice = choose(id);
  const std::uint64_t bits = choice.bits;
  const bool owned = choice.closed || choice.status != 0;
  const Member& owner = members_[choice.owner];
  out += "{\"id\":";
  append_number(out, id);
  out += ",\"summary\":\"";
  out += troubles[(bits >> 4U) % troubles.size()];
  out += wheres[(bits >> 20U) % wheres.size()];
  out += "\",\"recordType\":\"ServiceTicket\",";
  out += statuses_[choice.board * statuses_per_board + choice.status];
  out += ',';
  out += work_;
  out += ',';
  out += companies_[choice.company].ticket_part;
  out += ',';
  out += contacts_[choice.contact].ticket_part;
  out += ',';
  const std::vector<std::string>& types = types_[choice.board];
  out += types[(bits >> 40U) % types.size()];
  out += ',';
  if (owned) {
    out += "\"owner\":";
    out += owner.reference;
    out += ',';
  }
  out += priorities_[(bits >> 48U) % 4];
  out += ',';
  out += sources_[(bits >> 50U) % 4];
  out += ",\"requiredDate\":\"";
  append_timestamp(out, choice.entered / 86'400 * 86'400 + 3 * 86'400);
  out += "\",\"budgetHours\":";
  append_quarters(out, static_cast<std::int64_t>((bits >> 52U) % 40));
  out += ',';
  if ((bits >> 56U) % 2 == 0) {
    out += companies_[choice.company].agreement;
    out += ',';
  }
  constexpr std::array<std::string_view, 3> levels = {"Low", "Medium", "High"};
  out += "\"severity\":\"";
  out += levels[(bits >> 57U) % 3];
  out += "\",\"impact\":\"";
  out += levels[(bits >> 59U) % 3];
  out += "\",\"externalXRef\":\"X-";
  append_number(out, 500'000 + id);
  out +=
      "\",\"allowAllClientsPortalView\":false,\"customerUpdatedFlag\":false,\"automaticEmailContactFlag\":true,"
      "\"automaticEmailResourceFlag\":false,\"automaticEmailCcFlag\":false,";
  if (choice.closed) {
    out += "\"closedDate\":\"";
    append_timestamp(out, choice.updated);
    out += "\",\"closedBy\":\"";
    out += owner.identifier;
    out += "\",\"dateResolved\":\"";
    append_timestamp(out, choice.updated);
    out += "\",\"resolveMinutes\":";
    append_number(out, (choice.updated - choice.entered) / 60);
    out += ",\"closedFlag\":true,";
  } else {
    out += "\"closedFlag\":false,";
  }
  out += "\"actualHours\":";
  append_quarters(out, choice.quarters);
  out +=
      ",\"approved\":true,\"estimatedExpenseCost\":0.0,\"estimatedExpenseRevenue\":0.0,\"estimatedProductCost\":0.0,"
      "\"estimatedProductRevenue\":0.0,\"estimatedTimeCost\":0.0,\"estimatedTimeRevenue\":0.0,\"billingMethod\":"
      "\"ActualRates\","
      "\"subBillingMethod\":\"ActualRates\",";
  if (owned) {
    out += "\"dateResponded\":\"";
    append_timestamp(out, choice.entered + 600);
    out += "\",\"resources\":\"";
    out += owner.identifier;
    out += "\",\"respondedBy\":\"";
    out += owner.identifier;
    out += "\",\"respondMinutes\":10,";
  }
  out +=
      "\"isInSla\":true,\"hasChildTicket\":false,\"hasMergedChildTicketFlag\":false,\"billTime\":\"Billable\","
      "\"billExpenses\":\"Billable\",\"billProducts\":\"Billable\",\"predecessorClosedFlag\":false,"
      "\"lagNonworkingDaysFlag\":false,";
  out += "\"mobileGuid\":\"";
  append_guid(out, bits);
  out += "\",";
  out += sla_;
  out += choice.closed ? ",\"slaStatus\":\"Resolved\"," : ",\"slaStatus\":\"Resolve by Fri 03/07 5:00 PM UTC-05\",";
  out += "\"requestForChangeFlag\":false,\"integratorTags\":[],\"_info\":{\"lastUpdated\":\"";
  append_timestamp(out, choice.updated);
  out += "\",\"updatedBy\":\"";
  out += owner.identifier;
  out += "\",\"dateEntered\":\"";
  append_timestamp(out, choice.entered);
  out += "\",\"enteredBy\":\"";
  out += members_[1 + (bits >> 33U) % 6].identifier;
  out += '"';
  for (const std::string_view child : {"activities", "documents", "notes", "timeentries"}) {
    out += ",\"";
    out += child;
    out += "_href\":\"";
    out += url_;
    out += "/service/tickets/";
    append_number(out, id);
    out += '/';
    out += child;
    out += '"';
  }
  out +=
      "},\"escalationLevel\":0,\"minutesBeforeWaiting\":0,\"respondedSkippedMinutes\":0,\"resplanSkippedMinutes\":0,"
      "\"respondedHours\":0.16,\"resplanHours\":0.0,\"resolutionHours\":0.0,\"minutesWaiting\":0,";
  out += custom_fields_[0];
  out += "\"WS-";
  append_number(out, 1000 + static_cast<std::int64_t>(bits % 80));
  out += '"';
  out += custom_fields_[1];
  out += choice.closed ? "\"User error\"" : "null";
  out += custom_fields_[2];
  out += (bits >> 61U) % 2 == 0 ? "true" : "false";
  out += custom_fields_[3];
  append_quarters(out, static_cast<std::int64_t>(bits >> 62U));
  out += custom_fields_[4];
  out += "null";
  out += custom_fields_[5];
  out += '}';
}

void TicketSeeds::write_note(Id id, std::string& out) const {
  const Id ticket = id / notes_per_ticket;
  const Id number = id % notes_per_ticket;
  const Choice choice = choose(ticket);
  const bool by_contact = number == 0;
  const Member& author = members_[choice.owner];
  constexpr std::array<std::string_view, 4> texts = {
      "It started this morning and happens every time.\\r\\nPlease call me back.",
      "Called the contact and looked at the event log.", "Fixed and tested with the contact.",
      "Waiting for a spare part."};
  out += "{\"id\":";
  append_number(out, id);
  out += ",\"ticketId\":";
  append_number(out, ticket);
  out += ",\"text\":\"";
  out += texts[static_cast<std::size_t>(number) % texts.size()];
  out += "\",\"detailDescriptionFlag\":";
  out += by_contact ? "true" : "false";
  out += ",\"internalAnalysisFlag\":";
  out += number == 1 ? "true" : "false";
  out += ",\"resolutionFlag\":";
  out += number == 2 ? "true" : "false";
  out += ",\"issueFlag\":false,";
  if (by_contact) {
    out += contacts_[choice.contact].reference;
  } else {
    out += "\"member\":";
    out += author.reference;
  }
  const std::string time = to_timestamp(choice.entered + number * 900);
  const std::string writer = by_contact ? contacts_[choice.contact].name : author.identifier;
  out += ",\"customerUpdatedFlag\":false,\"dateCreated\":\"" + time + "\",\"createdBy\":\"" + writer +
         "\",\"internalFlag\":";
  out += number == 1 ? "true,\"externalFlag\":false" : "false,\"externalFlag\":true";
  out += ",\"_info\":{\"lastUpdated\":\"" + time + "\",\"updatedBy\":\"" + writer + "\",\"dateEntered\":\"" + time +
         "\",\"enteredBy\":\"" + writer + "\"}}";
}

void TicketSeeds::write_time_entry(Id id, std::string& out) const {
  const Choice choice = choose(id);
  const Member& author = members_[choice.owner];
  const Seconds begin = choice.entered + 1800;
  const Seconds end = begin + choice.quarters * 900;
  const std::string entered = to_timestamp(end);
  out += "{\"id\":";
  append_number(out, id);
  out += ',';
  out += companies_[choice.company].reference;
  out += ",\"companyType\":\"Client\",\"chargeToId\":";
  append_number(out, id);
  out += ",\"chargeToType\":\"ServiceTicket\",\"member\":";
  out += author.reference;
  out += ",\"locationId\":1,\"businessUnitId\":1,";
  out += place_;
  out += ',';
  out += work_;
  out += ",\"timeStart\":\"";
  append_timestamp(out, begin);
  out += "\",\"timeEnd\":\"" + entered + "\",\"hoursDeduct\":0.0,\"actualHours\":";
  append_quarters(out, choice.quarters);
  out +=
      ",\"billableOption\":\"Billable\",\"notes\":\"Worked on the ticket.\",\"addToDetailDescriptionFlag\":true,"
      "\"addToInternalAnalysisFlag\":false,\"addToResolutionFlag\":false,\"emailResourceFlag\":false,"
      "\"emailContactFlag\":false,"
      "\"emailCcFlag\":false,\"hoursBilled\":";
  append_quarters(out, choice.quarters);
  out += ",\"enteredBy\":\"" + author.identifier + "\",\"dateEntered\":\"" + entered + "\",\"mobileGuid\":\"";
  append_guid(out, choice.bits + 1);
  out += "\",\"hourlyRate\":150.0,\"status\":\"Open\",\"ticket\":{\"id\":";
  append_number(out, id);
  out += ",\"summary\":\"";
  out += troubles[(choice.bits >> 4U) % troubles.size()];
  out += wheres[(choice.bits >> 20U) % wheres.size()];
  out += "\",\"_info\":{\"ticket_href\":\"";
  out += url_;
  out += "/service/tickets/";
  append_number(out, id);
  out += "\"}},\"ticketBoard\":\"";
  out += choice.board == 0 ? "Help Desk" : "Network Operations";
  out += "\",\"ticketStatus\":\"" + status_names_[choice.status] + "\",\"invoiceFlag\":true,\"customFields\":";
  out += to_text(empty_custom_fields("TimeEntry"));
  out += ",\"_info\":{\"lastUpdated\":\"" + entered + "\",\"updatedBy\":\"" + author.identifier +
         "\",\"dateEntered\":\"" + entered + "\",\"enteredBy\":\"" + author.identifier + "\"}}";
}

}  // namespace leat::sandbox
