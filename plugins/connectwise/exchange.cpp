#include "plugins/connectwise/exchange.hpp"

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

Result<NewRecord> read_json(const leat::Client& client, const std::string& url, Context& context) {
  Request request;
  request.url = url;
  auto answer = client.call(request, context);
  if (!answer) return answer.error();
  try {
    return NewRecord(trim(answer->body()));
  } catch (const Failure&) {
    return Error{ErrorKind::unreachable,
                 "GET " + url.substr(0, url.find('?')) + " was answered with " + std::to_string(answer->status()) +
                     " and broken JSON",
                 0};
  }
}

}  // namespace leat::connectwise
