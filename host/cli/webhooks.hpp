// The listener of a run and the addresses of its incomings. The address is taken before components are made, which may ask
// for theirs; requests are taken once the engine is there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/store/task_store.hpp"
#include "host/webhook/listener.hpp"
#include "host/webhook/receiver.hpp"

namespace leat::host {

// As Services has them. origin: of the listener that runs; empty: none does.
std::map<std::string, std::string, std::less<>> webhook_urls(const Config& config, std::string_view origin = {});

class Webhooks {
 public:
  // nullptr: the configuration has no section for it. invalid: its address or certificate cannot be used.
  static Result<std::unique_ptr<Webhooks>> open(const Config& config, Log& log);

  std::string origin() const { return listener_->origin(); }
  // Takes requests until it is destroyed; runtime, store and clock outlive it.
  void start(const Config& config, Runtime& runtime, TaskStore& store, const Clock& clock, Receiver::Wake wake);

 private:
  Webhooks(std::unique_ptr<Listener> listener, Log& log) : log_(log), listener_(std::move(listener)) {}

  Log& log_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<Listener> listener_;  // last: ends first
};

}  // namespace leat::host
