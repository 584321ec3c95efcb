#include "plugins/connectwise/catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "plugins/connectwise/catalog/catalog_data.hpp"
#include "plugins/connectwise/catalog/entity_names.hpp"

using namespace leat::connectwise;

namespace {

const Operation& operation(std::string_view id) {
  const Operation* found = builtin_catalog().by_id(id);
  REQUIRE_MESSAGE(found != nullptr, std::string(id));
  return *found;
}

const Field& field(std::string_view schema, std::string_view name) {
  const Schema* found = builtin_catalog().schema(schema);
  REQUIRE(found != nullptr);
  const Field* member = found->find(name);
  REQUIRE(member != nullptr);
  return *member;
}

}  // namespace

TEST_CASE("the catalog has every operation and schema of the 2025.8 document") {
  const Catalog& catalog = builtin_catalog();
  // Counted in the document: 3,062 operations, 832 schemas, 8,460 properties.
  CHECK(catalog.operations().size() == 3062);
  CHECK(catalog.schemas().size() == 832);
  std::size_t properties = 0;
  for (const Schema& schema : catalog.schemas()) properties += schema.fields.size();
  CHECK(properties == 8460);
  std::map<Method, int> of_method;
  for (const Operation& known : catalog.operations()) ++of_method[known.method];
  CHECK(of_method ==
        std::map<Method, int>{
            {Method::get, 1715}, {Method::post, 389}, {Method::put, 324}, {Method::patch, 326}, {Method::del, 308}});
}

TEST_CASE("every operation is found by its operationId and by METHOD /path") {
  const Catalog& catalog = builtin_catalog();
  for (const Operation& known : catalog.operations()) {
    const std::string id(known.id);
    CAPTURE(id);
    CHECK(catalog.by_id(known.id) == &known);
    CHECK(catalog.by_path(known.method, known.path) == &known);
    const auto by_id = find_entity(catalog, known.id);
    const auto by_path = find_entity(catalog, std::string(to_string(known.method)) + ' ' + std::string(known.path));
    CHECK((by_id && *by_id == &known));
    CHECK((by_path && *by_path == &known));
  }
}

TEST_CASE("every reference leads to a schema, every placeholder to a parameter") {
  const Catalog& catalog = builtin_catalog();
  const auto known = [&catalog](std::string_view name) { return name.empty() || catalog.schema(name) != nullptr; };
  for (const Operation& each : catalog.operations()) {
    const std::string id(each.id);
    CAPTURE(id);
    CHECK(known(each.body_schema));
    CHECK(known(each.response_schema));
    for (const Placeholder& place : placeholders(each.path)) {
      CHECK(std::ranges::find(each.path_parameters, place.name, &Parameter::name) != each.path_parameters.end());
    }
  }
  for (const Schema& schema : catalog.schemas()) {
    for (const Field& member : schema.fields) {
      const Type* type = member.type;
      while (type->item) type = type->item;
      CHECK(known(type->schema));
    }
  }
}

TEST_CASE("an operation says what it takes and what it answers") {
  struct Row {
    std::string id;
    BodyKind body;
    std::string body_schema;
    int success;
    ResponseKind response;
    std::string response_schema;
  };
  const Row rows[] = {
      {"getServiceTickets", BodyKind::none, "", 200, ResponseKind::array, "Ticket"},
      {"getServiceTicketsCount", BodyKind::none, "", 200, ResponseKind::count, ""},
      {"getCompanyAddressFormatsById", BodyKind::none, "", 200, ResponseKind::object, "AddressFormat"},
      {"putCompanyAddressFormatsById", BodyKind::object, "AddressFormat", 200, ResponseKind::object, "AddressFormat"},
      {"patchCompanyAddressFormatsById", BodyKind::json_patch, "", 200, ResponseKind::object, "AddressFormat"},
      {"deleteCompanyAddressFormatsById", BodyKind::none, "", 204, ResponseKind::none, ""},
      {"postServiceTickets", BodyKind::object, "Ticket", 201, ResponseKind::object, "Ticket"},
      {"postServiceTicketsSearch", BodyKind::object, "FilterValues", 200, ResponseKind::array, "Ticket"},
      {"postCompanyConfigurationsBulk", BodyKind::array, "Company.Configuration", 207, ResponseKind::bulk,
       "Company.Configuration"},
      {"getFinanceInvoicesByIdPdf", BodyKind::none, "", 200, ResponseKind::binary, ""},
      {"getCompanyContactsByIdImage", BodyKind::none, "", 200, ResponseKind::binary, ""},
      {"getSystemDocumentsUploadsample", BodyKind::none, "", 200, ResponseKind::text, ""},
      {"postSystemDocuments", BodyKind::multipart, "DocumentFormData", 201, ResponseKind::object, "DocumentInfo"},
      {"postFinanceAgreementsByIdInvoice", BodyKind::none, "", 201, ResponseKind::value, ""},
      {"postCompanyCompanyPickerItemsClear", BodyKind::object, "ClearPickerRequest", 204, ResponseKind::none, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id);
    const Operation& known = operation(row.id);
    CHECK(known.body == row.body);
    CHECK(known.body_schema == row.body_schema);
    CHECK(known.success == row.success);
    CHECK(known.response == row.response);
    CHECK(known.response_schema == row.response_schema);
  }
}

TEST_CASE("a path parameter without a place in the path is one of the query") {
  const Operation& known = operation("deleteCompanyContactsById");
  REQUIRE(known.path_parameters.size() == 1);
  CHECK(known.path_parameters[0].name == "id");
  REQUIRE(known.query_parameters.size() == 1);
  CHECK(known.query_parameters[0].name == "transferContactId");
  CHECK(known.query_parameters[0].type->kind == ValueType::integer);
}

TEST_CASE("parameters have types") {
  CHECK(operation("getSystemReportsByReportName").path_parameters[0].type->kind == ValueType::string);
  CHECK(operation("getServiceTicketsById").path_parameters[0].type->kind == ValueType::integer);
  const Operation& audit = operation("getSystemAudittrail");
  const auto type = std::ranges::find(audit.query_parameters, "type", &Parameter::name);
  REQUIRE(type != audit.query_parameters.end());
  CHECK(std::ranges::find(type->type->choices, "Ticket") != type->type->choices.end());
}

TEST_CASE("a member has its type, its length and whether it must be there") {
  CHECK(field("AddressFormat", "id").type->kind == ValueType::integer);
  CHECK(field("AddressFormat", "name").required);
  CHECK(field("AddressFormat", "name").type->length_max == 50);
  CHECK(field("AddressFormat", "defaultFlag").nullable);
  CHECK_FALSE(field("AddressFormat", "name").nullable);
  CHECK(field("AddressFormat", "countryIds").type->kind == ValueType::array);
  CHECK(field("AddressFormat", "countryIds").type->item->kind == ValueType::integer);
  CHECK(field("AddressFormat", "_info").type->kind == ValueType::map);
  CHECK(field("Ticket", "company").type->schema == "CompanyReference");
  CHECK(field("Ticket", "requiredDate").type->kind == ValueType::string);
  CHECK(field("Ticket", "customFields").type->item->schema == "CustomFieldValue");
  CHECK(field("Ticket", "severity").type->choices == std::vector<std::string_view>{"Low", "Medium", "High"});
}

TEST_CASE("summaries lose the vendor's class paths and keep their further lines as a note") {
  CHECK(operation("getServiceTickets").title == "Get List of Ticket");
  CHECK(operation("getServiceTickets").note.starts_with("To obtain the current SLA times"));
  CHECK(operation("getCompanyAddressFormats").note.empty());
}

TEST_CASE("a path is found in any case and with or without a last slash, where that is unique") {
  const Catalog& catalog = builtin_catalog();
  CHECK(catalog.by_path(Method::get, "/SERVICE/Tickets/")->id == "getServiceTickets");
  CHECK(catalog.by_path(Method::get, "/service/ticketz") == nullptr);
  CHECK(catalog.by_path(Method::del, "/service/tickets") == nullptr);
}

TEST_CASE("placeholders are found, also those that the document cuts off") {
  const auto found = placeholders("/a/{parentId}/b{id}{id}");
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "parentId");
  CHECK(found[1].name == "id");
  CHECK(found[2].name == "id");
  const std::string_view cut = "/system/members/{memberIdentifier:regex(^(types. |(";
  REQUIRE(placeholders(cut).size() == 1);
  CHECK(placeholders(cut)[0].name == "memberIdentifier");
  CHECK(placeholders(cut)[0].end == cut.size());
}

TEST_CASE("a table that is damaged is refused with its line") {
  struct Row {
    std::string operations;
    std::string schemas;
    std::string message;
  };
  const Row rows[] = {
      {"GET\t/a\n", "", "operations.tsv line 1"},
      {"GET\t/a\tgetA\tA\tGet A\t-\t-\t200\tcount\t-\nGRAB\t/a\tb\tA\tB\t-\t-\t200\tcount\t-\n", "",
       "operations.tsv line 2"},
      {"GET\t/a\tgetA\tA\tGet A\t-\t-\tmany\tcount\t-\n", "", "operations.tsv line 1"},
      {"GET\t/a\tgetA\tA\tGet A\t?x=colour\t-\t200\tcount\t-\n", "", "operations.tsv line 1"},
      {"", "\tid\tint32\n", "schemas.tsv line 1"},
      {"", "A\n\tid\tint64\n", "schemas.tsv line 2"},
      {"", "A\n\tid\tint32\tsometimes\n", "schemas.tsv line 2"},
      {"", "A\n\tid\tstring(long)\n", "schemas.tsv line 2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    const auto parsed = Catalog::parse(row.operations, row.schemas);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == leat::ErrorKind::broken);
    CHECK(parsed.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("the tables are sorted, so that a newer document shows as a small diff") {
  const auto operations = builtin_catalog().operations();
  CHECK(std::ranges::is_sorted(operations, {}, [](const Operation& o) { return std::pair(o.path, o.method); }));
  CHECK(std::ranges::is_sorted(builtin_catalog().schemas(), {}, &Schema::name));
  CHECK(operations_table().size() + schemas_table().size() < 1'000'000);
}
