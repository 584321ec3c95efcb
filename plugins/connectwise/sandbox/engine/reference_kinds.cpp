#include "plugins/connectwise/sandbox/engine/reference_kinds.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr std::array<ReferenceKind, 43> kinds = {{
    {"AddressFormatReference", "/company/addressFormats", "addressFormat", "Address Format"},
    {"AgreementReference", "/finance/agreements", "agreement", "Agreement"},
    {"AgreementTypeReference", "/finance/agreements/types", "type", "Agreement Type"},
    {"BillingCycleReference", "/finance/billingCycles", "billingCycle", "Billing Cycle"},
    {"BillingTermsReference", "/finance/billingTerms", "billingTerms", "Billing Terms"},
    {"BillingUnitReference", "/system/departments", "department", "Department"},
    {"BoardReference", "/service/boards", "board", "Service Board"},
    {"CalendarReference", "/schedule/calendars", "calendar", "Calendar"},
    {"CommunicationTypeReference", "/company/communicationTypes", "type", "Communication Type"},
    {"CompanyReference", "/company/companies", "company", "Company"},
    {"CompanyStatusReference", "/company/companies/statuses", "status", "Company Status"},
    {"CompanyTypeReference", "/company/companies/types", "type", "Company Type"},
    {"ConfigurationReference", "/company/configurations", "configuration", "Configuration"},
    {"ConfigurationStatusReference", "/company/configurations/statuses", "status", "Configuration Status"},
    {"ConfigurationTypeReference", "/company/configurations/types", "type", "Configuration Type"},
    {"ContactReference", "/company/contacts", "contact", "Contact"},
    {"ContactTypeReference", "/company/contacts/types", "type", "Contact Type"},
    {"CountryReference", "/company/countries", "country", "Country"},
    {"CurrencyReference", "/finance/currencies", "currency", "Currency"},
    {"MemberReference", "/system/members", "member", "Member"},
    {"OpportunityReference", "/sales/opportunities", "opportunity", "Opportunity"},
    {"OwnerLevelReference", "/system/locations", "location", "Location"},
    {"PriorityReference", "/service/priorities", "priority", "Priority"},
    {"ProjectBoardReference", "/service/boards", "board", "Service Board"},
    {"ProjectReference", "/project/projects", "project", "Project"},
    {"SLAReference", "/service/SLAs", "sla", "SLA"},
    {"ScheduleTypeReference", "/schedule/types", "type", "Schedule Type"},
    {"SecurityRoleReference", "/system/securityRoles", "securityRole", "Security Role"},
    {"ServiceItemReference", "/service/boards/{board}/items", "item", "Service Item"},
    {"ServiceLocationReference", "/service/locations", "location", "Service Location"},
    {"ServiceSourceReference", "/service/sources", "source", "Source"},
    {"ServiceStatusReference", "/service/boards/{board}/statuses", "status", "Service Status"},
    {"ServiceSubTypeReference", "/service/boards/{board}/subtypes", "subType", "Service SubType"},
    {"ServiceTeamReference", "/service/boards/{board}/teams", "team", "Service Team"},
    {"ServiceTypeReference", "/service/boards/{board}/types", "type", "Service Type"},
    {"SiteReference", "/company/companies/{company}/sites", "site", "Site"},
    {"SystemDepartmentReference", "/system/departments", "department", "Department"},
    {"SystemLocationReference", "/system/locations", "location", "Location"},
    {"TaxCodeReference", "/finance/taxCodes", "taxCode", "Tax Code"},
    {"TimeZoneSetupReference", "/system/timeZoneSetups", "timeZone", "Time Zone"},
    {"TicketReference", "/service/tickets", "ticket", "Ticket"},
    {"WorkRoleReference", "/time/workRoles", "workRole", "Work Role"},
    {"WorkTypeReference", "/time/workTypes", "workType", "Work Type"},
}};

// The name a person knows a record by, where it is not its `name`.
std::string display_name(const Json& target) {
  for (const std::string_view member : {"name", "description", "summary", "caption"}) {
    std::string name = text_at(target, member);
    if (!name.empty()) return name;
  }
  const std::string first = text_at(target, "firstName");
  const std::string last = text_at(target, "lastName");
  return first.empty() || last.empty() ? first + last : first + " " + last;
}

}  // namespace

const ReferenceKind* reference_kind(std::string_view schema) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const ReferenceKind& kind) { return kind.schema == schema; });
  return found == kinds.end() ? nullptr : &*found;
}

const ReferenceKind* reference_kind_at(std::string_view pattern) {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ReferenceKind& kind) { return same_text(kind.path, pattern); });
  return found == kinds.end() ? nullptr : &*found;
}

Json make_reference(const connectwise::Schema& schema, const ReferenceKind& kind, const std::string& path,
                    const Json& target, const std::string& url) {
  Json reference = Json::object();
  for (const connectwise::Field& field : schema.fields) {
    const std::string name(field.name);
    if (name == "_info") {
      reference["_info"] = {{std::string(kind.noun) + "_href", url + path + "/" + std::to_string(id_at(target))}};
    } else if (name == "name") {
      reference["name"] = display_name(target);
    } else if (name == "sort") {
      reference["sort"] = id_at(target, "sortOrder");
    } else if (name == "type") {
      // An agreement's type is shown by name.
      const auto type = target.find("type");
      if (type != target.end() && type->is_object()) reference["type"] = text_at(*type, "name");
    } else if (name == "identifier" && is_absent(target, name)) {
      const std::string code = text_at(target, "countryCode");
      if (!code.empty()) reference["identifier"] = code;
    } else if (!is_absent(target, name)) {
      reference[name] = target[name];
    }
  }
  return reference;
}

}  // namespace leat::sandbox
