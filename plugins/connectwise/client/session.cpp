#include "plugins/connectwise/client/session.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// Before its end a token is renewed: clocks differ, and requests take their time.
constexpr milliseconds token_margin = std::chrono::minutes(5);
// Of a token whose end is not said: the guide speaks of about four hours.
constexpr milliseconds token_life = std::chrono::hours(3);
// A doubt that was settled this short a while ago is not raised again.
constexpr auto settled_for = std::chrono::minutes(5);

bool recent(const std::optional<std::chrono::steady_clock::time_point>& instant) {
  return instant && std::chrono::steady_clock::now() - *instant < settled_for;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error with_place(Error error, std::string_view place) {
  error.message = std::string(place) + ": " + error.message;
  return error;
}

}  // namespace

Result<CompanyInfo> read_company_info(const Answer& answer, std::string_view company) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorKind::denied,
                 "the server does not tell the codebase of company_id " + std::string(company) + ": " + why +
                     "; check company_id and the host, or give base_uri with the codebase (/v4_6_release/apis/3.0)",
                 0};
  };
  if (answer.status() == 404) return refuse("it has no such company, or no such page");
  const json body = json::parse(answer.body(), nullptr, false);
  if (body.is_null()) return refuse("it does not know the company");
  if (!body.is_object()) return refuse("its answer is not what companyinfo gives");
  CompanyInfo info;
  info.codebase = text_of(body, "Codebase");
  info.version = text_of(body, "VersionCode");
  const auto cloud = body.find("IsCloud");  // a boolean, or the text "True"
  info.cloud =
      cloud != body.end() && (*cloud == true || (cloud->is_string() && lower(cloud->get<std::string>()) == "true"));
  while (info.codebase.ends_with('/')) info.codebase.pop_back();
  const bool plain = !info.codebase.empty() && std::ranges::all_of(info.codebase, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
           c == '-';
  });
  if (!plain || info.codebase.find("..") != std::string::npos) return refuse("its answer names none");
  info.codebase += '/';
  return info;
}

std::string Session::base() const {
  return known_.base.empty() ? settings_.address.origin() + settings_.address.path : known_.base;
}

std::optional<Session::Access> Session::ready(milliseconds now) const {
  const std::lock_guard lock(mutex_);
  if (known_.base.empty() && settings_.address.path.empty()) return {};
  if (known_.codebase_doubted) return {};
  Access access{base(), settings_.authorization};
  if (settings_.impersonate.empty()) return access;
  if (known_.token_doubted || now + token_margin >= known_.token_ends) return {};
  access.authorization = known_.token_authorization;
  return access;
}

Result<Session::Access> Session::access(Context& context) {
  if (auto known = ready(context.now())) return std::move(*known);
  const std::lock_guard asking(asking_);
  if (auto known = ready(context.now())) return std::move(*known);  // another thread has asked meanwhile
  if (auto done = find_codebase(context); !done) return done.error();
  if (auto done = make_token(context); !done) return done.error();
  if (auto known = ready(context.now())) return std::move(*known);
  return Error{ErrorKind::unreachable, "codebase or token were doubted while they were asked for", 0};
}

Result<Answer> Session::send(const Request& request, Context& context) {
  {
    const std::lock_guard lock(mutex_);
    if (!transport_) transport_ = Transport::open(settings_.transport_options, context);
  }
  return transport_.call(request, context);
}

Result<CompanyInfo> Session::company_info(Context& context) {
  Request request;
  request.url = settings_.address.origin() + "/login/companyinfo/" + url_part(settings_.company);
  request.header("Accept", "application/json");
  auto answer = send(request, context);
  if (!answer) return with_place(answer.error(), "codebase");
  if (answer->status() == 200 || answer->status() == 404) return read_company_info(*answer, settings_.company);
  if (auto meaning = classify(request.method, *answer); !meaning) return with_place(meaning.error(), "codebase");
  return read_company_info(*answer, settings_.company);
}

Result<Done> Session::find_codebase(Context& context) {
  const bool fixed = !settings_.address.path.empty();
  {
    const std::lock_guard lock(mutex_);
    if (!known_.codebase_doubted && (fixed || !known_.base.empty())) return Done{};
  }
  auto info = company_info(context);
  const std::lock_guard lock(mutex_);
  // With a codebase at hand the server's first answer stands, unless companyinfo cannot be asked now.
  if (!info && (info.error().kind != ErrorKind::denied || base() == settings_.address.origin())) return info.error();
  if (info) {
    const std::string found = settings_.address.origin() + "/" + info->codebase + "apis/3.0";
    if (known_.codebase_doubted && found != base()) {
      context.info("the server has another codebase now: " + info->codebase.substr(0, info->codebase.size() - 1));
      known_.former_base = base();
    }
    known_.base = found;
  }
  if (known_.codebase_doubted) known_.codebase_asked = std::chrono::steady_clock::now();
  known_.codebase_doubted = false;
  return Done{};
}

Result<Done> Session::make_token(Context& context) {
  if (settings_.impersonate.empty()) return Done{};
  std::string url;
  {
    const std::lock_guard lock(mutex_);
    if (!known_.token_doubted && context.now() + token_margin < known_.token_ends) return Done{};
    url = base();
  }
  const std::string place = "impersonate: a token for " + settings_.impersonate;
  Request request;
  request.method = "POST";
  request.url = url + "/system/members/" + url_part(settings_.impersonate) + "/tokens";
  request.body = json{{"memberIdentifier", settings_.impersonate}}.dump();
  request.idempotent = true;  // one token more does no harm
  request.header("Authorization", settings_.authorization);
  request.header("clientId", settings_.client_id);
  request.header("x-cw-usertype", "member");
  request.header("Accept", settings_.accept);
  request.header("Content-Type", "application/json; charset=utf-8");
  auto answer = send(request, context);
  if (!answer) return with_place(answer.error(), place);
  if (auto meaning = classify(request.method, *answer); !meaning) {
    Error error = with_place(meaning.error(), place);
    if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::invalid) error.kind = ErrorKind::denied;
    if (error.kind == ErrorKind::denied && says_stale_codebase(answer->status(), answer->body()) &&
        doubt_codebase(request.url)) {
      error.kind = ErrorKind::unreachable;
    }
    return error;
  }
  const json body = json::parse(answer->body(), nullptr, false);
  const std::string public_key = body.is_object() ? text_of(body, "publicKey") : "";
  const std::string private_key = body.is_object() ? text_of(body, "privateKey") : "";
  if (public_key.empty() || private_key.empty()) {
    return Error{ErrorKind::denied, place + ": the server's answer holds no publicKey and privateKey", 0};
  }
  const auto said = parse_timestamp(text_of(body, "expiration"));
  const milliseconds ends = said ? std::chrono::seconds(*said) : context.now() + token_life;
  const std::lock_guard lock(mutex_);
  known_.token_authorization = basic_authorization(settings_.company, public_key, private_key);
  // A server whose clock is behind must not make a token for each request.
  known_.token_ends = std::max(ends, context.now() + 2 * token_margin);
  if (known_.token_doubted) known_.token_renewed = std::chrono::steady_clock::now();
  known_.token_doubted = false;
  return Done{};
}

bool Session::doubt_codebase(std::string_view url) {
  const std::lock_guard lock(mutex_);
  if (!url.starts_with(base() + "/")) {
    return !known_.former_base.empty() && url.starts_with(known_.former_base + "/");
  }
  if (recent(known_.codebase_asked)) return false;
  known_.codebase_doubted = true;
  return true;
}

bool Session::doubt_token(std::string_view authorization) {
  const std::lock_guard lock(mutex_);
  if (settings_.impersonate.empty()) return false;
  if (authorization != known_.token_authorization) return authorization != settings_.authorization;
  if (recent(known_.token_renewed)) return false;
  known_.token_doubted = true;
  return true;
}

}  // namespace leat::connectwise
