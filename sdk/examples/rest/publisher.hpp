// Writes each record to a REST service: POST /orders, or PUT /orders/17
#pragma once

#include <leat/sdk.hpp>

struct RestPublisher {
  static constexpr bool parallel = true;  // nothing below changes after the options are read
  leat::Client client;
  std::string path;
  std::string id;

  static auto options() {
    return leat::options<RestPublisher>()
        .field("client", &RestPublisher::client, "The client to write through.", leat::required)
        .field("path", &RestPublisher::path, "Where to, such as /orders.", leat::required)
        .field("id", &RestPublisher::id,
               "The member that names the record at the far side: PUT path/id. Without it: POST.");
  }

  // What is returned is kept with the task. What is thrown - here by the client - decides what the host does next.
  std::string publish(leat::Record record, leat::Context& context) {
    leat::Request request;
    request.method = id.empty() ? "POST" : "PUT";
    request.url = path;
    if (!id.empty()) {
      if (!record[id]) throw leat::invalid("the record has no '" + id + "'");
      request.url += "/" + leat::url_part(record[id].text());
    }
    request.header("Content-Type", "application/json");
    request.header("Idempotency-Key", record.attribute("leat.task").value_or(""));
    request.body = std::string(record.json());
    return std::string(leat::value_of(client.call(request, context)).body());
  }

  // A PUT sent twice does what it does once, so a call without an answer may be repeated.
  bool replay_safe() const { return !id.empty(); }
};
