// Set-up tables that other records point at.
#include <array>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

namespace {

void add_places(Book& book) {
  const Id currency = book.add("/finance/currencies", {{"currencyIdentifier", "USD"},
                                                       {"currencyCode", "USD"},
                                                       {"name", "US Dollars"},
                                                       {"symbol", "$"},
                                                       {"decimalSeparator", "."},
                                                       {"thousandsSeparator", ","},
                                                       {"numberOfDecimals", 2},
                                                       {"displaySymbolFlag", true},
                                                       {"displayIdFlag", false},
                                                       {"negativeParenthesesFlag", false},
                                                       {"rightAlign", false}});
  struct Format {
    const char* name;
    const char* format;
  };
  // The form of a postal address; countries name one.
  constexpr std::array<Format, 5> formats = {
      {{"Standard", "{addressline1}\n{addressline2}\n{city}, {state} {zip}\n{country}"},
       {"Europe", "{addressline1}\n{addressline2}\n{zip} {city}\n{country}"},
       {"United Kingdom", "{addressline1}\n{addressline2}\n{city}\n{zip}\n{country}"},
       {"Australia", "{addressline1}\n{addressline2}\n{city} {state} {zip}\n{country}"},
       {"One line", "{addressline1}, {zip} {city}, {country}"}}};
  for (std::size_t i = 0; i < formats.size(); ++i) {
    book.add("/company/addressFormats", {{"name", formats[i].name},
                                         {"format", formats[i].format},
                                         {"defaultFlag", i == 0},
                                         {"countryIds", Json::array()},
                                         {"addAllCountries", false},
                                         {"removeAllCountries", false}});
  }
  struct Country {
    const char* name;
    const char* code;
    const char* dialing;
    Id format;
  };
  constexpr std::array<Country, 3> countries = {
      {{"United States", "US", "1", 1}, {"Germany", "DE", "49", 2}, {"Australia", "AU", "61", 4}}};
  for (const Country& country : countries) {
    book.add("/company/countries", {{"name", country.name},
                                    {"defaultFlag", country.format == 1},
                                    {"currency", book.refer("CurrencyReference", currency)},
                                    {"dialingPrefix", country.dialing},
                                    {"addressFormat", book.refer("AddressFormatReference", country.format)},
                                    {"countryCode", country.code}});
  }
  for (const char* name : {"Tampa", "Berlin"}) {
    book.add("/system/locations",
             {{"structureLevel", {{"id", 2}, {"name", "Location"}}}, {"name", name}, {"locationFlag", true}});
  }
  for (const char* name : {"Service", "Sales", "Administration"}) {
    book.add("/system/departments", {{"identifier", name}, {"name", std::string(name) + " Department"}});
  }
}

void add_members(Book& book) {
  for (const char* name : {"Admin", "Technician", "API"}) {
    book.add("/system/securityRoles", {{"name", name}, {"adminFlag", std::string(name) == "Admin"}});
  }
  book.add("/system/timeZoneSetups",
           {{"name", "Coordinated Universal Time"}, {"description", "UTC"}, {"defaultFlag", true}});
  book.add("/schedule/calendars",
           {{"name", "Business days"}, {"mondayStartTime", "08:00:00"}, {"mondayEndTime", "17:00:00"}});
  struct Person {
    const char* identifier;
    const char* first;
    const char* last;
    const char* title;
    const char* license;
  };
  constexpr std::array<Person, 8> people = {{{"admin1", "Ada", "Quill", "Administrator", "F"},
                                             {"jdoe", "Jamie", "Doe", "Engineer", "F"},
                                             {"akim", "Alex", "Kim", "Engineer", "F"},
                                             {"mrossi", "Marta", "Rossi", "Senior Engineer", "F"},
                                             {"tbauer", "Tobias", "B\u00e4uer", "Dispatcher", "F"},
                                             {"nokoye", "Nneka", "Okoye", "Engineer", "F"},
                                             {"lchen", "Li", "Chen", "Service Manager", "F"},
                                             {"sandboxApi", "Sandbox", "API", "API member", "X"}}};
  for (const Person& person : people) {
    const bool api = std::string_view(person.license) == "X";
    const std::string mail = std::string(person.identifier) + "@msp.example";
    book.add("/system/members", {{"identifier", person.identifier},
                                 {"licenseClass", person.license},
                                 {"firstName", person.first},
                                 {"lastName", person.last},
                                 {"title", person.title},
                                 {"inactiveFlag", false},
                                 {"hireDate", "2020-03-02T00:00:00Z"},
                                 {"officeEmail", mail},
                                 {"primaryEmail", mail},
                                 {"defaultEmail", "Office"},
                                 {"officePhone", "8135550100"},
                                 {"defaultPhone", "Office"},
                                 {"securityRole", book.refer("SecurityRoleReference", api ? 3 : 2)},
                                 {"timeZone", book.refer("TimeZoneSetupReference", 1)},
                                 {"adminFlag", std::string_view(person.identifier) == "admin1"},
                                 {"defaultLocation", book.refer("SystemLocationReference", 1)},
                                 {"defaultDepartment", book.refer("SystemDepartmentReference", 1)},
                                 {"dailyCapacity", 8.0},
                                 {"hourlyCost", 45.0},
                                 {"hourlyRate", 150.0},
                                 {"excludedServiceBoardIds", Json::array()},
                                 {"teams", Json::array()},
                                 {"customFields", Json::array()}});
  }
}

void add_names(Book& book, const std::string& path, const char* member, std::initializer_list<const char*> names) {
  for (const char* name : names) book.add(path, {{member, name}});
}

void add_custom_field_definitions(Book& book) {
  Id sequence = 0;
  for (const CustomField& field : custom_fields()) {
    // Ids of definitions follow the list; the id used in records is the one of the entry.
    book.add("/system/userDefinedFields", {{"podId", 1},
                                           {"podDescription", std::string(field.entity)},
                                           {"caption", field.caption},
                                           {"sequenceNumber", ++sequence},
                                           {"fieldTypeIdentifier", field.type},
                                           {"entryTypeIdentifier", field.entry_method},
                                           {"requiredFlag", false},
                                           {"options", Json::array()},
                                           {"connectWiseID", guid(static_cast<std::uint64_t>(field.id))},
                                           {"dateCreated", to_timestamp(seed_time)}});
  }
}

}  // namespace

void seed_setup(Book& book) {
  add_places(book);
  add_members(book);
  add_names(book, "/time/workTypes", "name", {"Remote", "On Site", "Travel", "After Hours"});
  add_names(book, "/time/workRoles", "name", {"Engineer", "Senior Engineer", "Project Manager", "Helpdesk"});
  add_names(book, "/company/companies/statuses", "name", {"Active", "Inactive", "Credit Hold"});
  add_names(book, "/company/companies/types", "name", {"Client", "Prospect", "Vendor", "Owner"});
  add_names(book, "/company/contacts/types", "description", {"End User", "Decision Maker", "Technical"});
  add_names(book, "/company/configurations/types", "name", {"Workstation", "Server", "Firewall", "Printer"});
  add_names(book, "/company/configurations/statuses", "description", {"Active", "Retired", "In Repair"});
  add_names(book, "/finance/agreements/types", "name", {"Managed Services", "Block Time", "Hosting"});
  for (const char* name : {"Email", "Phone", "Fax"}) {
    const std::string kind(name);
    book.add("/company/communicationTypes", {{"description", kind},
                                             {"phoneFlag", kind == "Phone"},
                                             {"faxFlag", kind == "Fax"},
                                             {"emailFlag", kind == "Email"},
                                             {"defaultFlag", true}});
  }
  // The identifier says what objectId of a schedule entry is.
  for (const char* name : {"Service", "Activity"}) {
    const char* identifier = std::string_view(name) == "Service" ? "S" : "C";
    book.add("/schedule/types", {{"name", name}, {"identifier", identifier}, {"systemFlag", true}});
  }
  add_custom_field_definitions(book);
}

}  // namespace leat::sandbox
