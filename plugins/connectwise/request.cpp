#include "plugins/connectwise/request.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "leat/http.hpp"
#include "plugins/connectwise/payload.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

constexpr int page_size_max = 1000;  // the vendor's guide; the server caps larger ones silently

Error invalid_input(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

// The operation's own parameters, and those it takes without declaring them.
std::vector<Parameter> query_parameters(const Operation& operation) {
  std::vector<Parameter> known(operation.query_parameters.begin(), operation.query_parameters.end());
  const auto add_standard = [&known](std::initializer_list<std::string_view> names) {
    for (const Parameter& parameter : standard_query()) {
      if (names.size() == 0 || std::ranges::find(names, parameter.name) != names.end()) known.push_back(parameter);
    }
  };
  if (operation.method == Method::get) {
    add_standard({});
    // Reports name their columns; the document leaves the parameter out.
    if (operation.path.starts_with("/system/reports/")) known.push_back({"columns", standard_query()[0].type});
  } else if (operation.path.ends_with("/search")) {
    add_standard({"fields", "page", "pageSize", "pageId"});
  } else {
    add_standard({"fields"});  // the guide: works on the answers of writes too
  }
  return known;
}

// A value as it is written in a URL; nothing when a URL cannot hold it.
std::optional<std::string> scalar_text(leat::Node value) {
  switch (value.type()) {
    case JsonType::string: return std::string(*value.str());
    case JsonType::number: return std::string(*value.number());
    case JsonType::boolean: return *value.boolean() ? "true" : "false";
    default: return {};
  }
}

std::optional<std::string> list_text(leat::Node list) {
  std::string text;
  for (std::size_t i = 0, size = list.size(); i < size; ++i) {
    const auto item = scalar_text(list[i]);
    if (!item) return {};
    text += (i == 0 ? "" : ",") + *item;
  }
  return text;
}

// Values of enums are left to the server: they grow from release to release.
Result<Done> check_type(const Parameter& parameter, std::string_view text, const std::string& where) {
  if (parameter.type->kind == ValueType::integer && !whole_number(text)) {
    return invalid_input(where + " must be a whole number, not " + in_quotes(text.substr(0, 60)));
  }
  if (parameter.type->kind == ValueType::boolean && !same_letters(text, "true") && !same_letters(text, "false")) {
    return invalid_input(where + " must be true or false, not " + in_quotes(text.substr(0, 60)));
  }
  return Done{};
}

Result<Done> check_page(std::string_view name, std::string_view text, const std::string& where) {
  const std::int64_t number = whole_number(text).value_or(0);
  if (name == "page" && number < 1) return invalid_input(where + " starts at 1");
  if (name == "pageSize" && (number < 1 || number > page_size_max)) {
    return invalid_input(where + " must be between 1 and 1000: the server would cap it silently");
  }
  return Done{};
}

Result<Done> check_is_object(leat::Node node, const std::string& where) {
  if (!node || node.is_null() || node.type() == JsonType::object) return Done{};
  return invalid_input(where + " must be an object");
}

std::vector<std::string_view> names_of(const auto& parameters) {
  std::vector<std::string_view> names;
  names.reserve(parameters.size());
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::string known_names(const auto& parameters) {
  std::string text;
  for (const Parameter& parameter : parameters) text += (text.empty() ? "" : ", ") + std::string(parameter.name);
  return text.empty() ? "it has none" : "it has " + text;
}

Error unknown_parameter(std::string_view part, std::string_view name, const Operation& operation,
                        const auto& parameters) {
  std::string hint = did_you_mean(name, names_of(parameters));
  if (hint.empty()) hint = "; " + known_names(parameters);
  return invalid_input(std::string(part) + "." + std::string(name) + " is not a parameter of " + name_of(operation) +
                       hint);
}

Result<std::string> path_value(const Operation& operation, const Parameter& parameter, leat::Node path) {
  const std::string where = "path." + std::string(parameter.name);
  const leat::Node value = path[parameter.name];
  if (!value || value.is_null()) return invalid_input(where + " is missing: " + name_of(operation) + " needs it");
  const auto text = scalar_text(value);
  if (!text || text->empty()) return invalid_input(where + " must be text or a number, and not empty");
  if (auto done = check_type(parameter, *text, where); !done) return done.error();
  // A segment of dots would be resolved away.
  if (*text == "." || *text == "..") return invalid_input(where + " cannot be " + in_quotes(*text));
  return url_part(*text);
}

Result<std::string> fill_path(const Operation& operation, leat::Node path) {
  if (auto done = check_is_object(path, "path"); !done) return done.error();
  for (const auto item : path) {
    const auto known = std::ranges::find(operation.path_parameters, item.key, &Parameter::name);
    if (known == operation.path_parameters.end()) {
      return unknown_parameter("path", item.key, operation, operation.path_parameters);
    }
  }
  std::string url;
  std::size_t copied = 0;
  std::string_view last;
  for (const Placeholder& place : placeholders(operation.path)) {
    url += operation.path.substr(copied, place.begin - copied);
    copied = place.end;
    // "{id}{id}", once in the document, is one value.
    if (place.name == last && operation.path[place.begin - 1] == '}') continue;
    last = place.name;
    const auto parameter = std::ranges::find(operation.path_parameters, place.name, &Parameter::name);
    auto text = path_value(operation, *parameter, path);
    if (!text) return text.error();
    url += *text;
  }
  return url += operation.path.substr(copied);
}

// An object as a parameter: its members, the way the server's framework binds them.
Result<Done> append_members(std::string& url, const Parameter& parameter, leat::Node value, const std::string& where) {
  for (const auto member : value) {
    const auto text = scalar_text(member.value);
    if (!text) return invalid_input(where + "." + std::string(member.key) + " must be text, a number or a boolean");
    append_query(url, std::string(parameter.name) + "." + std::string(member.key), *text);
  }
  return Done{};
}

Result<Done> append_parameter(std::string& url, const Parameter& parameter, leat::Node value) {
  const std::string where = "query." + std::string(parameter.name);
  if (value.is_null()) return Done{};
  if (parameter.type->kind == ValueType::reference && value.type() == JsonType::object) {
    return append_members(url, parameter, value, where);
  }
  const bool takes_list = parameter.name == "fields" || parameter.name == "orderBy" || parameter.name == "columns";
  const bool is_list = value.type() == JsonType::array && takes_list;
  const auto text = is_list ? list_text(value) : scalar_text(value);
  if (!text) {
    return invalid_input(where +
                         (takes_list ? " must be text or a list of text" : " must be text, a number or a boolean"));
  }
  if (auto done = check_type(parameter, *text, where); !done) return done;
  if (auto done = check_page(parameter.name, *text, where); !done) return done;
  append_query(url, parameter.name, *text);
  return Done{};
}

// The server reads names in any case; they are sent as the document spells them.
Result<Done> add_query(std::string& url, const Operation& operation, leat::Node query, const RequestRules& rules) {
  if (auto done = check_is_object(query, "query"); !done) return done;
  const std::vector<Parameter> known = query_parameters(operation);
  std::string_view longest;
  std::size_t longest_size = 0;
  for (const auto item : query) {
    const auto parameter =
        std::ranges::find_if(known, [&item](const Parameter& p) { return same_letters(p.name, item.key); });
    if (parameter == known.end()) return unknown_parameter("query", item.key, operation, known);
    const std::size_t before = url.size();
    if (auto done = append_parameter(url, *parameter, item.value); !done) return done;
    if (url.size() - before > longest_size) longest = parameter->name, longest_size = url.size() - before;
  }
  if (rules.check_length && url.size() > url_length_max) {
    return invalid_input("query." + std::string(longest) + " makes the URL " + std::to_string(url.size()) +
                         " characters long; the server takes " + std::to_string(url_length_max) +
                         ": shorten it, or split a list of values");
  }
  return Done{};
}

Result<Done> add_body(PreparedRequest& request, const Catalog& catalog, const Operation& operation, leat::Node payload,
                      const RequestRules& rules) {
  const bool given = payload && !payload.is_null();
  if (operation.body == BodyKind::none) {
    // The document leaves out what a bulk deletion takes.
    const bool bulk = operation.response == ResponseKind::bulk && payload.type() == JsonType::array;
    if (given && !bulk) return invalid_input("payload: " + name_of(operation) + " takes none");
    if (given) request.body = std::string(payload.json());
    return Done{};
  }
  if (operation.body == BodyKind::multipart) return invalid_input(name_of(operation) + " takes a file upload");
  if (!given) return invalid_input("payload is missing: " + name_of(operation) + " needs it");
  const JsonType wanted = operation.body == BodyKind::array ? JsonType::array : JsonType::object;
  if (operation.body != BodyKind::json_patch && payload.type() != wanted) {
    return invalid_input(std::string("payload must be ") +
                         (wanted == JsonType::array ? "a list of objects" : "an object"));
  }
  if (rules.check_payload) {
    if (auto done = check_payload(catalog, operation, payload); !done) return done;
  }
  if (operation.body != BodyKind::json_patch) {
    request.body = std::string(payload.json());
    return Done{};
  }
  auto patch = make_patch(payload);
  if (!patch) return patch.error();
  request.body = std::move(patch->body);
  request.repeatable = patch->only_replaces;
  return Done{};
}

}  // namespace

void append_query(std::string& url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += url_part(name);
  url += '=';
  url += url_part(value);
}

bool is_repeatable(Method method) { return method == Method::get || method == Method::put || method == Method::del; }

bool is_repeatable(const Operation& operation) {
  const bool reads = operation.path.ends_with("/search") || operation.path.ends_with("/count");
  return is_repeatable(operation.method) || (operation.method == Method::post && reads);
}

std::string name_of(const Operation& operation) {
  return std::string(to_string(operation.method)) + " " + std::string(operation.path);
}

Result<std::string> request_url(const Operation& operation, leat::Node input, const RequestRules& rules) {
  if (input.type() != JsonType::object) {
    return invalid_input("the request must be an object with path, query and payload");
  }
  std::vector<std::string_view> parts = {"path", "query", "payload"};
  parts.insert(parts.end(), rules.further_members.begin(), rules.further_members.end());
  for (const auto item : input) {
    if (std::ranges::find(parts, item.key) != parts.end()) continue;
    return invalid_input("the request has a member " + in_quotes(item.key) + " beside path, query and payload" +
                         did_you_mean(item.key, parts) + "; map the record to these three");
  }
  auto url = fill_path(operation, input["path"]);
  if (!url) return url.error();
  if (auto done = add_query(*url, operation, input["query"], rules); !done) return done.error();
  return url;
}

Result<PreparedRequest> prepare_request(const Catalog& catalog, const Operation& operation, leat::Node input,
                                        const RequestRules& rules) {
  auto url = request_url(operation, input, rules);
  if (!url) return url.error();
  PreparedRequest request{.url = std::move(*url), .body = {}, .repeatable = is_repeatable(operation)};
  if (auto done = add_body(request, catalog, operation, input["payload"], rules); !done) return done.error();
  return request;
}

}  // namespace leat::connectwise
