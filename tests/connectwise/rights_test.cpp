#include "plugins/connectwise/rights.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace leat::connectwise;

TEST_CASE("an operation tells the right that its user needs") {
  const std::pair<const char*, const char*> rows[] = {
      {"getServiceTickets", "Inquire of Service Desk > Service Tickets"},
      {"postServiceTickets", "Add of Service Desk > Service Tickets"},
      {"postServiceTicketsSearch", "Inquire of Service Desk > Service Tickets"},
      {"patchServiceTicketsById", "Edit of Service Desk > Service Tickets"},
      {"postServiceTicketsByParentIdNotes", "Add of Service Desk > Service Tickets"},
      {"deleteCompanyContactsById", "Delete of Companies > Contacts"},
      {"getCompanyCompaniesStatuses", "Inquire of System > Table Setup"},
      {"getServiceBoardsByParentIdStatuses", "Inquire of System > Table Setup"},
      {"postTimeEntries", "Add of Time & Expense > Time Entry"},
      {"getSystemInfo", "Inquire"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    const Operation* operation = builtin_catalog().by_id(row.first);
    REQUIRE(operation != nullptr);
    CHECK(to_string(needed_right(*operation)) == row.second);
  }
}
