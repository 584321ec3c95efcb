// A client whose answers are the sandbox's, without a network: real conditions, pages, writes, callbacks, faults and errors.
#pragma once

#include <array>
#include <atomic>
#include <ctime>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectwise/scripted_client.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "sandbox/harness.hpp"

namespace leat::test {

inline sandbox::Settings with_tickets(sandbox::Id count) {
  sandbox::Settings settings;
  settings.tickets = count;
  return settings;
}

// "Tue, 03 Feb 2026 10:11:12 GMT": the Date header, RFC 9110, 5.6.7.
inline std::string to_http_date(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm date{};
  gmtime_r(&time, &date);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  return {text.data(), size};
}

class SandboxPsa {
 public:
  explicit SandboxPsa(sandbox::Settings settings = with_tickets(5))
      : sandbox(std::move(settings)), client([this](const Request& request) { return answer(request); }) {}

  // "PATCH /service/tickets/1", in order, without queries.
  std::vector<std::string> lines() const {
    std::vector<std::string> made;
    for (const Request& request : client.requests()) made.push_back(line_of(request));
    return made;
  }
  // The same of what was not read.
  std::vector<std::string> writes() const {
    std::vector<std::string> made;
    for (const Request& request : client.requests()) {
      if (request.method != "GET") made.push_back(line_of(request));
    }
    return made;
  }
  Request last() const { return client.requests().back(); }
  // A fault, as the page /sandbox/faults takes it.
  void fault(const std::string& json) { sandbox.control("POST", "/sandbox/faults", json); }

  sandbox::test::Harness sandbox;
  // Before each request is answered.
  std::function<void(const Request&)> before;
  // What it answers with in the sandbox's place; nothing: the sandbox answers.
  std::function<std::optional<Scripted>(const Request&)> answer_instead;
  bool says_date = true;
  std::atomic<bool> empty_lists{false};  // searches find nothing, as a list that lags behind shows a new record
  std::size_t slow_above = 0;            // a page of more records than this times out; 0: none does
  ScriptedClient client;

 private:
  static std::string line_of(const Request& request) {
    return request.method + " " + request.url.substr(0, request.url.find('?'));
  }

  Scripted answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    if (before) before(request);
    if (answer_instead) {
      if (auto scripted = answer_instead(request)) return std::move(*scripted);
    }
    if (const std::size_t at = request.url.find("pageSize="); slow_above > 0 && at != std::string::npos) {
      if (std::stoul(request.url.substr(at + 9)) > slow_above) {
        return {{}, {}, Error{ErrorKind::busy, "GET was answered with 500 ConnectWiseApi: A timeout has occured.", 0}};
      }
    }
    std::vector<sandbox::Header> headers;
    for (const Header& header : request.headers) headers.push_back({header.name, header.value});
    // An absolute address, as of a signing key, goes to this system only.
    const std::string own = sandbox.service.settings().public_url;
    if (!request.url.starts_with('/') && !request.url.starts_with(own + "/")) {
      return {{}, {}, Error{ErrorKind::invalid, "a request through this client is relative to base_uri", 0}};
    }
    sandbox::Response response = request.url.starts_with('/')
                                     ? sandbox.send(request.method, request.url, request.body, std::move(headers))
                                     : sandbox.control(request.method, request.url.substr(own.size()));
    if (empty_lists && request.url.find("conditions=") != std::string::npos) response.body = "[]";
    const bool repeatable =
        request.method == "GET" || request.method == "PUT" || request.method == "DELETE" || request.idempotent;
    if (response.delivery == sandbox::Delivery::dropped) {
      return {{}, {}, Error{repeatable ? ErrorKind::unreachable : ErrorKind::uncertain, "the connection was cut", 0}};
    }
    if (response.delivery == sandbox::Delivery::cut_short) response.body.resize(response.body.size() / 2);
    Scripted scripted;
    scripted.body = response.body;
    scripted.headers["Content-Type"] = response.content_type;
    for (const sandbox::Header& header : response.headers) scripted.headers[header.name] = header.value;
    if (says_date) scripted.headers["Date"] = to_http_date(sandbox.now);
    std::vector<leat_header> raw_headers;
    for (const auto& [name, value] : scripted.headers) raw_headers.push_back({str(name), str(value)});
    leat_http_response raw{};
    raw.struct_size = sizeof raw;
    raw.http_status = response.status;
    raw.headers = raw_headers.data();
    raw.header_count = raw_headers.size();
    raw.body = bytes(scripted.body);
    if (auto done = connectwise::classify({request.method, repeatable}, AnswerView(&raw)); !done) {
      scripted.error = done.error();
    }
    return scripted;
  }

  std::mutex mutex_;
};

}  // namespace leat::test
