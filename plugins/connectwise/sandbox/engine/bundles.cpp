#include "plugins/connectwise/sandbox/engine/bundles.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/callbacks/entries.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"

namespace leat::sandbox {

using connectwise::ResponseKind;

namespace {

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// A member in any case; null: absent.
Json member_of(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.items()) {
    if (same_text(key, name)) return value;
  }
  return nullptr;
}

std::string query_of(const Json& request) {
  std::string query;
  const auto add = [&](std::string_view name, const Json& value) {
    if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty())) return;
    query += (query.empty() ? "?" : "&") + std::string(name) + "=" + link_encode(text_of(value));
  };
  const Json filters = member_of(request, "filters");
  for (const char* name : {"conditions", "orderBy", "childConditions", "customFieldConditions"})
    add(name, member_of(filters, name));
  const Json page = member_of(request, "page");
  for (const char* name : {"page", "pageSize", "pageId"}) add(name, member_of(page, name));
  add("fields", member_of(request, "fields"));
  return query;
}

}  // namespace

std::string Bundles::path_of(const std::string& resource, const Json& request) const {
  std::vector<std::string> parents;
  for (const char* name : {"grandParentId", "parentId"}) {
    const Json id = member_of(request, name);
    if (id.is_number_integer() && id != 0) parents.push_back(id.dump());
  }
  std::string pattern = parents.empty() ? std::string(callback_list(resource).value_or("")) : std::string();
  for (const Operation& operation : store_.catalog().operations()) {
    if (!pattern.empty()) break;
    const bool list = operation.method == Method::get && operation.response == ResponseKind::array;
    if (!list || !same_text(entity_name(operation.response_schema), resource)) continue;
    const auto holes = static_cast<std::size_t>(std::count(operation.path.begin(), operation.path.end(), '{'));
    if (holes == parents.size()) pattern = operation.path;
  }
  std::string path;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '{') {
      path += pattern[at];
      continue;
    }
    path += parents.at(next++);
    at = pattern.find('}', at);
  }
  const Json id = member_of(request, "id");
  if (!path.empty() && id.is_number_integer() && id != 0) path += "/" + id.dump();
  return path;
}

Json Bundles::result_of(const Json& request, const Caller& caller, bool count_only) {
  const std::string resource = text_at(request, "resourceType");
  const Json inner = member_of(request, "apiRequest");
  Json result = {
      {"sequenceNumber", id_at(request, "sequenceNumber")},
      {"resourceType", resource},
      {"entities", Json::array()},
      {"count", 0},
      {"version", text_at(request, "version").empty() ? std::string(api_version) : text_at(request, "version")},
      {"success", true},
      {"statusCode", 200},
      {"error", nullptr}};
  try {
    const std::string path = path_of(resource, inner);
    if (path.empty()) throw api_error(400, "The resource type '" + resource + "' is not supported.");
    Request get;
    get.method = "GET";
    const std::string read_path = count_only ? path + "/count" : path;
    get.target = std::string(api_prefix) + read_path + query_of(inner);
    const Json answer = Json::parse(read_(get, read_path, caller).body);
    if (count_only) {
      result["count"] = id_at(answer, "count");
    } else {
      result["entities"] = answer.is_array() ? answer : Json::array({answer});
      result["count"] = result["entities"].size();
    }
  } catch (const Refusal& refusal) {
    result["success"] = false;
    result["statusCode"] = refusal.status;
    result["error"] = Json::parse(to_response(refusal, false).body, nullptr, false);
  }
  return result;
}

Response Bundles::answer(const Call& call) {
  const Json body = call.request.body.empty() ? Json() : parse_body(call.request.body);
  const Json requests = member_of(body, "requests");
  if (!requests.is_array()) {
    throw invalid_object("bundleRequestsCollection", {{"MissingRequiredField", "The requests field is required.",
                                                       "bundleRequestsCollection", "requests"}});
  }
  Json results = Json::array();
  for (const Json& request : requests)
    results.push_back(result_of(request, call.caller, call.place.route->ends_with("count")));
  Response response;
  response.body = to_text({{"results", results}});
  return response;
}

}  // namespace leat::sandbox
