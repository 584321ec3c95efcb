#include "plugins/connectwise/catalog/entity_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace leat::connectwise;

TEST_CASE("an entity is found by the names people have for it") {
  struct Row {
    std::string name;
    std::string id;
  };
  const Row rows[] = {
      // The vendor's guide.
      {"AddressFormats - Get AddressFormat by id", "getCompanyAddressFormatsById"},
      {"AddressFormats - Put AddressFormat", "putCompanyAddressFormatsById"},
      // Other forms of labels.
      {"AddressFormats - Get AddressFormat", "getCompanyAddressFormatsById"},
      {"AddressFormats - Put AddressFormat by id", "putCompanyAddressFormatsById"},
      {"AddressFormats - Get List of AddressFormat", "getCompanyAddressFormats"},
      {"  addressformats  -  get   list of addressformat ", "getCompanyAddressFormats"},
      {"Tickets - Get List of Ticket", "getServiceTickets"},
      {"Tickets - Get List of ConnectWise.Apis.v3_0.v2015_3.Service.Ticket.Ticket", "getServiceTickets"},
      {"Tickets - Get List of ConnectWise.Apis.v3_0.v2015_3.Service.Ticket.Ticket\r\n            To obtain the current "
       "SLA "
       "times for an active ticket, please use the /service/tickets/calculateSLA endpoint for multiple tickets or "
       "/service/tickets/{id} for individual tickets.",
       "getServiceTickets"},
      {"Companies - Get Company by id", "getCompanyCompaniesById"},
      // operationId and METHOD /path.
      {"getServiceTickets", "getServiceTickets"},
      {"GETSERVICETICKETS", "getServiceTickets"},
      {"GET /service/tickets", "getServiceTickets"},
      {"get /Service/Tickets/", "getServiceTickets"},
      {"PUT   /company/addressFormats/{id}", "putCompanyAddressFormatsById"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto found = find_entity(builtin_catalog(), row.name);
    REQUIRE_MESSAGE(found, found.error().message);
    CHECK((*found)->id == row.id);
  }
}

TEST_CASE("a name that stands for several operations lists them") {
  const auto found = find_entity(builtin_catalog(), "Invoices - Get Invoice");
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == leat::ErrorKind::invalid);
  CHECK(found.error().message ==
        "entity \"Invoices - Get Invoice\" stands for several operations; name one of them: GET /finance/invoices/{id} "
        "(getFinanceInvoicesById), GET /finance/invoices/{id}/pdf (getFinanceInvoicesByIdPdf)");
}

TEST_CASE("an unknown name is answered with what was perhaps meant") {
  struct Row {
    std::string name;
    std::string meant;
  };
  const Row rows[] = {
      {"GET /service/tikets", "GET /service/tickets (getServiceTickets)"},
      {"getServiceTicket", "GET /service/tickets (getServiceTickets)"},
      {"AddressFormat - Put AddressFormat", "PUT /company/addressFormats/{id} (putCompanyAddressFormatsById)"},
      {"address format", "GET /company/addressFormats (getCompanyAddressFormats)"},
      {"xyzzy", "`leat entities WORDS`"},
      {"", "`leat entities WORDS`"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto found = find_entity(builtin_catalog(), row.name);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == leat::ErrorKind::invalid);
    CHECK(found.error().message.find(row.meant) != std::string::npos);
  }
}

TEST_CASE("the name shown for an operation finds it again") {
  const Catalog& catalog = builtin_catalog();
  const auto names = entity_names(catalog);
  REQUIRE(names.size() == catalog.operations().size());
  std::size_t labels = 0;
  for (std::size_t i = 0; i < catalog.operations().size(); ++i) {
    const Operation& operation = catalog.operations()[i];
    const std::string& name = names.at(&operation);
    if (name.find(" - ") != std::string::npos) ++labels;
    if (i % 13 != 0) continue;  // a look-up by label compares with all of them
    CAPTURE(name);
    const auto found = find_entity(catalog, name);
    REQUIRE(found);
    CHECK(*found == &operation);
  }
  CHECK(labels > 2800);
}

TEST_CASE("a search finds entities by words, the nearest first") {
  const Catalog& catalog = builtin_catalog();
  const auto first = [&catalog](std::string_view words) {
    const auto found = search_entities(catalog, words, 1);
    return found.empty() ? std::string_view() : found.front()->id;
  };
  CHECK(first("address format") == "getCompanyAddressFormats");
  CHECK(first("put address format") == "putCompanyAddressFormatsById");
  CHECK(first("service tickets") == "getServiceTickets");
  CHECK(first("getServiceTickets") == "getServiceTickets");
  CHECK(first("no such thing at all").empty());
}

TEST_CASE("a search wants all its words, and no words mean everything") {
  const Catalog& catalog = builtin_catalog();
  const auto found = search_entities(catalog, "address format", 0);
  CHECK(found.size() >= 7);
  for (const Operation* operation : found) {
    const std::string path(operation->path);
    CAPTURE(path);
    const std::string all = std::string(operation->tag) + std::string(operation->title) + path;
    CHECK((all.find("ddress") != std::string::npos && all.find("ormat") != std::string::npos));
  }
  CHECK(search_entities(catalog, "", 0).size() == 3062);
  CHECK(search_entities(catalog, "", 5).size() == 5);
}
