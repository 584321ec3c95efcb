// A host for tests of components written with the SDK: real records, batches and contexts, no plugin folder.
// Services that need a configuration (clients, chains) are absent unless a test adds them.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/base/call.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"
#include "leat/sdk.hpp"

namespace leat::test {

class PluginHost {
 public:
  PluginHost()
      : log_(secrets_, host::Level::trace, [this](host::Level, std::string_view line) { lines.emplace_back(line); }) {
    raw_.struct_size = sizeof(raw_);
    raw_.abi_minor = LEAT_ABI_MINOR;
    raw_.impl = this;
    raw_.name = leat::str("test host");
    raw_.version = leat::str("0");
    raw_.service = [](const leat_host* host, const char* id) { return self(host).service(id); };
    raw_.log = [](const leat_host* host, leat_ctx*, std::int32_t level, leat_str line) {
      self(host).log_.write(static_cast<host::Level>(level), "", leat::view(line));
    };
    raw_.log_enabled = [](const leat_host*, std::int32_t) -> std::int32_t { return 1; };
    if (detail::attach(&raw_, nullptr) != LEAT_OK) throw std::logic_error("the SDK did not accept the test host");
  }
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  // A further service, by id; before the component under test is made.
  void offer(std::string id, const void* table) {
    extra_.emplace_back(std::move(id), table);
    static_cast<void>(detail::attach(&raw_, nullptr));
  }
  const leat_host* raw() const { return &raw_; }
  void stop() { stop_.request_stop(); }
  std::unique_ptr<leat_ctx> call() { return std::make_unique<leat_ctx>(clock, stop_.get_token(), "test"); }

  // Makes a component from its options as the host would pass them (durations in ms, secrets as references).
  template <class T>
  std::unique_ptr<T> make(const std::string& config_json) {
    const auto ctx = call();
    void* made = nullptr;
    const leat_kind kind = detail::create<T>(&raw_, ctx.get(), leat::str(config_json), &made);
    if (kind != LEAT_OK) throw Failure(ctx->failure(kind));
    return std::unique_ptr<T>(static_cast<T*>(made));
  }

  host::ManualClock clock{host::Millis{1'767'225'600'000}};  // 2026-01-01T00:00:00Z
  std::vector<std::string> lines;                            // what was logged

 private:
  static PluginHost& self(const leat_host* host) { return *static_cast<PluginHost*>(host->impl); }
  const void* service(const char* id) const {
    for (const auto& [name, table] : extra_) {
      if (name == id) return table;
    }
    if (std::strcmp(id, LEAT_CTX_SERVICE) == 0) return &host::ctx_api();
    if (std::strcmp(id, LEAT_RECORD_SERVICE) == 0) return &host::record_api();
    if (std::strcmp(id, LEAT_BATCH_SERVICE) == 0) return &host::batch_api();
    if (std::strcmp(id, LEAT_BUFFER_SERVICE) == 0) return &host::buffer_api();
    return nullptr;
  }

  host::Secrets secrets_;
  host::Log log_;
  std::stop_source stop_;
  leat_host raw_{};
  std::vector<std::pair<std::string, const void*>> extra_;
};

}  // namespace leat::test
