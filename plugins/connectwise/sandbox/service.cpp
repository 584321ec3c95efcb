#include "plugins/connectwise/sandbox/service.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "plugins/connectwise/sandbox/control.hpp"
#include "plugins/connectwise/sandbox/engine/engine.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

namespace {

bool starts_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && same_text(text.substr(0, start.size()), start);
}

Response json_text(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

std::chrono::milliseconds steady() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

constexpr std::string_view state_format = "connectwise-sandbox/1";
constexpr std::string_view api_part = "/apis/3.0";
constexpr std::string_view key_page = "system/callbackkey/index.rails";

}  // namespace

Service::Service(const connectwise::Catalog& catalog, Settings settings, std::function<Seconds()> clock, Ticks ticks)
    : settings_(std::move(settings)),
      access_(settings_, clock),
      faults_(settings_.faults, settings_.latency, settings_.rate_limit, clock),
      outbox_(settings_.callbacks, ticks ? std::move(ticks) : Ticks(steady)),
      engine_(std::make_unique<Engine>(catalog, settings_, access_, outbox_, std::move(clock))),
      codebase_(settings_.codebase) {
  if (const auto known = engine_->check_members(settings_.members); !known)
    throw std::runtime_error(known.error().message);
  if (settings_.state_file.empty() || !std::filesystem::exists(settings_.state_file)) return;
  std::ifstream file(settings_.state_file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    restore(Json::parse(text));
  } catch (const std::exception& error) {
    throw std::runtime_error(settings_.state_file + ": " + error.what());
  }
}

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

std::string Service::codebase() const {
  const std::lock_guard lock(codebase_mutex_);
  return codebase_;
}

void Service::set_codebase(const std::string& name) {
  {
    const std::lock_guard lock(codebase_mutex_);
    if (name == codebase_) return;
    former_.insert(codebase_);
    former_.erase(name);
    codebase_ = name;
  }
  engine_->callbacks().set_codebase(name);
}

Response Service::route(const Request& request) {
  const std::string_view path = request.path();
  if (starts_with(path, "/sandbox/")) return Control(*this).answer(request);
  const bool prefixed = starts_with(request.header("Host"), "api-");
  if (!prefixed && settings_.variants.is(Point::host_prefix, "required"))
    throw Refusal{403, "Security", "SSL is required.", {}};
  constexpr std::string_view company_info_path = "/login/companyinfo/";
  if (starts_with(path, company_info_path)) return company_info(path.substr(company_info_path.size()));
  if (path.size() > key_page.size() && same_text(path.substr(path.size() - key_page.size()), key_page))
    return signing_key(request);
  const std::size_t at = lower(path).rfind(api_part);
  const std::size_t end = at == std::string::npos ? at : at + api_part.size();
  if (end == std::string::npos || (end < path.size() && path[end] != '/')) return html_page(404, "Not Found");
  if (request.target.size() > settings_.url_max) {
    return settings_.variants.is(Point::long_url, "414") ? html_page(414, "Request-URI Too Long")
                                                         : html_page(400, "Bad Request - Invalid URL");
  }
  // The alias that leads to the current codebase, or that codebase itself.
  const std::string_view name = path.substr(std::min<std::size_t>(1, at), at == 0 ? 0 : at - 1);
  if (same_text(name, "v4_6_release") || same_text(name, codebase())) return api(request, path.substr(end));
  return unknown_codebase(name);
}

Response Service::unknown_codebase(std::string_view name) const {
  const std::lock_guard lock(codebase_mutex_);
  const bool stale = former_.count(lower(name)) != 0;
  if (stale && settings_.variants.is(Point::stale_codebase, "404")) return html_page(404, "Not Found");
  throw Refusal{400, "", "Cannot route. Codebase/company is invalid", {}};
}

Response Service::company_info(std::string_view company) const {
  while (!company.empty() && company.back() == '/') company.remove_suffix(1);
  if (!same_text(company, settings_.company)) {
    if (settings_.variants.is(Point::unknown_company, "404")) throw not_found("Company", company);
    return json_text("null");
  }
  // "v2025_8" to "v2025.8".
  const std::string current = codebase();
  std::string version = current;
  std::replace(version.begin(), version.end(), '_', '.');
  return json_text(to_text({{"CompanyName", settings_.company},
                            {"Codebase", current + "/"},
                            {"VersionCode", version},
                            {"VersionNumber", "v4.6.98765"},
                            {"CompanyID", settings_.company},
                            {"IsCloud", true},
                            {"SiteUrl", settings_.public_url}}));
}

// What a callback's key_url leads to (guide, C); the content type is that of a text (clients, C).
Response Service::signing_key(const Request& request) const {
  if (settings_.variants.is(Point::key_url, "closed")) access_.authenticate(request);
  const auto query = parse_query(request.query());
  std::string id;
  for (const QueryParameter& parameter : query.value_or(std::vector<QueryParameter>())) {
    if (same_text(parameter.name, "id")) id = parameter.value;
  }
  const auto key = engine_->callbacks().signing_key(id);
  if (!key) return html_page(404, "Not Found");
  Response response = json_text(to_text({{"signing_key", *key}}));
  response.content_type = "text/html; charset=utf-8";
  return response;
}

Response Service::api(const Request& request, std::string_view path) {
  const Faults::Met met = faults_.next(request.method, path);
  std::string operation;
  Response response;
  if (met.fault != Fault::none && met.fault < Fault::drop_after) {
    response = Faults::answer(met);
  } else {
    try {
      response = serve(request, path, operation);
    } catch (const Refusal& refusal) {
      response = to_response(refusal, settings_.variants.is(Point::error_text, "pretty"));
    }
  }
  if (met.fault == Fault::drop_after) response.delivery = Delivery::dropped;
  if (met.fault == Fault::truncate) response.delivery = Delivery::cut_short;
  if (met.fault == Fault::html_done) response = html_page(200, "Please wait");
  response.delay = met.delay;
  evidence_.count(operation, response.status, met.fault);
  return response;
}

Response Service::serve(const Request& request, std::string_view path, std::string& operation) {
  const bool open = settings_.variants.is(Point::system_info, "open") && same_text(path, "/system/info");
  Caller caller{std::string(api_member), std::make_shared<const Role>()};
  if (!open) caller = access_.authenticate(request);
  access_.check_version(request);
  Response response = engine_->answer(request, path, caller, operation);
  if (!settings_.variants.is(Point::location, "http")) return response;
  for (Header& header : response.headers) {
    if (header.name == "Location") header.value.replace(0, header.value.find(':'), "http");
  }
  return response;
}

Json Service::state() const {
  Json state = engine_->to_json();
  state["format"] = state_format;
  state["tokens"] = access_.to_json();
  const std::lock_guard lock(codebase_mutex_);
  state["codebase"] = codebase_;
  state["formerCodebases"] = former_;
  return state;
}

void Service::restore(const Json& state) {
  if (!state.is_object() || state.value("format", "") != state_format) {
    throw std::runtime_error("this is no state of the sandbox: \"format\" is not \"" + std::string(state_format) +
                             "\"");
  }
  engine_->restore(state);
  access_.restore(state.at("tokens"));
  set_codebase(state.at("codebase").get<std::string>());
  const std::lock_guard lock(codebase_mutex_);
  former_ = state.at("formerCodebases").get<std::set<std::string>>();
}

void Service::save_state() {
  if (settings_.state_file.empty()) throw std::runtime_error("the sandbox was started without --state");
  const std::string part = settings_.state_file + ".part";
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << to_text(state()) << '\n';
    file.close();
    if (!file) throw std::runtime_error(part + " cannot be written");
  }
  std::filesystem::rename(part, settings_.state_file);
}

}  // namespace leat::sandbox
