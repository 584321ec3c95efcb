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
  for (const char* name : {"Hardware", "Software", "Network", "Account"}) {
    book.add(path + "/types",
             {{"name", name},
              {"category", "Reactive"},
              {"defaultFlag", false},
              {"inactiveFlag", false},
              {"board", reference}},
             first);
  }
  for (const char* name : {"Incident", "Request", "Change"}) {
    book.add(path + "/subtypes",
             {{"name", name}, {"inactiveFlag", false}, {"typeAssociationIds", Json::array()}, {"board", reference}},
             first);
  }
  for (const char* name : {"Install", "Repair", "Advice"}) {
    book.add(path + "/items", {{"name", name}, {"inactiveFlag", false}, {"board", reference}}, first);
  }
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
