#include "plugins/connectwise/sandbox/message.hpp"

#include <nlohmann/json.hpp>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

std::string_view Request::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (same_text(header.name, name)) return header.value;
  }
  return {};
}

std::string_view Request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view Request::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

Refusal no_permission() { return {403, "Security", "You do not have security permission to perform this action.", {}}; }

Refusal not_found(std::string_view entity, std::string_view id) {
  return {404, "NotFound", std::string(entity) + " " + std::string(id) + " not found", {}};
}

Refusal invalid_object(std::string_view resource, std::vector<FieldError> errors) {
  return {400, "InvalidObject", std::string(resource) + " object is invalid", std::move(errors)};
}

Refusal api_error(int status, std::string message) { return {status, "ConnectWiseApi", std::move(message), {}}; }

Response to_response(const Refusal& refusal, bool pretty) {
  Response response;
  response.status = refusal.status;
  if (refusal.code.empty()) {
    response.body = refusal.message;
    response.content_type = "text/plain; charset=utf-8";
    return response;
  }
  nlohmann::ordered_json body = {{"code", refusal.code}, {"message", refusal.message}};
  // A Security refusal was recorded without the member.
  if (refusal.code != "Security") body["errors"] = nullptr;
  for (const FieldError& error : refusal.errors) {
    body["errors"].push_back(
        {{"code", error.code}, {"message", error.message}, {"resource", error.resource}, {"field", error.field}});
  }
  using Json = nlohmann::ordered_json;
  const std::string text = body.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
  for (const char c : text) {
    if (c == '\n') response.body += '\r';
    response.body += c;
  }
  return response;
}

Response html_page(int status, std::string_view title) {
  const std::string name(title);
  Response response;
  response.status = status;
  response.content_type = "text/html; charset=us-ascii";
  response.body = "<!DOCTYPE HTML>\r\n<HTML><HEAD><TITLE>" + name + "</TITLE></HEAD>\r\n<BODY><h2>" + name +
                  "</h2>\r\n<hr><p>HTTP Error " + std::to_string(status) + ". " + name + ".</p>\r\n</BODY></HTML>\r\n";
  return response;
}

}  // namespace leat::sandbox
