#include "plugins/connectwise/sandbox/faults.hpp"

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

Fault Faults::next(std::string_view method) {
  if (!settings_.method.empty() && !same_text(settings_.method, method)) return Fault::none;
  const std::uint64_t number = ++count_;
  const auto due = [number](std::uint64_t every) { return every != 0 && number % every == 0; };
  if (due(settings_.drop_before_every)) return Fault::drop_before;
  if (due(settings_.throttle_every)) return Fault::throttle;
  if (due(settings_.fail_every)) return Fault::fail;
  if (due(settings_.html_every)) return Fault::html;
  if (due(settings_.drop_after_every)) return Fault::drop_after;
  return due(settings_.truncate_every) ? Fault::truncate : Fault::none;
}

Response Faults::answer(Fault fault) const {
  Response response;
  switch (fault) {
    case Fault::drop_before: response.delivery = Delivery::dropped; break;
    case Fault::throttle: {
      const std::string seconds = std::to_string(settings_.retry_after);
      response.status = 429;
      response.headers.push_back({"Retry-After", seconds});
      // `error` in place of `code`, as documented (DG, PEN).
      response.body = "{\"error\":\"ConnectWiseAPI\",\"message\":\"Too many requests. Please try again in " + seconds +
                      " seconds.\"}";
      break;
    }
    case Fault::fail:
      // Misspelt so by the live system (DJ).
      response = to_response(api_error(500, "A timeout has occured. Please try again."), true);
      break;
    case Fault::html: response = html_page(502, "Bad Gateway"); break;
    case Fault::none:
    case Fault::drop_after:
    case Fault::truncate: break;
  }
  return response;
}

}  // namespace leat::sandbox
