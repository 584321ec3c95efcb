#include "plugins/connectwise/sandbox/engine/engine.hpp"

#include <mutex>

#include "plugins/connectwise/sandbox/engine/own_rights.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/query/nulls.hpp"

namespace leat::sandbox {

using connectwise::BodyKind;
using connectwise::ResponseKind;

namespace {

Response json_text(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

// The operation of a route whose path parameters can take the arguments: {id} needs a number.
const Operation* choose(const Place& place, Method method) {
  for (const Operation* operation : place.route->operations[static_cast<std::size_t>(method)]) {
    bool fits = true;
    for (std::size_t i = 0; i < operation->path_parameters.size() && i < place.arguments.size(); ++i) {
      const connectwise::Parameter& parameter = operation->path_parameters[i];
      const bool id = parameter.name.size() >= 2 && same_text(parameter.name.substr(parameter.name.size() - 2), "id");
      const bool number = id && parameter.type->kind == connectwise::ValueType::integer;
      fits = fits && (!number || to_integer(place.arguments[i]).has_value());
    }
    if (fits) return operation;
  }
  return nullptr;
}

void check_media_type(const Request& request, const Operation& operation) {
  const std::string_view type = request.header("Content-Type");
  if (request.body.empty() || type.empty()) return;
  const bool multipart = operation.body == BodyKind::multipart;
  if (contains_text(type, multipart ? "multipart/form-data" : "json") || operation.path == "/system/documents/{id}")
    return;
  throw api_error(415,
                  "The request entity's media type '" + std::string(type) + "' is not supported for this resource.");
}

bool is_read(const Operation& operation) {
  if (operation.method == Method::get) return true;
  const std::string_view path = operation.path;
  const bool search = path.size() > 7 && path.substr(path.size() - 7) == "/search";
  return operation.method == Method::post && (search || path.substr(0, 15) == "/system/bundles");
}

Right right_of(const Operation& operation, const Route& route) {
  if (is_read(operation)) return Right::inquire;
  if (operation.method == Method::del) return Right::remove;
  if (operation.method != Method::post) return Right::edit;
  // A POST below a record that makes nothing new is an action on it.
  const bool makes = operation.success == 201 || route.ends_with("copy") || operation.response == ResponseKind::bulk ||
                     (!operation.body_schema.empty() && operation.body_schema == operation.response_schema);
  return makes ? Right::add : Right::edit;
}

Json system_info() {
  return {{"version", "v" + std::string(api_version) + ".98765"},
          {"isCloud", true},
          {"serverTimeZone", "Coordinated Universal Time"},
          {"licenseBits", Json::array({{{"name", "all"}, {"activeFlag", true}}})},
          {"cloudRegion", "NA"},
          {"maxWorkFlowRecordsAllowed", 5000}};
}

}  // namespace

Engine::Engine(const connectwise::Catalog& catalog, const Settings& settings, Access& access, Outbox& outbox,
               Clock clock)
    : settings_(settings),
      access_(access),
      routes_(catalog),
      store_(catalog, routes_, settings.public_url + std::string(api_prefix), settings.tickets),
      callbacks_(store_, settings, outbox),
      reading_(store_, settings.variants),
      writer_(store_, settings.variants, std::move(clock), [this](const Change& change) { callbacks_.note(change); }),
      acting_(store_, reading_, writer_, settings.variants),
      documents_(store_, reading_, writer_),
      reports_(store_),
      bundles_(store_, [this](const Request& request, std::string_view path, const Caller& caller) {
        const Found found = find(request.method, path);
        Call call{request,
                  caller,
                  found.place,
                  *found.operation,
                  parse_query(request.query()).value_or(std::vector<QueryParameter>()),
                  {}};
        take_rights(call);
        return read(call);
      }) {
  outbox.on_disable([this](Id entry) {
    const std::unique_lock lock(mutex_);
    callbacks_.disable(entry);
  });
}

Engine::Found Engine::find(std::string_view method_name, std::string_view path) const {
  auto place = routes_.match(path);
  if (!place) throw api_error(404, "The endpoint does not exist.");
  const auto method = connectwise::to_method(method_name);
  const bool known = method && place->route->first(*method) != nullptr;
  if (!known)
    throw api_error(405, "The requested resource does not support http method '" + std::string(method_name) + "'.");
  const Operation* operation = choose(*place, *method);
  if (operation == nullptr) throw api_error(404, "The endpoint does not exist.");
  return {std::move(*place), operation};
}

void Engine::take_rights(Call& call) const {
  const Route& route = *call.place.route;
  const auto level = [&](Right right) { return call.caller.role->level(right, call.operation.tag, route.pattern); };
  call.sees = level(Right::inquire);
  call.does = level(right_of(call.operation, route));
  if (call.does == Level::none) throw no_permission();
}

Response Engine::answer(const Request& request, std::string_view path, const Caller& caller,
                        std::string& operation_name) {
  Found found = find(request.method, path);
  const Operation& operation = *found.operation;
  operation_name = std::string(to_string(operation.method)) + " " + std::string(operation.path);
  const std::string url = request.scheme + "://" + std::string(request.header("Host")) + std::string(request.path());
  Call call{request, caller, std::move(found.place), operation, {}, url};
  take_rights(call);
  check_media_type(request, operation);
  auto query = parse_query(request.query());
  if (!query) return html_page(400, "Bad Request");
  call.query = std::move(*query);

  Response response;
  if (is_read(operation)) {
    const std::shared_lock lock(mutex_);
    response = serve(call);
  } else {
    const std::unique_lock lock(mutex_);
    response = serve(call);
  }
  if (settings_.variants.is(Point::null_members, "sent") && response.status < 300 && call.parameter("fields").empty()) {
    add_nulls(store_.catalog().schema(operation.response_schema), response.body);
  }
  return response;
}

Response Engine::serve(const Call& call) {
  const Operation& operation = call.operation;
  if (same_text(operation.path, "/system/info")) return json_text(to_text(system_info()));
  if (documents_.serves(call)) return documents_.answer(call);
  if (call.pattern() == "/system/members/{}/tokens") return impersonate(call);
  if (call.pattern() == "/system/mysecurity") return json_text(to_text(own_rights(*call.caller.role, routes_)));
  if (call.pattern().compare(0, 15, "/system/bundles") == 0) return bundles_.answer(call);
  switch (operation.method) {
    case Method::post: return acting_.post(call);
    case Method::put:
    case Method::patch: return acting_.change(call);
    case Method::del: return acting_.erase(call);
    case Method::get: break;
  }
  return read(call);
}

Response Engine::read(const Call& call) {
  const Operation& operation = call.operation;
  const Route& route = *call.place.route;
  if (reports_.serves(call)) return reports_.answer(call);
  if (operation.response == ResponseKind::count || route.ends_with("count")) return reading_.count(call);
  if (route.ends_with("usages") || route.pattern.find("/usages/") != std::string::npos) return reading_.usages(call);
  return operation.response == ResponseKind::array ? reading_.list(call) : reading_.item(call);
}

// The keys of another member, for about 4 hours (guide and clients, L).
Response Engine::impersonate(const Call& call) {
  const std::string& identifier = call.place.arguments.front();
  const Json body = call.request.body.empty() ? Json::object() : parse_body(call.request.body);
  const std::string named = text_at(body, "memberIdentifier");
  if (!named.empty() && !same_text(named, identifier)) {
    throw invalid_object(
        "token", {{"InvalidField", "memberIdentifier must be the member of the path.", "token", "memberIdentifier"}});
  }
  const ListPlace members = store_.place("/system/members", {});
  auto id = References(store_).find(members, "identifier", identifier);
  const auto number = to_integer(identifier);
  if (!id && number && store_.open(members).contains(*number)) id = number;
  if (!id) throw not_found("Member", identifier);
  const Token token = access_.make_token(text_at(store_.read(members, *id), "identifier"));
  Response response = json_text(to_text({{"publicKey", token.public_key},
                                         {"privateKey", token.private_key},
                                         {"expiration", to_timestamp(token.expiration)}}));
  response.status = call.operation.success;
  return response;
}

std::pair<ListPlace, Id> Engine::record_place(std::string_view path) const {
  const auto place = routes_.match(path);
  const auto id = place && !place->arguments.empty() ? to_integer(place->arguments.back()) : std::nullopt;
  const bool record = id && place->route->pattern.size() > 3 &&
                      place->route->pattern.compare(place->route->pattern.size() - 3, 3, "/{}") == 0;
  if (!record) throw api_error(404, "No record has the path '" + std::string(path) + "'.");
  ListPlace list =
      store_.place(parent_pattern(place->route->pattern), {place->arguments.begin(), place->arguments.end() - 1});
  if (list.schema == nullptr) throw api_error(404, "No record has the path '" + std::string(path) + "'.");
  return {std::move(list), *id};
}

Json Engine::put_record(std::string_view path, const Json& record, std::string_view member) {
  if (!record.is_object()) throw api_error(400, "A record is an object.");
  const std::unique_lock lock(mutex_);
  const auto [list, id] = record_place(path);
  writer_.put(list, id, record, member);
  return store_.read(list, id);
}

void Engine::erase_record(std::string_view path, std::string_view member) {
  const std::unique_lock lock(mutex_);
  const auto [list, id] = record_place(path);
  writer_.erase(list, id, member);
}

Json Engine::to_json() const {
  const std::shared_lock lock(mutex_);
  return {{"store", store_.to_json()}, {"documents", documents_.to_json()}};
}

void Engine::restore(const Json& state) {
  const std::unique_lock lock(mutex_);
  store_.restore(state.at("store"));
  documents_.restore(state.at("documents"));
}

std::vector<std::pair<std::string, std::size_t>> Engine::sizes() const {
  const std::shared_lock lock(mutex_);
  return store_.sizes();
}

Result<Done> Engine::check_members(const std::map<std::string, Member>& members) {
  const std::shared_lock lock(mutex_);
  const ListPlace list = store_.place("/system/members", {});
  for (const auto& [name, member] : members) {
    const auto id = References(store_).find(list, "identifier", name);
    if (!id) return Error{ErrorKind::invalid, "members." + name + ": there is no such member"};
  }
  return Done{};
}

}  // namespace leat::sandbox
