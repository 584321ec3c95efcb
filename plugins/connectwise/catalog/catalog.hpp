// The vendor's API as data: every operation and schema of the reference, read from the tables that catalog_gen.py makes.
// Owner    the texts a catalog is parsed from outlive it; names are views into them.
// Threads  constant after parse: any, at the same time.
// Source   OpenAPI document 2025.8; the cells are described in catalog/README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::connectwise {

enum class Method : std::uint8_t { get, post, put, patch, del };
std::string_view to_string(Method method);               // "GET"
std::optional<Method> to_method(std::string_view text);  // any case

enum class ValueType : std::uint8_t { string, integer, number, boolean, object, map, array, reference };

// A type as a cell of the tables says it; equal cells share one Type.
struct Type {
  ValueType kind = ValueType::object;
  std::string_view text{};                  // the cell: "string(50)", "@CompanyReference", "[int32]", "enum(Low|High)"
  std::string_view format{};                // "int32", "double", "date-time", "date", "uuid", "binary"; else empty
  std::uint32_t length_max = 0;             // of text, in characters; 0: not stated
  std::string_view schema{};                // name, of a reference
  const Type* item = nullptr;               // of an array or a map
  std::vector<std::string_view> choices{};  // of an enum
};

struct Field {
  std::string_view name{};
  const Type* type = nullptr;
  bool required = false;
  bool nullable = false;            // as the document says; references and lists do not say it
  bool required_on_update = false;  // "Required on updates"
  bool create_only = false;         // "POST only, never returned"
};

struct Schema {
  std::string_view name{};  // "AddressFormat"; some have dots: "Company.Configuration"
  std::span<const Field> fields{};
  const Field* find(std::string_view field) const;  // the name as written
  std::vector<std::string_view> names() const;      // of the fields, in the order of the document
};

struct Parameter {
  std::string_view name{};
  const Type* type = nullptr;
};

enum class BodyKind : std::uint8_t { none, object, array, json_patch, multipart };
// value: a bare JSON value. count: {"count": n}. bulk: a BulkResult, whatever its elements hold.
enum class ResponseKind : std::uint8_t { none, object, array, count, bulk, value, binary, text };

struct Operation {
  Method method = Method::get;
  std::string_view path{};   // "/company/addressFormats/{id}"
  std::string_view id{};     // "getCompanyAddressFormatsById"; unique
  std::string_view tag{};    // "AddressFormats"
  std::string_view title{};  // "Get AddressFormat": the summary's first line without internal class paths
  std::string_view note{};   // what else the summary says; often empty
  std::span<const Parameter> path_parameters{};   // in the order of the path
  std::span<const Parameter> query_parameters{};  // its own; every GET takes standard_query() as well
  BodyKind body = BodyKind::none;
  std::string_view body_schema{};  // of the object or of an element; empty: not stated
  int success = 0;                 // 200, 201, 204, 207; 0: the document does not say
  ResponseKind response = ResponseKind::none;
  std::string_view response_schema{};  // of the object, of an element; empty: not stated
};

// conditions, childConditions, customFieldConditions, orderBy, fields, page, pageSize, pageId: every GET declares them.
std::span<const Parameter> standard_query();

// "{id}" of a path template: its place and name. Two paths of the document are cut off inside a placeholder; it then
// reaches to the end.
struct Placeholder {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view name{};
};
std::vector<Placeholder> placeholders(std::string_view path);

class Catalog {
 public:
  // broken: a line that is not as catalog/README.md says; the message names it.
  static Result<Catalog> parse(std::string_view operations, std::string_view schemas);

  std::span<const Operation> operations() const;  // by path, then method
  std::span<const Schema> schemas() const;        // by name
  // Exact; nullptr when there is none.
  const Operation* by_id(std::string_view operation_id) const;
  const Schema* schema(std::string_view name) const;
  // The template as written, else in any case and with or without a last slash where that is unique.
  const Operation* by_path(Method method, std::string_view path) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

// The catalog built into this library, parsed on first use.
const Catalog& builtin_catalog();

}  // namespace leat::connectwise
