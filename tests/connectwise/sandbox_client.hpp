// "leat.client/1" in front of a sandbox without a network: what a publisher or subscriber does against the look-alike
// server, in one process.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "connectwise/scripted_client.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "sandbox/harness.hpp"

namespace leat::test {

class SandboxClient {
 public:
  explicit SandboxClient(sandbox::Settings settings = few_tickets())
      : server(std::move(settings)), client_([this](const Request& request) { return answer(request); }) {}

  static sandbox::Settings few_tickets() {
    sandbox::Settings settings;
    settings.tickets = 5;
    return settings;
  }
  const leat_client_api* table() const { return client_.table(); }
  // "PATCH /service/tickets/1", in order, without queries; reads are left out unless they are asked for.
  std::vector<std::string> writes() const { return lines(false); }
  std::vector<std::string> lines(bool with_reads = true) const {
    std::vector<std::string> made;
    for (const Request& request : client_.requests()) {
      if (with_reads || request.method != "GET")
        made.push_back(request.method + " " + request.url.substr(0, request.url.find('?')));
    }
    return made;
  }
  Request last() const { return client_.requests().back(); }
  // A fault, as the page /sandbox/faults takes it.
  void fault(const std::string& json) { server.control("POST", "/sandbox/faults", json); }

  sandbox::test::Harness server;
  std::atomic<bool> empty_lists{false};  // searches find nothing, as a list that lags behind shows a new record

 private:
  Scripted answer(const Request& request) {
    std::vector<sandbox::Header> headers;
    for (const Header& header : request.headers) headers.push_back({header.name, header.value});
    sandbox::Response response;
    {
      const std::lock_guard lock(mutex_);  // the harness's clock is an ordinary number
      response = server.send(request.method, request.url, request.body, std::move(headers));
    }
    if (empty_lists && request.url.find("conditions=") != std::string::npos) response.body = "[]";
    const bool repeatable = request.method == "GET" || request.method == "PUT" || request.method == "DELETE";
    if (response.delivery == sandbox::Delivery::dropped) {
      return {{}, {}, Error{repeatable ? ErrorKind::unreachable : ErrorKind::uncertain, "the connection was cut", 0}};
    }
    if (response.delivery == sandbox::Delivery::cut_short) response.body.resize(response.body.size() / 2);
    std::vector<leat_header> raw_headers;
    raw_headers.push_back({str("content-type"), str(response.content_type)});
    for (const auto& header : response.headers) raw_headers.push_back({str(header.name), str(header.value)});
    leat_http_response raw{};
    raw.struct_size = sizeof raw;
    raw.http_status = response.status;
    raw.headers = raw_headers.data();
    raw.header_count = raw_headers.size();
    raw.body = bytes(response.body);
    const auto verdict = connectwise::classify({request.method, repeatable || request.idempotent}, AnswerView(&raw));
    Scripted scripted{response.body};
    for (const auto& header : response.headers) scripted.headers[header.name] = header.value;
    if (!verdict) scripted.error = verdict.error();
    return scripted;
  }

  std::mutex mutex_;
  ScriptedClient client_;
};

}  // namespace leat::test
