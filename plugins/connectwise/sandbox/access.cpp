#include "plugins/connectwise/sandbox/access.hpp"

#include <mutex>
#include <utility>

#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

Refusal cannot_route(const Variants& variants) {
  if (variants.is(Point::wrong_company, "404")) return {404, "NotFound", "Company not found", {}};
  return {400, "", "Cannot route. Codebase/company is invalid", {}};
}

Refusal wrong_keys(const Variants& variants) {
  if (variants.is(Point::wrong_keys, "nested")) {
    return {401,
            "ConnectWiseApi",
            "UserNotAuthenticated",
            {{"UserNotAuthenticated", "The user could not be authenticated.", "", ""}}};
  }
  const int status = variants.is(Point::wrong_keys, "404") ? 404 : 401;
  return {status, "Unauthorized", "The public or private key is incorrect.", {}};
}

// Looks at every character, whatever the first difference.
bool same_key(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

}  // namespace

Access::Access(const Settings& settings, std::function<Seconds()> clock)
    : settings_(settings), clock_(std::move(clock)), members_(settings.members) {}

Caller Access::caller_of(const std::string& member) const {
  const auto found = members_.find(member);
  if (found != members_.end()) return {member, found->second.role};
  static const auto unrestricted = std::make_shared<const Role>();
  return {member, unrestricted};
}

Caller Access::find(std::string_view public_key, std::string_view private_key) const {
  const std::shared_lock lock(mutex_);
  if (same_key(public_key, settings_.public_key) && same_key(private_key, settings_.private_key)) {
    return caller_of(std::string(api_member));
  }
  for (const auto& [name, member] : members_) {
    const bool same = same_key(public_key, member.public_key) && same_key(private_key, member.private_key);
    if (same && !member.public_key.empty()) return caller_of(name);
  }
  const auto token = tokens_.find(public_key);
  const bool valid =
      token != tokens_.end() && same_key(private_key, token->second.private_key) && clock_() < token->second.expiration;
  if (!valid) throw wrong_keys(settings_.variants);
  return caller_of(token->second.member);
}

Caller Access::authenticate(const Request& request) const {
  const Variants& variants = settings_.variants;
  const std::string_view header = trim(request.header("Authorization"));
  const std::size_t blank = header.find(' ');
  if (blank == std::string_view::npos || !same_text(header.substr(0, blank), "Basic")) throw wrong_keys(variants);
  const auto credentials = base64_decode(trim(header.substr(blank)));
  if (!credentials) throw wrong_keys(variants);
  const std::size_t plus = credentials->find('+');
  const std::size_t colon = credentials->find(':', plus == std::string::npos ? 0 : plus);
  if (plus == std::string::npos || colon == std::string::npos) throw wrong_keys(variants);
  const std::string_view text = *credentials;
  // Routing by company comes before the keys are looked at (guide, L).
  if (!same_text(text.substr(0, plus), settings_.company)) throw cannot_route(variants);
  Caller caller = find(text.substr(plus + 1, colon - plus - 1), text.substr(colon + 1));

  const std::string_view client_id = trim(request.header("clientId"));
  if (client_id.empty() || (!settings_.client_id.empty() && !same_text(client_id, settings_.client_id))) {
    const int status = static_cast<int>(to_integer(variants[Point::missing_client_id]).value_or(401));
    throw Refusal{status, "Unauthorized", "The clientId header is missing or not known.", {}};
  }
  return caller;
}

void Access::check_version(const Request& request) const {
  std::string_view accept = request.header("Accept");
  accept = trim(accept.substr(0, accept.find(',')));
  const std::vector<std::string_view> parts = split(accept, ';');
  if (!same_text(trim(parts.front()), "application/vnd.connectwise.com+json")) return;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view parameter = trim(parts[i]);
    constexpr std::string_view name = "version=";
    if (parameter.size() <= name.size() || !same_text(parameter.substr(0, name.size()), name)) continue;
    const std::string_view version = parameter.substr(name.size());
    const std::vector<std::string_view> asked = split(version, '.');
    const std::vector<std::string_view> own = split(api_version, '.');
    const auto number = [](std::string_view text) { return to_integer(text).value_or(-1); };
    const std::pair wanted(number(asked.front()), asked.size() == 2 ? number(asked.back()) : -1);
    const std::pair newest(number(own.front()), number(own.back()));
    // Old models are kept for about 12 months (guide, C).
    const std::pair oldest(newest.first - 1, newest.second);
    if (wanted.second >= 0 && wanted >= oldest && wanted <= newest) return;
    const int status = settings_.variants.is(Point::accept_version, "404") ? 404 : 400;
    throw api_error(status, "This resource does not support API version " + std::string(version) + ".");
  }
}

Token Access::make_token(const std::string& member) {
  const std::unique_lock lock(mutex_);
  const std::uint64_t seed = mix(static_cast<std::uint64_t>(clock_())) + ++issued_;
  Token token{guid(seed).substr(0, 18), guid(seed ^ 0x70726976U), clock_() + settings_.token_life.count()};
  tokens_[token.public_key] = {token.private_key, member, token.expiration};
  return token;
}

void Access::replace_members(std::map<std::string, Member> members) {
  const std::unique_lock lock(mutex_);
  members_ = std::move(members);
}

Json Access::to_json() const {
  const std::shared_lock lock(mutex_);
  Json tokens = Json::array();
  for (const auto& [key, token] : tokens_) {
    tokens.push_back({{"publicKey", key},
                      {"privateKey", token.private_key},
                      {"member", token.member},
                      {"expiration", token.expiration}});
  }
  return tokens;
}

void Access::restore(const Json& tokens) {
  const std::unique_lock lock(mutex_);
  tokens_.clear();
  for (const Json& token : tokens) {
    tokens_[token.at("publicKey")] = {token.at("privateKey"), token.at("member"), token.at("expiration")};
  }
  issued_ = tokens_.size();
}

}  // namespace leat::sandbox
