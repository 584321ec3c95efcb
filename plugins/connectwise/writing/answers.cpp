#include "plugins/connectwise/writing/answers.hpp"

#include <optional>

#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::optional<NewRecord> parse(std::string_view body) {
  try {
    return NewRecord(body);
  } catch (const Failure&) {
    return {};
  }
}

// {"payload": [{"success", "originalIndex", "statusCode", "data", "error"}]}: some elements may have failed though the
// status is 207.
Result<Done> check_bulk(Node answer) {
  const Node entries = answer["payload"];
  std::size_t failed = 0;
  std::string first;
  for (std::size_t i = 0, size = entries.size(); i < size; ++i) {
    const Node entry = entries[i];
    if (entry["success"].boolean().value_or(true)) continue;
    if (++failed > 1) continue;
    const std::string_view message = entry["error"]["message"].str().value_or("no reason given");
    first = "payload[" + std::to_string(entry["originalIndex"].i64().value_or(static_cast<std::int64_t>(i))) +
            "]: " + collapse(message);
  }
  if (failed == 0) return Done{};
  return refuse(std::to_string(failed) + " of " + std::to_string(entries.size()) +
                " elements were refused, the others are done; the first: " + first);
}

// Answers of actions: {"success": false, "message": "..."} with status 200.
Result<Done> check_action(Node answer) {
  if (answer["success"].boolean().value_or(true)) return Done{};
  return refuse("the server refused: " + collapse(answer["message"].str().value_or("no reason given")));
}

ErrorKind kind_of(std::int64_t status, bool repeatable) {
  using enum ErrorKind;
  if (status == 401 || status == 403) return denied;
  if (status == 404) return not_found;
  if (status == 408 || status == 429 || status == 503) return busy;
  if (status >= 500) return repeatable ? busy : uncertain;
  return invalid;
}

// The standard error shape inside an element.
Error element_error(Node entry, bool repeatable) {
  constexpr std::size_t shown_max = 5;
  const std::int64_t status = entry["statusCode"].i64().value_or(400);
  const Node error = entry["error"];
  std::string text = "the element was answered with " + std::to_string(status);
  if (const auto code = error["code"].str()) text += " " + collapse(*code);
  text += ": " + collapse(error["message"].str().value_or("no reason given"));
  const Node fields = error["errors"];
  for (std::size_t i = 0, size = fields.size(); i < size && i < shown_max; ++i) {
    text += (i == 0 ? " - " : "; ") + collapse(fields[i]["field"].str().value_or("")) + ": " +
            collapse(fields[i]["message"].str().value_or(""));
  }
  return {kind_of(status, repeatable), std::move(text), 0};
}

Error no_json(const Operation& operation, bool repeated) {
  return {repeated ? ErrorKind::unreachable : ErrorKind::uncertain,
          name_of(operation) + " was answered with success and broken JSON", 0};
}

}  // namespace

std::string kept(Node document, std::size_t keep_max) {
  const std::string_view json = document.json();
  if (json.size() <= keep_max) return std::string(json);
  NewRecord part("{}");
  if (const Node id = document["id"]) part.root().put("id").set(id);
  part.set("bytes", json.size());
  return std::string(part.json());
}

Result<std::string> kept_answer(const Operation& operation, std::string_view body, bool repeated,
                                std::size_t keep_max) {
  body = trim(body);
  if (body.empty()) return std::string();
  const auto document = parse(body);
  if (!document) {
    if (operation.response == ResponseKind::none) return std::string();  // whatever it is, nothing was promised
    return no_json(operation, repeated);
  }
  const auto checked =
      operation.response == ResponseKind::bulk ? check_bulk(document->root()) : check_action(document->root());
  if (!checked) return checked.error();
  return kept(document->root(), keep_max);
}

std::vector<Result<std::string>> bulk_results(const Operation& operation, std::string_view body, std::size_t count,
                                              std::size_t keep_max) {
  const bool repeatable = is_repeatable(operation);
  const auto document = parse(trim(body));
  const Error silent = document ? Error{repeatable ? ErrorKind::unreachable : ErrorKind::uncertain,
                                        "the answer to " + name_of(operation) + " says nothing of this element", 0}
                                : no_json(operation, repeatable);
  std::vector<Result<std::string>> results(count, Result<std::string>(silent));
  if (!document) return results;
  const Node entries = document->root()["payload"];
  for (std::size_t i = 0, size = entries.size(); i < size; ++i) {
    const Node entry = entries[i];
    const std::int64_t index = entry["originalIndex"].i64().value_or(static_cast<std::int64_t>(i));
    if (index < 0 || static_cast<std::size_t>(index) >= count) continue;
    auto& result = results[static_cast<std::size_t>(index)];
    if (entry["success"].boolean().value_or(true)) {
      const Node data = entry["data"];
      result = data && !data.is_null() ? kept(data, keep_max) : std::string();
    } else {
      result = element_error(entry, repeatable);
    }
  }
  return results;
}

}  // namespace leat::connectwise
