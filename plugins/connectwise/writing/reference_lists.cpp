#include "plugins/connectwise/writing/reference_lists.hpp"

#include <algorithm>
#include <array>

namespace leat::connectwise {
namespace {

struct Scoped {
  std::string_view reference;
  std::string_view path;
  std::string_view scope;
};
constexpr std::array<Scoped, 8> scoped_lists = {{
    {"ServiceStatusReference", "/service/boards/{parentId}/statuses", "board"},
    {"ServiceTypeReference", "/service/boards/{parentId}/types", "board"},
    {"ServiceSubTypeReference", "/service/boards/{parentId}/subtypes", "board"},
    {"ServiceItemReference", "/service/boards/{parentId}/items", "board"},
    {"ServiceTeamReference", "/service/boards/{parentId}/teams", "board"},
    {"SiteReference", "/company/companies/{parentId}/sites", "company"},
    {"ProjectPhaseReference", "/project/projects/{parentId}/phases", "project"},
    {"TaxCodeLevelReference", "/finance/taxCodes/{parentId}/taxCodeLevels", "taxCode"},
}};

// The schema of the listed records, where it has another name than the reference.
struct Alias {
  std::string_view reference;
  std::string_view schema;
};
constexpr std::array<Alias, 19> aliases = {{
    {"BillingDeliveryReference", "DeliveryMethod"},
    {"BillingTermsReference", "BillingTerm"},
    {"BillingUnitReference", "Department"},
    {"EmailTemplateReference", "InvoiceEmailTemplate"},
    {"IvItemReference", "CatalogItem"},
    {"OpportunityProbabilityReference", "SalesProbability"},
    {"OpportunitySalesRoleReference", "Role"},
    {"OwnerLevelReference", "Location"},
    {"PaymentMethodReference", "PaymentType"},
    {"ProductCategoryReference", "Category"},
    {"ProductSubCategoryReference", "SubCategory"},
    {"ProjectBoardReference", "Board"},
    {"RelationshipReference", "ContactRelationship"},
    {"SalesOrderReference", "Order"},
    {"ReminderReference", "ScheduleReminderTime"},
    {"ServiceCodeReference", "Code"},
    {"ServiceSourceReference", "Source"},
    {"SystemDepartmentReference", "Department"},
    {"SystemLocationReference", "Location"},
}};

std::string_view listed_schema(std::string_view reference) {
  const auto* alias = std::ranges::find(aliases, reference, &Alias::reference);
  if (alias != aliases.end()) return alias->schema;
  constexpr std::string_view ending = "Reference";
  return reference.ends_with(ending) ? reference.substr(0, reference.size() - ending.size()) : std::string_view();
}

// "Currency" is also said of "Finance.Currency".
bool speaks_of(std::string_view schema, std::string_view name) {
  if (schema == name) return true;
  return schema.size() > name.size() && schema.ends_with(name) && schema[schema.size() - name.size() - 1] == '.';
}

// The whole list of these records: the one with the shortest path, below no other record.
const Operation* whole_list(const Catalog& catalog, std::string_view schema) {
  const Operation* best = nullptr;
  for (const Operation& operation : catalog.operations()) {
    if (operation.method != Method::get || operation.response != ResponseKind::array) continue;
    if (!operation.path_parameters.empty() || !speaks_of(operation.response_schema, schema)) continue;
    if (!best || operation.path.size() < best->path.size()) best = &operation;
  }
  return best;
}

// Those of `wanted` that the schema has, in that order.
std::vector<std::string_view> members(const Schema& schema, std::initializer_list<std::string_view> wanted) {
  std::vector<std::string_view> found;
  for (const std::string_view name : wanted) {
    if (schema.find(name)) found.push_back(name);
  }
  return found;
}

}  // namespace

std::optional<ReferenceList> reference_list(const Catalog& catalog, std::string_view reference) {
  ReferenceList result;
  const auto* scoped = std::ranges::find(scoped_lists, reference, &Scoped::reference);
  if (scoped != scoped_lists.end()) {
    result.list = catalog.by_path(Method::get, scoped->path);
    result.scope = scoped->scope;
  } else if (const std::string_view schema = listed_schema(reference); !schema.empty()) {
    result.list = whole_list(catalog, schema);
  }
  if (!result.list) return {};
  const Schema* listed = catalog.schema(result.list->response_schema);
  if (!listed) return {};
  result.names = members(*listed, {"identifier", "name"});
  result.person = listed->find("firstName") && listed->find("lastName");
  result.mailed = listed->find("communicationItems") != nullptr;
  if (result.names.empty() && !result.person) result.names = members(*listed, {"description", "summary", "caption"});
  if (result.names.empty() && !result.person) return {};
  result.closed = members(*listed, {"inactiveFlag", "inactive", "deletedFlag"});
  const Field* company = listed->find("company");
  if (result.scope.empty() && company && company->type->schema == "CompanyReference") result.owner = company->name;
  return result;
}

}  // namespace leat::connectwise
