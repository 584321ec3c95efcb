// What companies have: configurations and agreements.
#include <array>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

namespace {

void add_configuration(Book& book, Id company, Id number) {
  const std::uint64_t seed = mix(static_cast<std::uint64_t>(number) + 9000);
  const Id type = number % 2 == 1 ? 2 : 1;
  const std::string sites = "/company/companies/" + std::to_string(company) + "/sites";
  Json fields = empty_custom_fields("Company.Configuration");
  fields[0]["value"] = "R" + std::to_string(1 + seed % 9);
  fields[1]["value"] = seed % 2 == 0;
  book.add("/company/configurations",
           {{"name", (type == 2 ? "SRV-" : "WS-") + std::to_string(1000 + number)},
            {"type", book.refer("ConfigurationTypeReference", type)},
            {"status", book.refer("ConfigurationStatusReference", seed % 8 == 0 ? 2 : 1)},
            {"company", book.refer("CompanyReference", company)},
            {"contact", book.refer("ContactReference", (company - 1) * 3 + 1)},
            {"site", book.refer("SiteReference", company * 2 - 1, sites)},
            {"locationId", 1},
            {"businessUnitId", 1},
            {"deviceIdentifier", "dev-" + std::to_string(number)},
            {"serialNumber", "SN" + std::to_string(100'000 + seed % 900'000)},
            {"modelNumber", type == 2 ? "PowerRack 740" : "Desk 7010"},
            {"tagNumber", "T" + std::to_string(number)},
            {"purchaseDate", "2024-03-01T00:00:00Z"},
            {"installationDate", "2024-03-15T00:00:00Z"},
            {"installedBy", book.refer("MemberReference", 2)},
            {"warrantyExpirationDate", "2027-03-01T00:00:00Z"},
            {"macAddress", "00:16:3e:00:00:" + std::to_string(10 + seed % 80)},
            {"lastLoginName", "user" + std::to_string(seed % 40)},
            {"billFlag", false},
            {"ipAddress", "10.0." + std::to_string(company) + "." + std::to_string(1 + seed % 250)},
            {"osType", type == 2 ? "Windows Server 2022" : "Windows 11 Pro"},
            {"cpuSpeed", "3.2 GHz"},
            {"ram", type == 2 ? "64 GB" : "16 GB"},
            {"localHardDrives", "C: 512 GB"},
            {"questions", Json::array()},
            {"activeFlag", true},
            {"mobileGuid", guid(seed)},
            {"displayVendorFlag", false},
            {"companyLocationId", 1},
            {"showRemoteFlag", false},
            {"showAutomateFlag", false},
            {"needsRenewalFlag", false},
            {"customFields", fields}});
}

void add_agreement(Book& book, Id company) {
  const std::uint64_t seed = mix(static_cast<std::uint64_t>(company) + 12'000);
  const Id type = 1 + static_cast<Id>(seed % 3);
  const std::string sites = "/company/companies/" + std::to_string(company) + "/sites";
  const std::string name = text_at(book.record("/finance/agreements/types", type), "name");
  const Json company_reference = book.refer("CompanyReference", company);
  book.add("/finance/agreements", {{"name", name + " " + text_at(book.record("/company/companies", company), "name")},
                                   {"type", book.refer("AgreementTypeReference", type)},
                                   {"company", company_reference},
                                   {"contact", book.refer("ContactReference", (company - 1) * 3 + 1)},
                                   {"site", book.refer("SiteReference", company * 2 - 1, sites)},
                                   {"location", book.refer("SystemLocationReference", 1)},
                                   {"department", book.refer("SystemDepartmentReference", 1)},
                                   {"restrictLocationFlag", false},
                                   {"restrictDepartmentFlag", false},
                                   {"startDate", "2025-01-01T00:00:00Z"},
                                   {"noEndingDateFlag", true},
                                   {"cancelledFlag", false},
                                   {"sla", book.refer("SLAReference", 1)},
                                   {"applicationUnits", type == 2 ? "Hours" : "Amount"},
                                   {"applicationLimit", 40.0},
                                   {"applicationCycle", "CalendarMonth"},
                                   {"applicationUnlimitedFlag", type == 1},
                                   {"oneTimeFlag", false},
                                   {"coverAgreementTime", true},
                                   {"coverAgreementProduct", false},
                                   {"coverAgreementExpense", false},
                                   {"coverSalesTax", false},
                                   {"carryOverUnused", false},
                                   {"allowOverruns", false},
                                   {"billToCompany", company_reference},
                                   {"billAmount", static_cast<double>(500 + seed % 2000)},
                                   {"taxable", false},
                                   {"billStartDate", "2025-01-01T00:00:00Z"},
                                   {"billTime", "Billable"},
                                   {"billExpenses", "Billable"},
                                   {"billProducts", "Billable"},
                                   {"currency", book.refer("CurrencyReference", 1)},
                                   {"periodType", "Current"},
                                   {"autoInvoiceFlag", false},
                                   {"agreementStatus", "Active"},
                                   {"customFields", empty_custom_fields("Agreement")}});
}

}  // namespace

void seed_assets(Book& book) {
  const Id companies = book.count("/company/companies");
  for (Id company = 1; company <= companies; ++company) {
    add_configuration(book, company, company * 2 - 1);
    add_configuration(book, company, company * 2);
    add_agreement(book, company);
  }
}

}  // namespace leat::sandbox
