// Asks each client, subscriber and publisher of a configuration whether its far side is ready for it.
// Requests that would change something are kept back, whatever a component tries; the others go before scheduled work.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {

struct Finding {
  enum class Status : std::uint8_t { ok, warning, error };
  Status status = Status::ok;
  std::string check;    // "permission"
  std::string message;  // one line
  std::string advice;   // what a person does about it; may be empty
};
std::string_view to_string(Finding::Status status);

struct Examined {
  std::string component;  // "clients.psa (connectwise)"
  bool examines = false;  // false: it has nothing to look with
  std::vector<Finding> findings;
  std::optional<Error> failure;  // it could not look
};

// In the order clients, incoming, outgoing of the configuration. limit: for each component. `seen` is called with each
// as it is done.
void examine(const Config& config, Runtime& runtime, Services& services, const std::stop_token& stop,
             std::chrono::milliseconds limit, const std::function<void(const Examined&)>& seen);

}  // namespace leat::host
