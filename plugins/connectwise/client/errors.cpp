#include "plugins/connectwise/client/errors.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

constexpr std::size_t body_read_max = 64 * 1024;  // of an error body
constexpr std::size_t text_shown_max = 200;       // characters of a body that is not JSON
constexpr std::size_t message_max = 1000;
constexpr std::size_t field_errors_max = 5;
constexpr std::uint64_t retry_after_max_ms = 24ULL * 3600 * 1000;

// The body of a refusal: {"code", "message", "errors": [{"code", "message", "resource", "field"}]}; "error" stands for
// "code" in the one of status 429.
struct Refusal {
  bool is_json = false;
  std::string code;
  std::string message;
  std::string fields;  // "summary: The summary field is required. (MissingRequiredField)"
  std::string text;    // everything, in small letters, to look for known phrases

  bool says(std::string_view phrase) const { return text.find(phrase) != text.npos; }
};

std::string cut(std::string text, std::size_t longest) {
  if (text.size() <= longest) return text;
  // Not inside a UTF-8 sequence.
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  text.resize(longest);
  return text + "...";
}

// One line: control characters and runs of blanks become one blank.
std::string one_line(std::string_view text) {
  std::string cleaned(text);
  std::ranges::replace_if(
      cleaned, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return collapse(cleaned);
}

std::string member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? one_line(found->get_ref<const std::string&>()) : std::string();
}

std::string field_errors(const json& body) {
  const auto errors = body.find("errors");
  if (errors == body.end() || !errors->is_array()) return {};
  std::string text;
  std::size_t count = 0;
  for (const json& entry : *errors) {
    if (!entry.is_object()) continue;
    if (++count > field_errors_max) continue;
    const std::string field = member(entry, "field");
    const std::string code = member(entry, "code");
    if (!text.empty()) text += "; ";
    if (!field.empty()) text += field + ": ";
    text += member(entry, "message");
    if (!code.empty()) text += " (" + code + ")";
  }
  if (count > field_errors_max) text += "; and " + std::to_string(count - field_errors_max) + " more";
  return text;
}

Refusal read_refusal(std::string_view body) {
  body = body.substr(0, body_read_max);
  Refusal refusal;
  refusal.text = lower(body);
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_object()) {
    refusal.is_json = true;
    refusal.code = member(parsed, "code");
    if (refusal.code.empty()) refusal.code = member(parsed, "error");
    refusal.message = member(parsed, "message");
    refusal.fields = field_errors(parsed);
  } else if (refusal.says("<html") || refusal.says("<!doctype")) {
    refusal.message = "a web page instead of JSON";
    const std::size_t begin = refusal.text.find("<title>");
    const std::size_t end = refusal.text.find("</title>");
    if (begin < end && end != refusal.text.npos) {
      refusal.message += " (\"" + cut(one_line(body.substr(begin + 7, end - begin - 7)), text_shown_max) + "\")";
    }
  } else if (!trim(body).empty()) {
    refusal.message = cut(one_line(body), text_shown_max);
  }
  return refusal;
}

// Of the 500s that repeat with the same request; seen in clients' issue reports. The first are of the reading of the body:
// nothing was done.
constexpr std::string_view cannot_read[] = {"error converting value", "could not find member", "could not convert"};
constexpr std::string_view cannot_use[] = {"was not recognized as a valid datetime", "length cannot be less than zero"};

bool has_any(std::string_view text, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return text.find(phrase) != text.npos; });
}

bool blames_request(const Refusal& refusal) {
  return has_any(refusal.text, cannot_read) || has_any(refusal.text, cannot_use);
}

// Whether what is refused is the record rather than the call.
bool blames_record(const Refusal& refusal) {
  return refusal.code == "InvalidObject" || !refusal.fields.empty() || blames_request(refusal);
}

struct Meaning {
  ErrorKind kind;
  std::string_view advice;
};

constexpr std::string_view check_keys = "check company_id, public_key, private_key and client_id";
constexpr std::string_view check_address = "check base_uri (host, codebase and /apis/3.0) and company_id";
constexpr std::string_view check_client_id = "check client_id: a GUID from developer.connectwise.com";

Meaning meaning_of_400(const Refusal& refusal) {
  using enum ErrorKind;
  if (refusal.says("cannot route")) return {denied, check_address};
  if (!blames_record(refusal)) {
    // A record may have a clientId of its own.
    const std::string message = lower(refusal.message);
    const auto tells = [&](std::string_view phrase) { return message.find(phrase) != message.npos; };
    if (tells("clientid") || tells("client id")) return {denied, check_client_id};
    if (tells("api version")) return {denied, "check api_version, or leave it out"};
  }
  if (refusal.says("ssl is required")) return {denied, "use the https address with the api- host"};
  if (refusal.code == "Unauthorized" || refusal.says("usernotauthenticated")) return {denied, check_keys};
  if (refusal.code == "ApiFindCondition") return {invalid, "check conditions and orderBy"};
  if (refusal.says("time period") || refusal.says("time sheet")) {
    return {invalid, "give a date of an open period, or have the time sheet opened again in ConnectWise"};
  }
  if (!refusal.is_json) return {invalid, "the web server refused the request: check its length and its characters"};
  return {invalid, ""};
}

Meaning meaning_of(int status, bool repeatable, const Refusal& refusal) {
  using enum ErrorKind;
  if (status >= 300 && status < 400) return {denied, "redirects are not followed: set base_uri to the final address"};
  switch (status) {
    case 400: return meaning_of_400(refusal);
    case 401: return {denied, check_keys};
    case 403:
      if (refusal.says("clientid") || refusal.says("client id")) return {denied, check_client_id};
      return {denied, "check the security role of the API member"};
    case 404:
      // Routing comes before authentication: a wrong company can look like a wrong address.
      if (!refusal.is_json) return {denied, check_address};
      if (refusal.says("endpoint does not exist")) {
        return {denied, "this server does not have the entity, or base_uri is wrong"};
      }
      return {not_found, "absent, or hidden from the API member's security role"};
    case 408: return {busy, ""};
    case 414: return {invalid, "the URL is too long: shorten conditions or fields"};
    case 429: return {busy, ""};
    case 503: return {busy, ""};
    default: break;
  }
  if (status < 500) return {invalid, ""};
  if (blames_request(refusal)) return {invalid, ""};
  if (repeatable) return {busy, refusal.says("timeout") ? "narrow the conditions or lower the page size" : ""};
  return {uncertain, "it may have been done: look before it is sent again"};
}

constexpr std::string_view answered_with = " was answered with ";

std::string describe(const Sent& sent, const AnswerView& answer, const Refusal& refusal, std::string_view advice) {
  std::string text = std::string(sent.method) + std::string(answered_with) + std::to_string(answer.status());
  if (!refusal.code.empty()) text += ' ' + refusal.code;
  if (!refusal.message.empty()) text += ": " + refusal.message;
  if (!refusal.fields.empty()) text += (refusal.message.empty() ? ": " : " - ") + refusal.fields;
  if (!advice.empty()) text += "; " + std::string(advice);
  text = cut(std::move(text), message_max);
  // The vendor's support asks for it.
  if (const auto id = answer.header("x-cw-request-id")) text += " [x-cw-request-id " + cut(one_line(*id), 64) + "]";
  return text;
}

// Whether a 2xx body can be what the API sends: bodies cut short and web pages with status 200 were seen.
std::string_view body_problem(const Sent& sent, const AnswerView& answer) {
  const std::string_view body = trim(answer.body());
  const std::string type = lower(answer.header("content-type").value_or(""));
  if (body.empty()) {
    // A file may be empty; a record or a page is not.
    const bool file = answer.header("content-disposition").has_value() ||
                      (!type.empty() && type.find("json") == type.npos && type.find("html") == type.npos);
    const bool expected = sent.method == "GET" && answer.status() != 204 && !file;
    return expected ? "an empty body" : std::string_view();
  }
  const char open = body.front();
  // The signing key of callbacks is JSON that calls itself a page.
  const bool page = type.find("html") != type.npos && open != '{' && open != '[';
  if (page || open == '<') return "a web page instead of JSON";
  if (type.find("json") == type.npos && type.find("html") == type.npos) return {};  // a document, an image
  if ((open == '{' && body.back() != '}') || (open == '[' && body.back() != ']')) return "JSON that is cut short";
  return {};
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::uint64_t retry_after_ms(std::string_view value, std::int64_t now) {
  value = trim(value);
  if (const auto seconds = whole_number(value)) {
    return *seconds < 0 ? 0 : std::min(static_cast<std::uint64_t>(*seconds), retry_after_max_ms / 1000) * 1000;
  }
  const auto date = parse_http_date(value);
  if (!date) return 0;
  const std::int64_t wait = *date * 1000 - now;
  // 0 would mean "not known": a date in the past is "at once".
  return wait <= 0 ? 1 : std::min(static_cast<std::uint64_t>(wait), retry_after_max_ms);
}

Result<Done> classify(std::string_view method, const Answer& answer) {
  std::vector<leat_header> headers;
  for (const Header& header : answer.headers()) headers.push_back({str(header.name), str(header.value)});
  leat_http_response raw{};
  raw.struct_size = sizeof raw;
  raw.http_status = answer.status();
  raw.headers = headers.data();
  raw.header_count = headers.size();
  raw.body = bytes(answer.body());
  return classify(Sent{method, true}, AnswerView(&raw));
}

bool refuses_content(const Error& error) {
  const std::size_t found = error.message.find(answered_with);
  if (error.kind != ErrorKind::invalid || found == error.message.npos) return false;
  const std::string_view rest = std::string_view(error.message).substr(found + answered_with.size());
  const std::string_view status = rest.substr(0, 3);
  if (status == "400" || status == "413" || status == "422") return true;
  return status.starts_with('5') && has_any(lower(rest), cannot_read);
}

bool says_stale_codebase(int status, std::string_view body) {
  if (status != 400 && status != 404) return false;
  const Refusal refusal = read_refusal(body);
  if (status == 400) return refusal.says("cannot route");
  return !refusal.is_json || refusal.says("endpoint does not exist");
}

Result<Done> classify(const Sent& sent, const AnswerView& answer) {
  if (answer.status() >= 200 && answer.status() < 300) {
    const std::string_view problem = body_problem(sent, answer);
    if (problem.empty()) return Done{};
    Refusal seen;
    seen.message = std::string(problem);
    return Error{sent.repeatable ? ErrorKind::unreachable : ErrorKind::uncertain,
                 describe(sent, answer, seen, sent.repeatable ? "" : "it may have been done"), 0};
  }
  const Refusal refusal = read_refusal(answer.body());
  const Meaning meaning = meaning_of(answer.status(), sent.repeatable, refusal);
  std::string text = describe(sent, answer, refusal, meaning.advice);
  const auto wait = answer.header("retry-after");
  return Error{meaning.kind, std::move(text),
               wait && meaning.kind == ErrorKind::busy ? retry_after_ms(*wait, now_ms()) : 0};
}

}  // namespace leat::connectwise
