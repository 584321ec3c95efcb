#include "host/isolation/sends.hpp"

#include "host/base/call.hpp"

namespace leat::host {

void complete(const Send& send, leat_kind kind, std::string_view why) {
  const leat_outcome outcome{sizeof outcome, kind, 0, str(why)};
  send.done(send.user, &outcome, nullptr);
}

}  // namespace leat::host
