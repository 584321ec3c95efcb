#include "plugins/connectwise/writing/reference_lists.hpp"

#include <doctest/doctest.h>

#include <iostream>
#include <set>
#include <string>

using namespace leat::connectwise;

TEST_CASE("a reference leads to the list of what it names") {
  struct Row {
    std::string reference;
    std::string path;
    std::string scope;
  };
  const Row rows[] = {
      {"BoardReference", "/service/boards", ""},
      {"ProjectBoardReference", "/service/boards", ""},
      {"ServiceStatusReference", "/service/boards/{parentId}/statuses", "board"},
      {"ServiceTypeReference", "/service/boards/{parentId}/types", "board"},
      {"ServiceSubTypeReference", "/service/boards/{parentId}/subtypes", "board"},
      {"ServiceItemReference", "/service/boards/{parentId}/items", "board"},
      {"ServiceTeamReference", "/service/boards/{parentId}/teams", "board"},
      {"SiteReference", "/company/companies/{parentId}/sites", "company"},
      {"ProjectPhaseReference", "/project/projects/{parentId}/phases", "project"},
      {"PriorityReference", "/service/priorities", ""},
      {"CompanyReference", "/company/companies", ""},
      {"MemberReference", "/system/members", ""},
      {"ContactReference", "/company/contacts", ""},
      {"WorkTypeReference", "/time/workTypes", ""},
      {"WorkRoleReference", "/time/workRoles", ""},
      {"SystemLocationReference", "/system/locations", ""},
      {"ServiceSourceReference", "/service/sources", ""},
      {"CurrencyReference", "/finance/currencies", ""},
      {"ConfigurationReference", "/company/configurations", ""},
      {"TicketReference", "/service/tickets", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reference);
    const auto list = reference_list(builtin_catalog(), row.reference);
    REQUIRE(list);
    CHECK(list->list->path == row.path);
    CHECK(list->scope == row.scope);
  }
}

TEST_CASE("a list tells how its records are called, whose they are and which are out of use") {
  const auto company = *reference_list(builtin_catalog(), "CompanyReference");
  CHECK(company.names == std::vector<std::string_view>{"identifier", "name"});
  CHECK(company.closed == std::vector<std::string_view>{"deletedFlag"});
  CHECK(company.owner.empty());
  const auto member = *reference_list(builtin_catalog(), "MemberReference");
  CHECK(member.names == std::vector<std::string_view>{"identifier"});
  CHECK(member.person);
  const auto contact = *reference_list(builtin_catalog(), "ContactReference");
  CHECK(contact.person);
  CHECK(contact.mailed);
  CHECK(contact.owner == "company");
  CHECK(reference_list(builtin_catalog(), "AgreementReference")->owner == "company");
}

TEST_CASE("references that no list knows have none") {
  for (const char* name : {"DocumentReference", "ForecastRevenueReference", "Ticket", "", "NoSuchReference"}) {
    CHECK_FALSE(reference_list(builtin_catalog(), name));
  }
}

TEST_CASE("most references of the catalog can be looked up by name") {
  std::set<std::string_view> used;
  for (const Schema& schema : builtin_catalog().schemas()) {
    for (const Field& field : schema.fields) {
      const Type& type = field.type->kind == ValueType::array ? *field.type->item : *field.type;
      if (type.schema.ends_with("Reference")) used.insert(type.schema);
    }
  }
  std::size_t known = 0;
  for (const std::string_view reference : used) known += reference_list(builtin_catalog(), reference) ? 1U : 0U;
  std::cout << "references with a list of names: " << known << " of " << used.size() << "\n";
  CHECK(known * 10 > used.size() * 6);
}
