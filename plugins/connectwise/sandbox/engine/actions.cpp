#include "plugins/connectwise/sandbox/engine/actions.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/engine/time_sheets.hpp"

namespace leat::sandbox {

namespace {

constexpr const char* service_tickets = "/service/tickets";
constexpr const char* project_tickets = "/project/tickets";

Json success() { return {{"success", true}, {"message", "The request was successful."}}; }

Id id_of(const std::string& argument) { return to_integer(argument).value_or(0); }

struct StateRow {
  std::string_view word;
  std::string_view state;
};
constexpr std::array<StateRow, 4> states = {
    {{"submit", "PendingApproval"}, {"approve", "ApprovedByTierOne"}, {"reject", "Rejected"}, {"reverse", "Open"}}};

struct ConversionRow {
  std::string_view pattern;
  const char* from;
  const char* to;
};
constexpr std::array<ConversionRow, 6> conversions = {{
    {"/sales/opportunities/{}/converttoagreement", "/sales/opportunities", "/finance/agreements"},
    {"/sales/opportunities/{}/converttoproject", "/sales/opportunities", "/project/projects"},
    {"/sales/opportunities/{}/converttosalesorder", "/sales/opportunities", "/sales/orders"},
    {"/sales/opportunities/{}/converttoserviceticket", "/sales/opportunities", service_tickets},
    {"/sales/orders/{}/converttoproject", "/sales/orders", "/project/projects"},
    {"/sales/orders/{}/converttoserviceticket", "/sales/orders", service_tickets},
}};

}  // namespace

Json Actions::record_at(const char* pattern, const std::string& argument) {
  return writer_.existing(store_.place(pattern, {}), id_of(argument));
}

Json Actions::merge_tickets(const Call& call, const Json& body) {
  const ListPlace list = store_.place(service_tickets, {});
  const Id parent_id = id_of(call.place.arguments.front());
  Json parent = writer_.existing(list, parent_id);
  std::vector<Json> children;
  for (const Json& id : body.value("mergeTicketIds", Json::array()))
    children.push_back(writer_.existing(list, id.get<Id>()));
  for (Json& child : children) {
    child["mergedParentTicket"] = references_.refer("TicketReference", list, parent_id);
    Json status = {{"board", child["board"]}, {"status", body.value("status", Json::object())}};
    std::vector<FieldError> errors;
    references_.resolve(*list.schema, status, errors);
    if (!errors.empty()) throw invalid_object("ticketMerge", errors);
    child["status"] = status["status"];
  }
  for (Json& child : children) {
    const Id id = id_at(child);
    writer_.put(list, id, std::move(child), call.caller.member);
  }
  parent["hasMergedChildTicketFlag"] = true;
  writer_.put(list, parent_id, std::move(parent), call.caller.member);
  return success();
}

Json Actions::attach_children(const Call& call, const Json& body) {
  const ListPlace list = store_.place(service_tickets, {});
  const Id parent_id = id_of(call.place.arguments.front());
  Json parent = writer_.existing(list, parent_id);
  std::vector<Json> children;
  for (const Json& id : body.value("childTicketIds", Json::array()))
    children.push_back(writer_.existing(list, id.get<Id>()));
  for (Json& child : children) {
    const Id id = id_at(child);
    child["parentTicketId"] = parent_id;
    writer_.put(list, id, std::move(child), call.caller.member);
  }
  parent["hasChildTicket"] = true;
  writer_.put(list, parent_id, std::move(parent), call.caller.member);
  return success();
}

// The ticket keeps its id and is from now on found below the other path only (clients, C).
Json Actions::convert_ticket(const Call& call, const Json& body, bool to_project) {
  const char* from = to_project ? service_tickets : project_tickets;
  const ListPlace source = store_.place(from, {});
  const ListPlace target = store_.place(to_project ? project_tickets : service_tickets, {});
  const Json ticket = record_at(from, call.place.arguments.front());
  Json moved = Json::object();
  for (const connectwise::Field& field : target.schema->fields) {
    const std::string name(field.name);
    if (ticket.contains(name)) moved[name] = ticket[name];
    for (const char* given : {"project", "phase", "wbsCode"}) {
      if (to_project && name == given && !is_absent(body, given)) moved[name] = body[given];
    }
  }
  if (to_project) {
    moved["isIssueFlag"] = text_at(body, "recordType") == "ProjectIssue";
  } else {
    moved["recordType"] = "ServiceTicket";
  }
  std::vector<FieldError> errors;
  references_.resolve(*target.schema, moved, errors);
  if (!errors.empty()) throw invalid_object("convertItem", errors);
  const Id id = id_at(ticket);
  store_.open(source).erase(id);
  writer_.put(target, id, std::move(moved), call.caller.member);
  return success();
}

// A project's ticket becomes an issue, or the other way round.
Json Actions::convert_issue(const Call& call, const Json& body) {
  Json ticket = record_at(project_tickets, call.place.arguments.front());
  ticket["isIssueFlag"] = text_at(body, "recordType") == "ProjectIssue";
  const Id id = id_at(ticket);
  writer_.put(store_.place(project_tickets, {}), id, std::move(ticket), call.caller.member);
  return success();
}

Json Actions::merge_companies(const Call& call, const Json& body) {
  const ListPlace list = store_.place("/company/companies", {});
  const Json from = record_at("/company/companies", call.place.arguments.front());
  Json to = writer_.existing(list, id_at(body, "toCompanyId"));
  // "From" takes the value of the company that goes.
  for (const auto& [name, choice] : body.items()) {
    if (choice == "From" && from.contains(name)) to[name] = from[name];
  }
  const Id id = id_at(to);
  writer_.erase(list, id_at(from), call.caller.member);
  writer_.put(list, id, std::move(to), call.caller.member);
  return success();
}

// The new record, or the one that the body names, with what both have in common.
Json Actions::convert_opportunity(const Call& call, const Json& body) {
  const auto row = std::find_if(conversions.begin(), conversions.end(),
                                [&](const ConversionRow& known) { return known.pattern == call.pattern(); });
  const Json origin = record_at(row->from, call.place.arguments.front());
  const ListPlace target = store_.place(row->to, {});
  constexpr std::array<const char*, 4> named = {"agreementId", "projectId", "salesOrderId", "ticketId"};
  for (const char* name : named) {
    const Id known = body.is_object() ? id_at(body, name) : 0;
    if (known != 0) return writer_.existing(target, known);
  }
  const Id id = store_.next_id(target);
  Json record = sample_record(store_.catalog(), *target.schema, id);
  for (const char* name : {"company", "contact", "site", "customerPO", "billToCompany", "billToContact", "currency"}) {
    if (target.schema->find(name) != nullptr && origin.contains(name)) record[name] = origin[name];
  }
  const std::string title = text_at(origin, "name");
  for (const char* name : {"name", "summary"}) {
    if (target.schema->find(name) != nullptr && !title.empty()) record[name] = title;
  }
  if (target.schema->find("opportunity") != nullptr) record["opportunity"] = {{"id", id_at(origin)}, {"name", title}};
  if (body.is_object()) {
    for (const auto& [name, value] : body.items()) {
      if (target.schema->find(name) != nullptr) record[name] = value;
    }
  }
  std::vector<FieldError> ignored;
  references_.resolve(*target.schema, record, ignored);
  writer_.put(target, id, std::move(record), call.caller.member);
  return store_.read(target, id);
}

Json Actions::move_state(const Call& call, std::string_view to) {
  const ListPlace list = store_.place(parent_pattern(parent_pattern(call.pattern())), {});
  const Id id = id_of(call.place.arguments.front());
  Json record = writer_.existing(list, id);
  record["status"] = to;
  if (list.pattern == "/time/sheets") move_time_entries(call, record);
  writer_.put(list, id, std::move(record), call.caller.member);
  return success();
}

// The entries of a sheet go with it, but for what was billed.
void Actions::move_time_entries(const Call& call, const Json& sheet) {
  const ListPlace list = store_.place("/time/entries", {});
  const Collection& entries = store_.open(list);
  for (auto id = entries.next(0); id; id = entries.next(*id)) {
    Json entry = store_.read(list, *id);
    if (!TimeSheets::covers(sheet, entry) || text_at(entry, "status") == "Billed") continue;
    entry["status"] = sheet["status"];
    writer_.put(list, *id, std::move(entry), call.caller.member);
  }
}

std::optional<Json> Actions::act(const Call& call, const Json& body) {
  const std::string& pattern = call.pattern();
  if (pattern == "/service/tickets/{}/merge") return merge_tickets(call, body);
  if (pattern == "/service/tickets/{}/attachchildren") return attach_children(call, body);
  if (pattern == "/service/tickets/{}/convert") return convert_ticket(call, body, true);
  if (pattern == "/project/tickets/{}/convert") {
    return text_at(body, "recordType") == "ServiceTicket" ? convert_ticket(call, body, false)
                                                          : convert_issue(call, body);
  }
  if (pattern == "/company/companies/{}/merge") return merge_companies(call, body);
  for (const ConversionRow& row : conversions) {
    if (row.pattern == pattern) return convert_opportunity(call, body);
  }
  if (pattern.compare(0, 13, "/time/sheets/") != 0 && pattern.compare(0, 17, "/expense/reports/") != 0)
    return std::nullopt;
  for (const StateRow& row : states) {
    if (call.place.route->ends_with(row.word)) return move_state(call, row.state);
  }
  return std::nullopt;
}

}  // namespace leat::sandbox
