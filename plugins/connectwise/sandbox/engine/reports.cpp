#include "plugins/connectwise/sandbox/engine/reports.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "plugins/connectwise/sandbox/query/paging.hpp"
#include "plugins/connectwise/sandbox/query/selection.hpp"

namespace leat::sandbox {

namespace {

struct Column {
  std::string_view name;
  std::string_view field;  // of the list's records
  std::string_view type;   // Text, Numeric, Boolean, DateTime
};
struct Report {
  std::string_view name;
  const char* list;
  std::span<const Column> columns;
};

constexpr std::array<Column, 9> service = {{{"TicketNbr", "id", "Numeric"},
                                            {"Summary", "summary", "Text"},
                                            {"Company_Name", "company/name", "Text"},
                                            {"Board_Name", "board/name", "Text"},
                                            {"Status_Description", "status/name", "Text"},
                                            {"Priority_Description", "priority/name", "Text"},
                                            {"Closed_Flag", "closedFlag", "Boolean"},
                                            {"Date_Entered", "dateEntered", "DateTime"},
                                            {"Last_Update", "lastUpdated", "DateTime"}}};
constexpr std::array<Column, 6> company = {{{"Company_RecID", "id", "Numeric"},
                                            {"Company_ID", "identifier", "Text"},
                                            {"Company_Name", "name", "Text"},
                                            {"Status_Description", "status/name", "Text"},
                                            {"Delete_Flag", "deletedFlag", "Boolean"},
                                            {"Last_Update", "lastUpdated", "DateTime"}}};
constexpr std::array<Column, 6> contact = {{{"Contact_RecID", "id", "Numeric"},
                                            {"First_Name", "firstName", "Text"},
                                            {"Last_Name", "lastName", "Text"},
                                            {"Company_Name", "company/name", "Text"},
                                            {"Inactive_Flag", "inactiveFlag", "Boolean"},
                                            {"Last_Update", "lastUpdated", "DateTime"}}};
constexpr std::array<Column, 6> time = {{{"Time_RecID", "id", "Numeric"},
                                         {"Member_ID", "member/identifier", "Text"},
                                         {"Company_Name", "company/name", "Text"},
                                         {"Hours_Actual", "actualHours", "Numeric"},
                                         {"Date_Start", "timeStart", "DateTime"},
                                         {"Last_Update", "lastUpdated", "DateTime"}}};
constexpr std::array<Column, 5> configuration = {{{"Config_RecID", "id", "Numeric"},
                                                  {"Config_Name", "name", "Text"},
                                                  {"Config_Type", "type/name", "Text"},
                                                  {"Company_Name", "company/name", "Text"},
                                                  {"Last_Update", "lastUpdated", "DateTime"}}};
constexpr std::array<Report, 5> reports = {{{"Service", "/service/tickets", service},
                                            {"Company", "/company/companies", company},
                                            {"Contact", "/company/contacts", contact},
                                            {"Time", "/time/entries", time},
                                            {"Configuration", "/company/configurations", configuration}}};

constexpr std::string_view start = "/system/reports";

Json definition(const Column& column) {
  return {{"type", column.type}, {"isNullable", column.field != "id"}, {"identityColumn", column.field == "id"}};
}

// The columns asked for, in their order; all when none are.
std::vector<Column> chosen(const Report& report, std::string_view names) {
  std::vector<Column> columns;
  for (const std::string_view part : split(names, ',')) {
    const std::string_view name = trim(part);
    if (name.empty()) continue;
    const auto found = std::find_if(report.columns.begin(), report.columns.end(),
                                    [&](const Column& column) { return same_text(column.name, name); });
    if (found == report.columns.end())
      throw Refusal{400, "ApiFindCondition", std::string(name) + " is not a recognized name.", {}};
    columns.push_back(*found);
  }
  if (columns.empty()) columns.assign(report.columns.begin(), report.columns.end());
  return columns;
}

Json cell(const Value& value) {
  switch (value.kind) {
    case Value::Kind::boolean: return value.boolean;
    case Value::Kind::text: return std::string(value.text);
    case Value::Kind::number: {
      const auto whole = static_cast<std::int64_t>(value.number);
      return static_cast<double>(whole) == value.number ? Json(whole) : Json(value.number);
    }
    case Value::Kind::absent:
    case Value::Kind::other: break;
  }
  return nullptr;
}

}  // namespace

bool Reports::serves(const Call& call) const { return call.pattern().compare(0, start.size(), start) == 0; }

Response Reports::answer(const Call& call) {
  Response response;
  if (call.place.arguments.empty()) {
    Json names = Json::array();
    for (const Report& report : reports) names.push_back({{"name", report.name}});
    response.body = to_text(names);
    return response;
  }
  const std::string& name = call.place.arguments.front();
  const auto report =
      std::find_if(reports.begin(), reports.end(), [&](const Report& known) { return same_text(known.name, name); });
  if (report == reports.end()) throw not_found("Report", name);
  if (call.place.route->ends_with("columns")) {
    Json columns = Json::object();
    for (const Column& column : report->columns) columns[std::string(column.name)] = definition(column);
    response.body = to_text(Json::array({columns}));
    return response;
  }
  const ListPlace list = store_.place(report->list, {});
  Names names(store_.catalog(), list.schema, Names::Scope::members);
  std::map<std::string, std::string> aliases;
  for (const Column& column : report->columns) aliases[lower(column.name)] = column.field;
  names.rename(std::move(aliases));
  const std::vector<Column> columns = chosen(*report, call.parameter("columns"));
  Filter filter;
  const std::string_view conditions = call.parameter("conditions");
  if (!trim(conditions).empty()) filter.restrict(parse_condition(conditions, names));
  const Collection& collection = store_.open(list);
  SelectionCache selections;
  const Selection found = selections.select("", collection, filter, parse_order(call.parameter("orderBy"), names));
  if (call.place.route->ends_with("count")) {
    response.body = "{\"count\":" + std::to_string(found->size()) + "}";
    return response;
  }
  const PageRequest page = parse_page(call.query, {}, false);
  Json definitions = Json::array();
  std::vector<FieldName> fields;
  for (const Column& column : columns) {
    definitions.push_back({{std::string(column.name), definition(column)}});
    fields.push_back(names.resolve(column.name));
  }
  Json rows = Json::array();
  RecordView view;
  std::string record;
  for (std::size_t i = (page.page - 1) * page.size; i < found->size() && rows.size() < page.size; ++i) {
    record.clear();
    collection.write((*found)[i], record);
    view.open(record);
    Json row = Json::array();
    for (const FieldName& field : fields) row.push_back(cell(view.at(field.path)));
    rows.push_back(std::move(row));
  }
  if (const auto link = numbered_link(call.url, call.query, page, found->size()))
    response.headers.push_back({"Link", *link});
  response.body = to_text({{"column_definitions", definitions}, {"row_values", rows}});
  return response;
}

}  // namespace leat::sandbox
