#include "plugins/connectwise/client/doctor.hpp"

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "plugins/connectwise/catalog/catalog_data.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

// Timestamps have whole seconds, and a Date header travels a moment: less is no news.
constexpr std::chrono::seconds skew_allowed{60};

std::optional<std::pair<int, int>> year_and_release(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  int year = 0;
  int release = 0;
  const char* const end = version.data() + version.size();
  const auto first = std::from_chars(version.data(), end, year);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return {};
  if (std::from_chars(first.ptr + 1, end, release).ec != std::errc{}) return {};
  return std::pair{year, release};
}

void examine_address(Session& session, Findings& findings, Context& context) {
  const Address& address = session.settings().address;
  const auto info = session.company_info(context);
  if (info) {
    std::string text = address.origin() + " runs codebase " + info->codebase;
    if (!info->version.empty()) text += ", version " + info->version;
    return findings.ok("address", text + (info->cloud ? ", in the cloud" : ", on premises"));
  }
  if (info.error().kind == ErrorKind::denied && !address.path.empty()) {
    return findings.warning("address", info.error().message,
                            "base_uri names a codebase, so requests can work all the same; check company_id");
  }
  findings.error("address", info.error().message, "check region or base_uri, company_id, DNS, proxy and firewall");
}

void examine_clock(const Answer& answer, Findings& findings, Context& context) {
  const auto date = parse_http_date(answer.header("date").value_or(""));
  if (!date) return;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(context.now());
  const std::chrono::seconds ahead = now - std::chrono::seconds(*date);
  if (ahead <= skew_allowed && -ahead <= skew_allowed) {
    return findings.ok("clock",
                       "this machine and the server agree within " + std::to_string(skew_allowed.count()) + " s");
  }
  findings.warning("clock",
                   "this machine is " + std::to_string(ahead < ahead.zero() ? -ahead.count() : ahead.count()) + " s " +
                       (ahead < ahead.zero() ? "behind" : "ahead of") + " the server",
                   "set the clock (NTP): conditions with a time and the renewal of tokens rely on it");
}

void examine_version(const Answer& answer, Findings& findings) {
  const std::string current(answer.header("api-current-version").value_or(""));
  const json body = json::parse(answer.body(), nullptr, false);
  const std::string release = body.is_object() ? body.value("version", std::string()) : std::string();
  const auto difference = compare_versions(current.empty() ? release : current, reference_version);
  const std::string text = "the server is " + (release.empty() ? "of version " + current : release) +
                           ", its API reference here of " + std::string(reference_version);
  if (!difference) return findings.warning("version", "the server does not say which version it has");
  if (*difference < 0) {
    return findings.warning("version", text, "entities and members that came later are refused by this server");
  }
  findings.ok("version", text);
}

}  // namespace

std::optional<int> compare_versions(std::string_view server, std::string_view other) {
  const auto a = year_and_release(server);
  const auto b = year_and_release(other);
  if (!a || !b) return {};
  return *a < *b ? -1 : *a == *b ? 0 : 1;
}

void examine(Session& session, Findings& findings, Context& context) {
  examine_address(session, findings, context);
  const auto access = session.access(context);
  if (!access) {
    return findings.error(session.settings().impersonate.empty() ? "address" : "impersonation", access.error().message);
  }
  if (!session.settings().impersonate.empty()) {
    findings.ok("impersonation", "requests are made as " + session.settings().impersonate);
  }
  Request request;
  request.url = access->base + "/system/info";
  request.header("Authorization", access->authorization);
  request.header("clientId", session.settings().client_id);
  request.header("Accept", session.settings().accept);
  const auto answer = session.send(request, context);
  if (!answer) {
    return findings.error("credentials", answer.error().message, "check region or base_uri, proxy and firewall");
  }
  const auto meaning = classify("GET", *answer);
  examine_clock(*answer, findings, context);
  if (meaning) {
    findings.ok("credentials", "keys and client_id are accepted");
    return examine_version(*answer, findings);
  }
  if (answer->status() == 403 && meaning.error().message.find("Security") != std::string::npos) {
    return findings.warning("credentials", "keys and client_id are accepted; " + meaning.error().message,
                            "the role may not read /system/info; what entities need is examined with each of them");
  }
  findings.error("credentials", meaning.error().message);
}

}  // namespace leat::connectwise
