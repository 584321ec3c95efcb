// The pages below /sandbox/: what a test asks and changes while the sandbox runs. They need no keys and meet no faults.
// Threads  any; an object serves one request.
#pragma once

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

class Service;

class Control {
 public:
  explicit Control(Service& service) : service_(service) {}

  // Refusal 400 for a body that a page cannot use, 404 for an unknown page, 405 for a method it does not take.
  Response answer(const Request& request);

 private:
  Response requests(const Request& request);
  Response faults(const Request& request);
  Response codebase(const Request& request);
  Response permissions(const Request& request);
  Response callbacks(const Request& request);
  Response callback_key(const Request& request);
  Response state(const Request& request);
  Response lists(const Request& request);
  Response records(const Request& request);

  Service& service_;
};

}  // namespace leat::sandbox
