#include "plugins/connectwise/sandbox/service.hpp"

#include <algorithm>
#include <string>

#include "plugins/connectwise/sandbox/auth.hpp"
#include "plugins/connectwise/sandbox/engine/acting.hpp"
#include "plugins/connectwise/sandbox/engine/files.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

using connectwise::BodyKind;
using connectwise::ResponseKind;

struct Service::Engine {
  Engine(const connectwise::Catalog& catalog, const Settings& settings, Clock clock)
      : routes(catalog),
        store(catalog, routes, settings.public_url + std::string(api_prefix), settings.tickets),
        reading(store, settings.variants),
        acting(store, reading, settings.variants, std::move(clock)),
        files(store, reading) {}

  Routes routes;
  Store store;
  Reading reading;
  Acting acting;
  Files files;
};

namespace {

// "2025.8" to "v2025_8": the codebase a cloud tenant is told.
std::string codebase() {
  std::string name = "v" + std::string(api_version);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

bool starts_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && same_text(text.substr(0, start.size()), start);
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
  if (contains_text(type, multipart ? "multipart/form-data" : "json")) return;
  throw api_error(415,
                  "The request entity's media type '" + std::string(type) + "' is not supported for this resource.");
}

Response json_text(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

}  // namespace

Service::Service(const connectwise::Catalog& catalog, Settings settings, std::function<Seconds()> clock)
    : settings_(std::move(settings)),
      faults_(settings_.faults),
      engine_(std::make_unique<Engine>(catalog, settings_, std::move(clock))) {}

Service::~Service() = default;

Response Service::answer(const Request& request) {
  Response response;
  try {
    response = route(request);
  } catch (const Refusal& refusal) {
    response = to_response(refusal, settings_.variants.is(Point::error_text, "pretty"));
  } catch (const std::exception& error) {
    response = to_response(api_error(500, std::string("The sandbox failed: ") + error.what()), true);
  }
  add_headers(response);
  return response;
}

void Service::add_headers(Response& response) {
  std::vector<Header>& headers = response.headers;
  headers.push_back({"Cache-Control", "no-cache"});
  headers.push_back({"Pragma", "no-cache"});
  headers.push_back({"Expires", "-1"});
  headers.push_back({"api-current-version", std::string(api_version)});
  headers.push_back({"x-cw-request-id", guid(++requests_)});
  headers.push_back({"X-Content-Type-Options", "nosniff"});
}

Response Service::route(const Request& request) {
  const std::string_view path = request.path();
  if (starts_with(path, "/sandbox/")) return sandbox_page(request);
  constexpr std::string_view company_info_path = "/login/companyinfo/";
  if (starts_with(path, company_info_path)) return company_info(path.substr(company_info_path.size()));
  // The alias of on-premise systems, and the codebase that companyinfo names.
  for (const std::string& prefix : {std::string(api_prefix), "/" + codebase() + "/apis/3.0"}) {
    if (starts_with(path, prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/')) {
      return api(request, path.substr(prefix.size()));
    }
  }
  if (contains_text(path, "/apis/3.0")) throw Refusal{400, "", "Cannot route. Codebase/company is invalid", {}};
  return html_page(404, "Not Found");
}

Response Service::company_info(std::string_view company) const {
  while (!company.empty() && company.back() == '/') company.remove_suffix(1);
  if (!same_text(company, settings_.company)) {
    if (settings_.variants.is(Point::unknown_company, "404")) throw not_found("Company", company);
    return json_text("null");
  }
  return json_text(to_text({{"CompanyName", settings_.company},
                            {"Codebase", codebase() + "/"},
                            {"VersionCode", "v" + std::string(api_version)},
                            {"VersionNumber", "v4.6.98765"},
                            {"CompanyID", settings_.company},
                            {"IsCloud", true},
                            {"SiteUrl", settings_.public_url}}));
}

Response Service::sandbox_page(const Request& request) {
  const std::string_view path = request.path();
  if (path == "/sandbox/requests" && request.method == "GET") return json_text(evidence_.to_json());
  if (path == "/sandbox/requests" && request.method == "DELETE") {
    evidence_.reset();
    Response response;
    response.status = 204;
    return response;
  }
  if (path == "/sandbox/state" && request.method == "GET") {
    Json state = Json::object();
    const std::lock_guard lock(mutex_);
    for (const auto& [list, size] : engine_->store.sizes()) state[list] = size;
    return json_text(to_text(state));
  }
  return html_page(404, "Not Found");
}

Response Service::api(const Request& request, std::string_view path) {
  const Fault fault = faults_.next(request.method);
  std::string operation;
  Response response;
  switch (fault) {
    case Fault::drop_before:
    case Fault::throttle:
    case Fault::fail:
    case Fault::html: response = faults_.answer(fault); break;
    case Fault::none:
    case Fault::drop_after:
    case Fault::truncate: try { response = serve(request, path, operation);
      } catch (const Refusal& refusal) {
        response = to_response(refusal, settings_.variants.is(Point::error_text, "pretty"));
      }
  }
  if (fault == Fault::drop_after) response.delivery = Delivery::dropped;
  if (fault == Fault::truncate) response.delivery = Delivery::cut_short;
  response.delay = faults_.latency();
  evidence_.count(operation, response.status, fault);
  return response;
}

Response Service::serve(const Request& request, std::string_view path, std::string& operation_name) {
  const bool open = settings_.variants.is(Point::system_info, "open") && same_text(path, "/system/info");
  if (!open) authenticate(request, settings_);
  check_version(request, settings_);
  auto place = engine_->routes.match(path);
  if (!place) throw api_error(404, "The endpoint does not exist.");
  const auto method = connectwise::to_method(request.method);
  const bool known = method && place->route->first(*method) != nullptr;
  if (!known) throw api_error(405, "The requested resource does not support http method '" + request.method + "'.");
  const Operation* operation = choose(*place, *method);
  if (operation == nullptr) throw api_error(404, "The endpoint does not exist.");
  operation_name = std::string(to_string(operation->method)) + " " + std::string(operation->path);
  check_media_type(request, *operation);
  auto query = parse_query(request.query());
  if (!query) return html_page(400, "Bad Request");

  std::string url = request.scheme + "://" + std::string(request.header("Host")) + std::string(request.path());
  const Call call{request, std::move(*place), *operation, std::move(*query), std::move(url)};
  if (same_text(operation->path, "/system/info")) return system_info();
  const std::lock_guard lock(mutex_);
  if (engine_->files.serves(call)) return engine_->files.answer(call);
  switch (operation->method) {
    case Method::post: return engine_->acting.post(call);
    case Method::put:
    case Method::patch: return engine_->acting.change(call);
    case Method::del: return engine_->acting.erase(call);
    case Method::get: break;
  }
  const Route& route = *call.place.route;
  if (operation->response == ResponseKind::count || route.ends_with("count")) return engine_->reading.count(call);
  if (route.ends_with("usages") || route.ends_with("list")) return json_text("[]");
  return operation->response == ResponseKind::array ? engine_->reading.list(call) : engine_->reading.item(call);
}

Response Service::system_info() const {
  return json_text(to_text({{"version", "v" + std::string(api_version) + ".98765"},
                            {"isCloud", true},
                            {"serverTimeZone", "Coordinated Universal Time"},
                            {"licenseBits", Json::array({{{"name", "all"}, {"activeFlag", true}}})},
                            {"cloudRegion", "NA"},
                            {"maxWorkFlowRecordsAllowed", 5000}}));
}

}  // namespace leat::sandbox
