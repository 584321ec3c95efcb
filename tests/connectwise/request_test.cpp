#include "plugins/connectwise/request.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;

namespace {

Result<PreparedRequest> prepared(std::string_view id, std::string_view input, const RequestRules& rules = {}) {
  const Operation* operation = builtin_catalog().by_id(id);
  REQUIRE(operation != nullptr);
  const NewRecord record(input);
  return prepare_request(builtin_catalog(), *operation, record.root(), rules);
}

}  // namespace

TEST_CASE("the two entities of the vendor's guide go to address format 4") {
  test::PluginHost host;
  const auto read = prepared("getCompanyAddressFormatsById", R"({"path": {"id": 4}})");
  REQUIRE(read);
  CHECK(read->url == "/company/addressFormats/4");
  CHECK(read->body.empty());
  CHECK(read->repeatable);
  const auto write = prepared("putCompanyAddressFormatsById",
                              R"({"path": {"id": "4"}, "payload": {"name": "US", "format": "{zip}"}})");
  REQUIRE(write);
  CHECK(write->url == "/company/addressFormats/4");
  CHECK(write->body == R"({"name":"US","format":"{zip}"})");
  CHECK(write->repeatable);
}

TEST_CASE("paths and queries are written the way the server reads them") {
  test::PluginHost host;
  struct Row {
    std::string id;
    std::string input;
    std::string url;
  };
  const Row rows[] = {
      {"getServiceTickets", "{}", "/service/tickets"},
      {"getServiceTickets", R"({"path": null, "query": {}})", "/service/tickets"},
      {"getServiceTickets",
       R"({"query": {"conditions": "status/name=\"New\" and lastUpdated>[2024-01-01T00:00:00Z]"}})",
       "/service/tickets?conditions=status%2Fname%3D%22New%22%20and%20lastUpdated%3E%5B2024-01-01T00%3A00%3A00Z%5D"},
      {"getServiceTickets", R"({"query": {"conditions": "summary like '100%+*'"}})",
       "/service/tickets?conditions=summary%20like%20%27100%25%2B%2A%27"},
      {"getServiceTickets", "{\"query\": {\"conditions\": \"city = \\\"K\xc3\xb6ln\\\"\"}}",
       "/service/tickets?conditions=city%20%3D%20%22K%C3%B6ln%22"},
      {"getServiceTickets", R"({"query": {"ORDERBY": "id asc", "pagesize": 5, "conditions": null}})",
       "/service/tickets?orderBy=id%20asc&pageSize=5"},
      {"getServiceTickets", R"({"query": {"fields": ["id", "company/name"]}})",
       "/service/tickets?fields=id%2Ccompany%2Fname"},
      {"getServiceTicketsByParentIdNotesById", R"({"path": {"id": 7, "parentId": 31}})", "/service/tickets/31/notes/7"},
      {"getSystemReportsByReportName", R"({"path": {"reportName": "My/Report"}, "query": {"columns": ["a", "b"]}})",
       "/system/reports/My%2FReport?columns=a%2Cb"},
      {"deleteCompanyContactsById", R"({"path": {"id": 5}, "query": {"transferContactId": 6}})",
       "/company/contacts/5?transferContactId=6"},
      {"getCompanyContactsByIdImage", R"({"path": {"id": 5}, "query": {"useDefaultFlag": true}})",
       "/company/contacts/5/image?useDefaultFlag=true"},
      {"postFinanceAgreementsByIdCopy", R"({"path": {"id": 5}})", "/finance/agreements/types5/copy"},
      {"patchProcurementCatalogByParentIdVendorsByIdById", R"({"path": {"parentId": 1, "id": 5}, "payload": {}})",
       "/procurement/catalog/1/vendors/5"},
      {"getSystemMembersmemberIdentifierregextypes", R"({"path": {"memberIdentifier": "jdoe"}})",
       "/system/members/jdoe"},
      {"postServiceTicketsSearch",
       R"({"query": {"page": 2, "pageSize": 50, "fields": "id"}, "payload": {"conditions": "id>1"}})",
       "/service/tickets/search?page=2&pageSize=50&fields=id"},
      {"putCompanyConfigurationsById",
       R"({"path": {"id": 1}, "query": {"managedInformation": {"type": "x", "level": "a b"}}, "payload": {}})",
       "/company/configurations/1?managedInformation.type=x&managedInformation.level=a%20b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id);
    CAPTURE(row.input);
    const auto request = prepared(row.id, row.input);
    REQUIRE_MESSAGE(request, request.error().message);
    CHECK(request->url == row.url);
  }
}

TEST_CASE("what cannot be sent is refused with the member's name") {
  test::PluginHost host;
  struct Row {
    std::string id;
    std::string input;
    std::string message;
  };
  const Row rows[] = {
      {"getCompanyAddressFormatsById", "{}", "path.id is missing: GET /company/addressFormats/{id} needs it"},
      {"getCompanyAddressFormatsById", R"({"path": {"id": null}})",
       "path.id is missing: GET /company/addressFormats/{id} needs it"},
      {"getCompanyAddressFormatsById", R"({"path": {"id": "four"}})", "path.id must be a whole number, not \"four\""},
      {"getCompanyAddressFormatsById", R"({"path": {"id": 4.5}})", "path.id must be a whole number, not \"4.5\""},
      {"getCompanyAddressFormatsById", R"({"path": {"id": ""}})", "path.id must be text or a number, and not empty"},
      {"getCompanyAddressFormatsById", R"({"path": {"id": [4]}})", "path.id must be text or a number, and not empty"},
      {"getCompanyAddressFormatsById", R"({"path": {"id": 4, "idd": 4}})",
       "path.idd is not a parameter of GET /company/addressFormats/{id} (did you mean id?)"},
      {"getServiceTickets", R"({"path": {"id": 4}})",
       "path.id is not a parameter of GET /service/tickets; it has none"},
      {"getSystemReportsByReportName", R"({"path": {"reportName": ".."}})", "path.reportName cannot be \"..\""},
      {"getServiceTickets", R"({"path": 4})", "path must be an object"},
      {"getServiceTickets", R"({"query": "conditions"})", "query must be an object"},
      {"getServiceTickets", R"({"query": {"condition": "id=1"}})",
       "query.condition is not a parameter of GET /service/tickets (did you mean conditions?)"},
      {"getServiceTickets", R"({"query": {"pageSize": 5000}})",
       "query.pageSize must be between 1 and 1000: the server would cap it silently"},
      {"getServiceTickets", R"({"query": {"page": 0}})", "query.page starts at 1"},
      {"getServiceTickets", R"({"query": {"page": "two"}})", "query.page must be a whole number, not \"two\""},
      {"getServiceTickets", R"({"query": {"conditions": ["id=1"]}})",
       "query.conditions must be text, a number or a boolean"},
      {"getServiceTickets", R"({"query": {"fields": [{}]}})", "query.fields must be text or a list of text"},
      {"getServiceTickets", R"({"payload": {}})", "payload: GET /service/tickets takes none"},
      {"getServiceTickets", "[]", "the request must be an object with path, query and payload"},
      {"postServiceTickets", "{}", "payload is missing: POST /service/tickets needs it"},
      {"postServiceTickets", R"({"payload": [1]})", "payload must be an object"},
      {"postCompanyConfigurationsBulk", R"({"payload": {}})", "payload must be a list of objects"},
      {"postServiceTickets", R"({"id": 1, "summary": "x"})",
       "the request has a member \"id\" beside path, query and payload; map the record to these three"},
      {"postServiceTickets", R"({"payloda": {}})",
       "the request has a member \"payloda\" beside path, query and payload (did you mean payload?); map the record to "
       "these three"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.id);
    CAPTURE(row.input);
    const auto request = prepared(row.id, row.input);
    REQUIRE_FALSE(request);
    CHECK(request.error().kind == ErrorKind::invalid);
    CHECK(request.error().message == row.message);
  }
}

TEST_CASE("a URL that the server would not take is refused, naming the longest parameter") {
  test::PluginHost host;
  const std::string ids(1500, '1');
  const std::string input = R"({"query": {"fields": "id", "conditions": "id in ()" + ids + ")\"}}";
  CHECK(prepared("getServiceTickets", input));
  const std::string longer = R"({"query": {"fields": "id", "conditions": "id in ()" + ids + ids + ")\"}}";
  const auto refused = prepared("getServiceTickets", longer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("query.conditions makes the URL 30"));
}

TEST_CASE("a file upload is no JSON") {
  test::PluginHost host;
  const auto request = prepared("postSystemDocuments", R"({"payload": {}})");
  REQUIRE_FALSE(request);
  CHECK(request.error().message == "POST /system/documents takes a file upload");
}

TEST_CASE("a bulk deletion takes a list though the document names no body, another deletion takes none") {
  test::PluginHost host;
  CHECK(prepared("deleteCompanyConfigurationsBulk", R"({"payload": [{"id": 5}]})")->body == R"([{"id":5}])");
  CHECK_FALSE(prepared("deleteCompanyConfigurationsBulk", R"({"payload": {"id": 5}})"));
  CHECK_FALSE(prepared("deleteServiceTicketsById", R"({"path": {"id": 1}, "payload": [{"id": 5}]})"));
}

TEST_CASE("further members of a record are allowed where the publisher uses them") {
  test::PluginHost host;
  const NewRecord record(R"({"path": {"id": 1}, "payload": {"summary": "x"}, "base": {}})");
  const Operation& patch = *builtin_catalog().by_id("patchServiceTicketsById");
  CHECK(prepare_request(builtin_catalog(), patch, record.root(), {.further_members = {"base"}}));
  CHECK_FALSE(prepare_request(builtin_catalog(), patch, record.root()));
  CHECK(*request_url(patch, record.root(), {.further_members = {"base"}}) == "/service/tickets/1");
}

TEST_CASE("which requests leave the same when sent twice") {
  test::PluginHost host;
  struct Row {
    std::string id;
    std::string input;
    bool repeatable;
  };
  const Row rows[] = {
      {"getServiceTickets", "{}", true},
      {"postServiceTickets", R"({"payload": {"summary": "x", "company": {"id": 1}}})", false},
      {"postServiceTicketsSearch", R"({"payload": {}})", true},
      {"deleteServiceTicketsById", R"({"path": {"id": 1}})", true},
      {"patchServiceTicketsById", R"({"path": {"id": 1}, "payload": {"summary": "x"}})", true},
      {"patchServiceTicketsById",
       R"({"path": {"id": 1}, "payload": [{"op": "replace", "path": "summary", "value": "x"}]})", true},
      {"patchServiceTicketsById",
       R"({"path": {"id": 1}, "payload": [{"op": "add", "path": "customFields", "value": []}]})", false},
      {"patchServiceTicketsById", R"({"path": {"id": 1}, "payload": [{"op": "remove", "path": "owner"}]})", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.input);
    const auto request = prepared(row.id, row.input);
    REQUIRE_MESSAGE(request, request.error().message);
    CHECK(request->repeatable == row.repeatable);
  }
}

TEST_CASE("every operation can be asked for with its own parameters") {
  test::PluginHost host;
  for (const Operation& operation : builtin_catalog().operations()) {
    if (operation.body == BodyKind::multipart) continue;
    std::string path;
    for (const Parameter& parameter : operation.path_parameters) {
      path += (path.empty() ? "\"" : ",\"") + std::string(parameter.name) + "\":7";
    }
    const bool has_body = operation.body != BodyKind::none;
    const bool list = operation.body == BodyKind::array;
    const NewRecord input("{\"path\":{" + path + "}" + (has_body ? list ? ",\"payload\":[]" : ",\"payload\":{}" : "") +
                          "}");
    const std::string id(operation.id);
    CAPTURE(id);
    const auto request = prepare_request(builtin_catalog(), operation, input.root(), {.check_payload = false});
    REQUIRE_MESSAGE(request, request.error().message);
    CHECK(request->url.find_first_of("{} ") == std::string::npos);
  }
}
