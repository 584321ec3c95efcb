#include "host/isolation/sends.hpp"

#include "host/base/call.hpp"

namespace leat::host {

bool repeatable(const leat_http_request& request) {
  const std::string_view method = view(request.method);
  return (request.flags & LEAT_HTTP_IDEMPOTENT) != 0 || method == "GET" || method == "HEAD" || method == "OPTIONS";
}

void complete(const Send& send, leat_kind kind, std::string_view why) {
  const leat_outcome outcome{sizeof outcome, kind, 0, str(why)};
  send.done(send.user, &outcome, nullptr);
}

}  // namespace leat::host
