// An HTTP client for an API with a bearer token: it completes requests and says what answers mean.
#include <leat/sdk.hpp>
#include <string>

namespace {

struct Api {
  std::string base_uri;
  leat::Secret token;

  static auto options() {
    return leat::options<Api>()
        .field("base_uri", &Api::base_uri, "Where the API is.", leat::required, leat::example("https://api.example"))
        .field("token", &Api::token, "The bearer token.", leat::required);
  }

  // Completes a relative request.
  void prepare(leat::Request& request, leat::Context&) const {
    const bool slash = !request.url.empty() && request.url.front() == '/';
    request.url = base_uri.substr(0, base_uri.find_last_not_of('/') + 1) + (slash ? "" : "/") + request.url;
    request.header("Authorization", "Bearer " + token.value());
  }

  // What an answer means.
  leat::Result<leat::Done> classify(const leat::Request& request, const leat::AnswerView& answer) const {
    const int status = answer.status();
    if (status >= 200 && status < 300) return leat::Done{};
    const bool may_change = (request.method == "POST" || request.method == "PATCH") && !request.idempotent;
    using leat::ErrorKind;
    const ErrorKind kind = status == 401 || status == 403   ? ErrorKind::denied
                           : status == 404                  ? ErrorKind::not_found
                           : status == 429 || status == 503 ? ErrorKind::busy
                           : status < 500                   ? ErrorKind::invalid
                           : may_change                     ? ErrorKind::uncertain
                                                            : ErrorKind::unreachable;
    return leat::Error{kind, request.method + ": HTTP status " + std::to_string(status), 0};
  }
};

}  // namespace

LEAT_PLUGIN("@NAME@", "0.1.0", "", leat::http_client<Api>("@NAME@", "@NAME@", "An API with a bearer token."));
