// A request and its answer without sockets, and the refusal that becomes an error answer.
// Threads  values.
// Source   error bodies are pretty-printed with CRLF (clients, C: recorded); texts carry their source where they are made.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace leat::sandbox {

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  std::string method;
  std::string target;  // path and query as sent
  std::vector<Header> headers;
  std::string body;
  std::string scheme = "http";

  // Names in any case; empty when absent.
  std::string_view header(std::string_view name) const;
  std::string_view path() const;
  std::string_view query() const;
};

// What becomes of an answer on the wire; everything but `whole` is a fault asked for.
enum class Delivery { whole, cut_short, dropped };

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<Header> headers;
  Delivery delivery = Delivery::whole;
  std::chrono::milliseconds delay{0};
};

struct FieldError {
  std::string code;  // "MissingRequiredField"
  std::string message;
  std::string resource;  // "ticket"
  std::string field;     // "status/id"
};

// Thrown where a request cannot be served; Service::answer is the one place that catches it.
struct Refusal {
  int status = 400;
  std::string code;  // "InvalidObject"; empty: the message is a plain text body
  std::string message;
  std::vector<FieldError> errors;
};

Refusal no_permission();
Refusal not_found(std::string_view entity, std::string_view id);
// `resource object is invalid`, with what is wrong in it.
Refusal invalid_object(std::string_view resource, std::vector<FieldError> errors);
// A library or parser of the live system that gave up; recorded with 400 or 500 by place.
Refusal api_error(int status, std::string message);

Response to_response(const Refusal& refusal, bool pretty);
// A page of the web server or of a gateway in front of the live system.
Response html_page(int status, std::string_view title);

}  // namespace leat::sandbox
