#include "plugins/connectwise/catalog/catalog.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <string>
#include <unordered_map>

#include "plugins/connectwise/catalog/catalog_data.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

constexpr std::array<std::string_view, 5> method_names = {"GET", "POST", "PUT", "PATCH", "DELETE"};

// A path for look-ups that forgive case and a last slash.
std::string folded_path(Method method, std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(to_string(method)) + ' ' + lower(path);
}

bool to_number(std::string_view text, auto& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

struct Catalog::Data {
  std::deque<Type> types;
  std::vector<Parameter> parameters;
  std::vector<Field> fields;
  std::vector<Operation> operations;
  std::vector<Schema> schemas;
  std::unordered_map<std::string_view, const Type*> type_of_cell;
  std::unordered_map<std::string_view, const Operation*> of_id;
  std::unordered_map<std::string_view, const Schema*> schema_of_name;
  std::unordered_multimap<std::string, const Operation*> of_folded_path;

  const Type* type(std::string_view cell);
  bool add_operation(std::string_view line);
  bool add_parameters(Operation& operation, std::string_view cell);
  bool set_body(Operation& operation, std::string_view cell);
  bool set_response(Operation& operation, std::string_view cell);
  bool add_schema_line(std::string_view line);
  void index();
};

// nullptr: not a type.
const Type* Catalog::Data::type(std::string_view cell) {
  if (const auto known = type_of_cell.find(cell); known != type_of_cell.end()) return known->second;
  const auto inside = [&cell](std::string_view begin, std::string_view end) -> std::optional<std::string_view> {
    if (cell.size() <= begin.size() + end.size() || !cell.starts_with(begin) || !cell.ends_with(end)) return {};
    return cell.substr(begin.size(), cell.size() - begin.size() - end.size());
  };
  Type made{.text = cell};
  if (cell == "int32") {
    made.kind = ValueType::integer, made.format = cell;
  } else if (cell == "double") {
    made.kind = ValueType::number, made.format = cell;
  } else if (cell == "boolean") {
    made.kind = ValueType::boolean;
  } else if (cell == "object") {
    made.kind = ValueType::object;
  } else if (cell == "string") {
    made.kind = ValueType::string;
  } else if (cell == "date-time" || cell == "date" || cell == "uuid" || cell == "binary") {
    made.kind = ValueType::string, made.format = cell;
  } else if (const auto length = inside("string(", ")")) {
    made.kind = ValueType::string;
    if (!to_number(*length, made.length_max)) return nullptr;
  } else if (const auto choices = inside("enum(", ")")) {
    made.kind = ValueType::string;
    made.choices = split(*choices, '|');
  } else if (const auto mapped = inside("map(", ")")) {
    made.kind = ValueType::map;
    if (!(made.item = type(*mapped))) return nullptr;
  } else if (const auto element = inside("[", "]")) {
    made.kind = ValueType::array;
    if (!(made.item = type(*element))) return nullptr;
  } else if (cell.size() > 1 && cell.starts_with('@')) {
    made.kind = ValueType::reference;
    made.schema = cell.substr(1);
  } else {
    return nullptr;
  }
  types.push_back(std::move(made));
  return type_of_cell[cell] = &types.back();
}

// Those of the path are int32 where the cell does not say otherwise; "?name=type" is of the query.
bool Catalog::Data::add_parameters(Operation& operation, std::string_view cell) {
  std::vector<Parameter> query;
  std::unordered_map<std::string_view, const Type*> of_path;
  for (std::string_view entry : cell == "-" ? std::vector<std::string_view>{} : split(cell, ' ')) {
    const bool in_query = entry.starts_with('?');
    if (in_query) entry.remove_prefix(1);
    const std::size_t equals = entry.find('=');
    const Type* of_entry = equals == entry.npos ? nullptr : type(entry.substr(equals + 1));
    if (!of_entry) return false;
    if (in_query) {
      query.push_back({entry.substr(0, equals), of_entry});
    } else {
      of_path[entry.substr(0, equals)] = of_entry;
    }
  }
  const std::size_t path_begin = parameters.size();
  for (const Placeholder& place : placeholders(operation.path)) {
    const auto added = std::span(parameters).subspan(path_begin);
    if (std::ranges::any_of(added, [&place](const Parameter& p) { return p.name == place.name; })) continue;
    const auto typed = of_path.find(place.name);
    parameters.push_back({place.name, typed == of_path.end() ? type("int32") : typed->second});
  }
  const std::size_t query_begin = parameters.size();
  parameters.insert(parameters.end(), query.begin(), query.end());
  operation.path_parameters = std::span(parameters).subspan(path_begin, query_begin - path_begin);
  operation.query_parameters = std::span(parameters).subspan(query_begin);
  return true;
}

bool Catalog::Data::set_body(Operation& operation, std::string_view cell) {
  if (cell == "-") return true;
  if (cell == "json-patch") {
    operation.body = BodyKind::json_patch;
    return true;
  }
  const bool multipart = cell.starts_with("multipart");
  if (cell == "multipart") {
    operation.body = BodyKind::multipart;
    return true;
  }
  const Type* of_body = type(multipart ? cell.substr(cell.find(':') + 1) : cell);
  if (!of_body) return false;
  const bool array = of_body->kind == ValueType::array;
  operation.body = multipart ? BodyKind::multipart : array ? BodyKind::array : BodyKind::object;
  operation.body_schema = array ? of_body->item->schema : of_body->schema;
  return true;
}

bool Catalog::Data::set_response(Operation& operation, std::string_view cell) {
  using enum ResponseKind;
  operation.response = none;
  if (cell == "-") return true;
  if (cell == "binary" || cell == "text" || cell == "count" || cell == "bulk") {
    operation.response = cell == "binary" ? binary : cell == "text" ? text : cell == "count" ? count : bulk;
    return true;
  }
  const bool is_bulk = cell.starts_with("bulk:");
  const Type* answer = type(is_bulk ? cell.substr(5) : cell);
  if (!answer) return false;
  switch (answer->kind) {
    case ValueType::array: operation.response = array, operation.response_schema = answer->item->schema; break;
    case ValueType::reference: operation.response = object, operation.response_schema = answer->schema; break;
    case ValueType::object:
    case ValueType::map: operation.response = object; break;
    default: operation.response = value;
  }
  if (is_bulk) operation.response = bulk;
  return true;
}

bool Catalog::Data::add_operation(std::string_view line) {
  const std::vector<std::string_view> cells = split(line, '\t');
  if (cells.size() != 10) return false;
  const std::optional<Method> method = to_method(cells[0]);
  if (!method) return false;
  Operation operation{.method = *method, .path = cells[1], .id = cells[2], .tag = cells[3], .title = cells[4]};
  if (cells[9] != "-") operation.note = cells[9];
  if (!to_number(cells[7], operation.success) || !add_parameters(operation, cells[5]) ||
      !set_body(operation, cells[6]) || !set_response(operation, cells[8])) {
    return false;
  }
  operations.push_back(operation);
  return true;
}

// "Name" starts a schema; "<tab>member<tab>type[<tab>flag,flag]" is one of its members.
bool Catalog::Data::add_schema_line(std::string_view line) {
  if (!line.starts_with('\t')) {
    schemas.push_back({line, std::span(fields).subspan(fields.size())});
    return !line.empty();
  }
  const std::vector<std::string_view> cells = split(line.substr(1), '\t');
  if (schemas.empty() || cells.size() < 2 || cells.size() > 3) return false;
  Field field{.name = cells[0], .type = type(cells[1])};
  if (!field.type) return false;
  for (const std::string_view flag : cells.size() == 3 ? split(cells[2], ',') : std::vector<std::string_view>{}) {
    if (flag == "required") {
      field.required = true;
    } else if (flag == "nullable") {
      field.nullable = true;
    } else if (flag == "update") {
      field.required_on_update = true;
    } else if (flag == "create") {
      field.create_only = true;
    } else {
      return false;
    }
  }
  fields.push_back(field);
  Schema& schema = schemas.back();
  schema.fields = std::span(fields).subspan(fields.size() - schema.fields.size() - 1);
  return true;
}

void Catalog::Data::index() {
  of_id.reserve(operations.size());
  of_folded_path.reserve(operations.size());
  for (const Operation& operation : operations) {
    of_id.emplace(operation.id, &operation);
    of_folded_path.emplace(folded_path(operation.method, operation.path), &operation);
  }
  for (const Schema& schema : schemas) schema_of_name.emplace(schema.name, &schema);
}

std::string_view to_string(Method method) { return method_names[static_cast<std::size_t>(method)]; }

std::optional<Method> to_method(std::string_view text) {
  for (std::size_t i = 0; i < method_names.size(); ++i) {
    if (same_letters(method_names[i], text)) return static_cast<Method>(i);
  }
  return {};
}

const Field* Schema::find(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string_view> Schema::names() const {
  std::vector<std::string_view> result;
  for (const Field& field : fields) result.push_back(field.name);
  return result;
}

std::span<const Parameter> standard_query() {
  static const Type text{.kind = ValueType::string, .text = "string"};
  static const Type number{.kind = ValueType::integer, .text = "int32", .format = "int32"};
  static const std::array<Parameter, 8> parameters = {{{"conditions", &text},
                                                       {"childConditions", &text},
                                                       {"customFieldConditions", &text},
                                                       {"orderBy", &text},
                                                       {"fields", &text},
                                                       {"page", &number},
                                                       {"pageSize", &number},
                                                       {"pageId", &number}}};
  return parameters;
}

std::vector<Placeholder> placeholders(std::string_view path) {
  std::vector<Placeholder> found;
  for (std::size_t begin = path.find('{'); begin != path.npos; begin = path.find('{', begin + 1)) {
    const std::size_t close = path.find('}', begin);
    const std::size_t end = close == path.npos ? path.size() : close + 1;
    const std::size_t name_end = std::min(path.find_first_of("}:", begin), end);
    found.push_back({begin, end, path.substr(begin + 1, name_end - begin - 1)});
    if (end == path.size()) break;
  }
  return found;
}

Result<Catalog> Catalog::parse(std::string_view operations, std::string_view schemas) {
  const auto data = std::make_shared<Data>();
  // Spans point into these two: they must not move while they grow.
  data->parameters.reserve(
      static_cast<std::size_t>(std::ranges::count(operations, '{') + std::ranges::count(operations, '?')));
  data->fields.reserve(static_cast<std::size_t>(std::ranges::count(schemas, '\n')));
  data->operations.reserve(static_cast<std::size_t>(std::ranges::count(operations, '\n')));
  const auto read = [](std::string_view table, std::string_view name, auto add) -> Result<Done> {
    std::size_t number = 0;
    for (const std::string_view line : lines(table)) {
      ++number;
      if (add(line)) continue;
      return Error{ErrorKind::broken, "catalog: " + std::string(name) + " line " + std::to_string(number) +
                                          " is not understood: " + std::string(line.substr(0, 120))};
    }
    return Done{};
  };
  if (auto done = read(operations, "operations.tsv", [&](std::string_view line) { return data->add_operation(line); });
      !done) {
    return done.error();
  }
  if (auto done = read(schemas, "schemas.tsv", [&](std::string_view line) { return data->add_schema_line(line); });
      !done) {
    return done.error();
  }
  data->index();
  Catalog catalog;
  catalog.data_ = data;
  return catalog;
}

std::span<const Operation> Catalog::operations() const { return data_->operations; }
std::span<const Schema> Catalog::schemas() const { return data_->schemas; }

const Operation* Catalog::by_id(std::string_view operation_id) const {
  const auto found = data_->of_id.find(operation_id);
  return found == data_->of_id.end() ? nullptr : found->second;
}

const Schema* Catalog::schema(std::string_view name) const {
  const auto found = data_->schema_of_name.find(name);
  return found == data_->schema_of_name.end() ? nullptr : found->second;
}

const Operation* Catalog::by_path(Method method, std::string_view path) const {
  const auto [begin, end] = data_->of_folded_path.equal_range(folded_path(method, path));
  for (auto it = begin; it != end; ++it) {
    if (it->second->path == path) return it->second;
  }
  return begin != end && std::next(begin) == end ? begin->second : nullptr;
}

const Catalog& builtin_catalog() {
  // The tables are part of this library and covered by a test that parses them: a failure here cannot be the world's.
  static const Catalog catalog = Catalog::parse(operations_table(), schemas_table()).value();
  return catalog;
}

}  // namespace leat::connectwise
