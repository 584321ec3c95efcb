#include "plugins/connectwise/sandbox/auth.hpp"

#include <string>
#include <utility>

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

}  // namespace

void authenticate(const Request& request, const Settings& settings) {
  const std::string_view header = trim(request.header("Authorization"));
  const std::size_t blank = header.find(' ');
  if (blank == std::string_view::npos || !same_text(header.substr(0, blank), "Basic"))
    throw wrong_keys(settings.variants);
  const auto credentials = base64_decode(trim(header.substr(blank)));
  if (!credentials) throw wrong_keys(settings.variants);
  const std::size_t plus = credentials->find('+');
  const std::size_t colon = credentials->find(':', plus == std::string::npos ? 0 : plus);
  if (plus == std::string::npos || colon == std::string::npos) throw wrong_keys(settings.variants);
  // Routing by company comes before the keys are looked at (DG, PEN).
  if (!same_text(credentials->substr(0, plus), settings.company)) throw cannot_route(settings.variants);
  const bool public_key = credentials->compare(plus + 1, colon - plus - 1, settings.public_key) == 0;
  const bool private_key = credentials->compare(colon + 1, std::string::npos, settings.private_key) == 0;
  if (!public_key || !private_key) throw wrong_keys(settings.variants);

  const std::string_view client_id = trim(request.header("clientId"));
  if (client_id.empty() || (!settings.client_id.empty() && !same_text(client_id, settings.client_id))) {
    const int status = static_cast<int>(to_integer(settings.variants[Point::missing_client_id]).value_or(401));
    throw Refusal{status, "Unauthorized", "The clientId header is missing or not known.", {}};
  }
}

void check_version(const Request& request, const Settings& settings) {
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
    // Old models are kept for about 12 months (DG).
    const std::pair oldest(newest.first - 1, newest.second);
    if (wanted.second >= 0 && wanted >= oldest && wanted <= newest) return;
    const int status = settings.variants.is(Point::accept_version, "404") ? 404 : 400;
    throw api_error(status, "This resource does not support API version " + std::string(version) + ".");
  }
}

}  // namespace leat::sandbox
