// The host that a plugin under check runs on: the real services, in the shape of any release and without any one of
// them; it hears what the plugin says before secrets are masked; HTTP leads to the FarSide.
// Owner    Trial; one in a process. Made before the library's init; ends with the process.
// Threads  any.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/guarded.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/check/far_side.hpp"
#include "host/check/shaped_table.hpp"
#include "host/plugin/services.hpp"
#include "leat/abi.h"

namespace leat::host::check {

// A text that a plugin gave to the host.
struct Heard {
  std::string where;  // "a log line"
  std::string text;
};

struct HostOptions {
  Shape shape = Shape::today;
  std::string absent;           // the id of a service it does not offer; empty: none
  bool real_transport = false;  // HTTP goes out, for a client that the user configured
  bool refuse = false;          // records refuse as RefusingRecords says
};

class CheckHost {
 public:
  explicit CheckHost(HostOptions options);
  ~CheckHost();
  CheckHost(const CheckHost&) = delete;
  CheckHost& operator=(const CheckHost&) = delete;

  const leat_host& raw() const { return *raw_; }
  Services& services() { return services_; }
  Secrets& secrets() { return secrets_; }
  const Clock& clock() const { return clock_; }
  FarSide& far_side() { return far_side_; }

  void hear(std::string where, std::string_view text);
  bool heard_garbled() const { return heard_garbled_; }  // an error's text that was not UTF-8, which the host repaired
  void listen(bool on) { listening_ = on; }
  std::vector<Heard> heard() const;
  // Sends through the client of the check until the host's own bookkeeping of requests no longer grows.
  void warm_up();

 private:
  static const void* service(const leat_host* host, const char* id) noexcept;
  static void log(const leat_host* host, leat_ctx* ctx, std::int32_t level, leat_str line) noexcept;
  static std::int32_t log_enabled(const leat_host* host, std::int32_t level) noexcept;
  static leat_kind fail(leat_ctx* ctx, leat_kind kind, std::uint64_t retry_after_ms, leat_str message) noexcept;
  static leat_kind keep(leat_ctx* ctx, leat_str key, leat_bytes value) noexcept;
  const void* find(const std::string& id);

  HostOptions options_;
  SystemClock clock_;
  Secrets secrets_;
  Log log_;
  Services services_;
  FarSide far_side_;
  std::shared_ptr<ClientInstance> client_;
  leat_ctx_api ctx_{};
  leat_kv_api kv_{};
  const leat_host* raw_ = nullptr;
  std::atomic<bool> listening_ = true;
  std::atomic<bool> heard_garbled_ = false;
  Guarded<std::map<std::string, const void*, std::less<>>> tables_;  // as given to the plugin, by id
  Guarded<std::vector<Heard>> heard_;
};

// The name of the client that leads to the far side.
inline constexpr std::string_view kCheckClient = "check";

}  // namespace leat::host::check
