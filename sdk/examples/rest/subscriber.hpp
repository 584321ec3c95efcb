// Reads a REST list that goes on behind a value of its last element: GET /orders?limit=100&after=17
#pragma once

#include <leat/sdk.hpp>

struct RestSubscriber {
  leat::Client client;
  std::string path;
  std::string id = "id";
  std::string after;  // where the next page starts; empty: at the beginning

  static auto options() {
    return leat::options<RestSubscriber>()
        .field("client", &RestSubscriber::client, "The client to read through.", leat::required)
        .field("path", &RestSubscriber::path, "The list, such as /orders.", leat::required)
        .field("id", &RestSubscriber::id, "The member that orders the list and that a page can start behind.");
  }

  // The host hands back the cursor of the last page it stored: after a crash, that page's successor is read again.
  void open(std::string_view cursor, leat::Context&) { after = cursor; }

  void poll(leat::Batch& out, const leat::Poll& poll, leat::Context& context) {
    leat::Request request;
    request.url = path;
    request.query("limit", std::to_string(poll.max));
    if (!after.empty()) request.query("after", after);
    const leat::Answer answer = leat::value_of(client.call(request, context));

    // The records point into the answer: a page is never copied.
    const std::size_t count = out.append_array(answer.body(), answer.owner(), context);
    context.count("pages");
    if (count > 0) {
      const leat::Node last = (*out.at(count - 1))[id];
      if (!last) throw leat::invalid(path + ": a record has no '" + id + "', so no page can start behind it");
      after = last.text();
      out.set_cursor(after);
    }
    if (count < poll.max) out.end();
  }
};
