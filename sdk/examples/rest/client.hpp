// As whom and where to: a base URI and a token. Sending, pooling, budget and retries are the host's.
#pragma once

#include <leat/sdk.hpp>

struct RestClient {
  std::string base_uri;
  leat::Secret token;

  static auto options() {
    return leat::options<RestClient>()
        .field("base_uri", &RestClient::base_uri, "Where paths begin, such as https://api.example.com/v1.",
               leat::required)
        .field("token", &RestClient::token, "Sent as Bearer token.", leat::required);
  }

  void prepare(leat::Request& request, leat::Context&) const {
    request.url = base_uri + request.url;
    request.header("Authorization", "Bearer " + token.value());
  }

  // What the answer means to whoever sent the request. Network failures never get here.
  leat::Result<leat::Done> classify(const leat::Request& request, const leat::AnswerView& answer) const {
    const std::string what = request.method + " " + request.url + " gave " + std::to_string(answer.status());
    if (answer.status() < 300) return leat::Done{};
    if (answer.status() == 401 || answer.status() == 403) throw leat::denied(what + ": check the token");
    if (answer.status() == 404) throw leat::not_found(what);
    if (answer.status() == 429) throw leat::busy(what, 60000);
    if (answer.status() < 500) throw leat::invalid(what);
    throw request.method == "POST" ? leat::uncertain(what) : leat::unreachable(what);
  }
};
