// Service boards with their statuses, types, items and teams, and what tickets need besides.
#include <array>

#include "plugins/connectwise/sandbox/seed/book.hpp"

namespace leat::sandbox {

namespace {

struct Status {
  const char* name;
  bool closed;
  const char* escalation;
};

// What a subtype is offered for, and the items of both; numbers count the names below from 0.
struct Association {
  Id type;
  Id subtype;
  std::array<bool, 3> items;
};
constexpr std::array<const char*, 4> types = {"Hardware", "Software", "Network", "Account"};
constexpr std::array<const char*, 3> subtypes = {"Incident", "Request", "Change"};
constexpr std::array<const char*, 3> items = {"Install", "Repair", "Advice"};
constexpr std::array<Association, 9> associations = {{{0, 0, {false, true, true}},
                                                      {0, 1, {true, false, true}},
                                                      {1, 0, {false, true, true}},
                                                      {1, 1, {true, false, true}},
                                                      {1, 2, {true, true, false}},
                                                      {2, 0, {false, true, true}},
                                                      {2, 2, {true, true, false}},
                                                      {3, 0, {false, true, true}},
                                                      {3, 1, {false, false, true}}}};

void add_classification(Book& book, Id board, const std::string& path, Id first) {
  const Json reference = book.refer("BoardReference", board);
  for (const char* name : types) {
    book.add(path + "/types",
             {{"name", name},
              {"category", "Reactive"},
              {"defaultFlag", false},
              {"inactiveFlag", false},
              {"board", reference}},
             first);
  }
  for (std::size_t subtype = 0; subtype < subtypes.size(); ++subtype) {
    Json of_types = Json::array();
    for (const Association& row : associations) {
      if (row.subtype == static_cast<Id>(subtype)) of_types.push_back(first + row.type);
    }
    book.add(path + "/subtypes",
             {{"name", subtypes.at(subtype)},
              {"inactiveFlag", false},
              {"typeAssociationIds", of_types},
              {"board", reference}},
             first);
  }
  for (const char* name : items) {
    book.add(path + "/items", {{"name", name}, {"inactiveFlag", false}, {"board", reference}}, first);
  }
}

void add_associations(Book& book, Id board, const std::string& path, Id first) {
  const Json reference = book.refer("BoardReference", board);
  const Id row_first = (board - 1) * 100 + 1;
  const auto item_at = [&](std::size_t item) {
    return book.refer("ServiceItemReference", first + static_cast<Id>(item), path + "/items");
  };
  for (std::size_t item = 0; item < items.size(); ++item) {
    for (std::size_t type = 0; type < types.size(); ++type) {
      Json of_subtypes = Json::array();
      for (const Association& row : associations) {
        if (row.type == static_cast<Id>(type) && row.items.at(item)) of_subtypes.push_back(first + row.subtype);
      }
      book.add(path + "/items/" + std::to_string(first + static_cast<Id>(item)) + "/associations",
               {{"subTypeAssociationIds", of_subtypes},
                {"addAllSubTypesFlag", false},
                {"removeAllSubTypesFlag", false},
                {"item", item_at(item)},
                {"board", reference}},
               first);
    }
  }
  for (const Association& row : associations) {
    Json whole = {{"type", book.refer("ServiceTypeReference", first + row.type, path + "/types")},
                  {"subType", book.refer("ServiceSubTypeReference", first + row.subtype, path + "/subtypes")},
                  {"board", reference}};
    book.add(path + "/typeSubTypeItemAssociations", whole, row_first);
    for (std::size_t item = 0; item < items.size(); ++item) {
      if (!row.items.at(item)) continue;
      whole["item"] = item_at(item);
      book.add(path + "/typeSubTypeItemAssociations", whole, row_first);
    }
  }
}

void add_children(Book& book, Id board) {
  constexpr std::array<Status, 7> statuses = {{{"New", false, "NotResponded"},
                                               {"Assigned", false, "Responded"},
                                               {"In Progress", false, "Responded"},
                                               {"Waiting Customer", false, "ResolutionPlan"},
                                               {"Scheduled", false, "ResolutionPlan"},
                                               {"Completed", true, "Resolved"},
                                               {"Closed", true, "Resolved"}}};
  const std::string path = "/service/boards/" + std::to_string(board);
  // Ids are one sequence over all boards, as in the live system.
  const Id first = (board - 1) * 10 + 1;
  const Json reference = book.refer("BoardReference", board);
  Id order = 0;
  for (const Status& status : statuses) {
    book.add(path + "/statuses",
             {{"name", status.name},
              {"board", reference},
              {"sortOrder", order++},
              {"displayOnBoard", true},
              {"inactive", false},
              {"closedStatus", status.closed},
              {"timeEntryNotAllowed", false},
              {"defaultFlag", order == 1},
              {"escalationStatus", status.escalation}},
             first);
  }
  add_classification(book, board, path, first);
  add_associations(book, board, path, first);
  for (const char* name : {"First Line", "Second Line"}) {
    book.add(path + "/teams",
             {{"name", name},
              {"teamLeader", book.refer("MemberReference", 7)},
              {"members", Json::array({2, 3, 4})},
              {"defaultFlag", std::string(name) == "First Line"},
              {"notifyOnTicketDelete", false},
              {"boardId", board},
              {"locationId", 1},
              {"businessUnitId", 1}},
             first);
  }
}

}  // namespace

void seed_boards(Book& book) {
  struct Priority {
    const char* name;
    const char* color;
    const char* level;
  };
  constexpr std::array<Priority, 4> priorities = {{{"Priority 1 - Critical", "Red", "Critical"},
                                                   {"Priority 2 - High", "Orange", "High"},
                                                   {"Priority 3 - Normal", "Yellow", "Medium"},
                                                   {"Priority 4 - Low", "Green", "Low"}}};
  Id order = 0;
  for (const Priority& priority : priorities) {
    ++order;
    book.add("/service/priorities", {{"name", priority.name},
                                     {"color", priority.color},
                                     {"sortOrder", order * 2},
                                     {"defaultFlag", order == 3},
                                     {"level", priority.level}});
  }
  for (const char* name : {"Email Connector", "Phone", "Portal", "Monitoring"}) {
    book.add("/service/sources", {{"name", name}, {"defaultFlag", std::string(name) == "Phone"}});
  }
  for (const char* name : {"Remote", "On Site", "In House"}) {
    const char* where = std::string(name) == "Remote"    ? "Remote"
                        : std::string(name) == "On Site" ? "OnSite"
                                                         : "InHouse";
    book.add("/service/locations", {{"name", name}, {"where", where}, {"defaultFlag", std::string(name) == "Remote"}});
  }
  book.add("/service/SLAs", {{"name", "Standard SLA"},
                             {"basedOn", "MyCalendar"},
                             {"defaultFlag", true},
                             {"respondHours", 2.0},
                             {"respondPercent", 95},
                             {"planWithin", 8.0},
                             {"planWithinPercent", 95},
                             {"resolutionHours", 24.0},
                             {"resolutionPercent", 95}});
  for (const char* name : {"Help Desk", "Network Operations", "Projects"}) {
    const Id board = book.add("/service/boards", {{"name", name},
                                                  {"location", book.refer("SystemLocationReference", 1)},
                                                  {"department", book.refer("SystemDepartmentReference", 1)},
                                                  {"inactiveFlag", false},
                                                  {"projectFlag", std::string(name) == "Projects"},
                                                  {"sendToContactFlag", true},
                                                  {"sendToResourceFlag", true},
                                                  {"billTicketsAfterClosedFlag", false},
                                                  {"dispatchMember", book.refer("MemberReference", 5)},
                                                  {"serviceManagerMember", book.refer("MemberReference", 7)},
                                                  {"workRole", book.refer("WorkRoleReference", 1)},
                                                  {"workType", book.refer("WorkTypeReference", 1)},
                                                  {"billTime", "Billable"},
                                                  {"billExpense", "Billable"},
                                                  {"billProduct", "Billable"},
                                                  {"autoAssignNewTicketsFlag", false}});
    add_children(book, board);
  }
}

}  // namespace leat::sandbox
