// The host as a plugin sees it: the service tables, fetched once when the library is loaded.
// Threads  written by attach() while the library is loaded, read-only afterwards.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  inline std::string_view view(leat_str text) { return {text.ptr == nullptr ? "" : text.ptr, text.len}; }
  inline leat_str str(std::string_view text) { return {text.data(), text.size()}; }
  inline leat_bytes bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
  inline std::string_view view(leat_bytes data) { return {reinterpret_cast<const char*>(data.ptr), data.len}; }

  struct Services {
    const leat_host* host = nullptr;
    const leat_ctx_api* ctx = nullptr;
    const leat_record_api* record = nullptr;
    const leat_batch_api* batch = nullptr;
    const leat_buffer_api* buffer = nullptr;
    const leat_client_api* client = nullptr;        // may be absent
    const leat_transport_api* transport = nullptr;  // may be absent
    const leat_secret_api* secret = nullptr;        // may be absent
    const leat_chain_api* chain = nullptr;          // may be absent
    const leat_metric_api* metric = nullptr;        // may be absent
    const leat_kv_api* kv = nullptr;                // may be absent
    const leat_events_api* events = nullptr;        // may be absent
    const leat_xref_api* xref = nullptr;            // may be absent
  };

  namespace detail {

  inline Services services_;

  template <class Table>
  const Table* table(const leat_host* host, const char* id) {
    return static_cast<const Table*>(host->service(host, id));
  }

  // Fetches the tables. unsupported: the host lacks one that this layer cannot work without.
  inline leat_kind attach(const leat_host* host, leat_ctx* ctx) {
    Services found;
    found.host = host;
    found.ctx = table<leat_ctx_api>(host, LEAT_CTX_SERVICE);
    found.record = table<leat_record_api>(host, LEAT_RECORD_SERVICE);
    found.batch = table<leat_batch_api>(host, LEAT_BATCH_SERVICE);
    found.buffer = table<leat_buffer_api>(host, LEAT_BUFFER_SERVICE);
    found.client = table<leat_client_api>(host, LEAT_CLIENT_SERVICE);
    found.transport = table<leat_transport_api>(host, LEAT_TRANSPORT_SERVICE);
    found.secret = table<leat_secret_api>(host, LEAT_SECRET_SERVICE);
    found.chain = table<leat_chain_api>(host, LEAT_CHAIN_SERVICE);
    found.metric = table<leat_metric_api>(host, LEAT_METRIC_SERVICE);
    found.kv = table<leat_kv_api>(host, LEAT_KV_SERVICE);
    found.events = table<leat_events_api>(host, LEAT_EVENTS_SERVICE);
    found.xref = table<leat_xref_api>(host, LEAT_XREF_SERVICE);
    if (found.ctx == nullptr) return LEAT_UNSUPPORTED;
    if (found.record == nullptr || found.batch == nullptr || found.buffer == nullptr) {
      return found.ctx->fail(ctx, LEAT_UNSUPPORTED, 0,
                             str("the host does not offer leat.record/1, leat.batch/1 and "
                                 "leat.buffer/1; this plugin needs them"));
    }
    services_ = found;
    return LEAT_OK;
  }

  }  // namespace detail

  // The tables of this plugin's host; only after the plugin's init.
  inline const Services& services() { return detail::services_; }

  // What a component throws to fail: `throw leat::invalid("company.name is missing")`.
  class Failure : public std::exception {
   public:
    explicit Failure(Error error) : error_(std::move(error)) {}
    const Error& error() const { return error_; }
    const char* what() const noexcept override { return error_.message.c_str(); }

   private:
    Error error_;
  };

  inline Failure failure(ErrorKind kind, std::string message, std::uint64_t retry_after_ms = 0) {
    return Failure(Error{kind, std::move(message), retry_after_ms});
  }
  inline Failure invalid(std::string message) { return failure(ErrorKind::invalid, std::move(message)); }
  inline Failure denied(std::string message) { return failure(ErrorKind::denied, std::move(message)); }
  inline Failure not_found(std::string message) { return failure(ErrorKind::not_found, std::move(message)); }
  inline Failure busy(std::string message, std::uint64_t retry_after_ms = 0) {
    return failure(ErrorKind::busy, std::move(message), retry_after_ms);
  }
  inline Failure unreachable(std::string message) { return failure(ErrorKind::unreachable, std::move(message)); }
  inline Failure uncertain(std::string message) { return failure(ErrorKind::uncertain, std::move(message)); }

  // In a catch block: what the exception in flight means. A bug in author code fails the record it happened on, not the
  // route.
  inline Error current_error() {
    try {
      throw;
    } catch (const Failure& failure) {
      return failure.error();
    } catch (const std::bad_alloc&) {
      return {ErrorKind::busy, "out of memory", 0};
    } catch (const std::exception& error) {
      return {ErrorKind::invalid, std::string("unexpected: ") + error.what(), 0};
    } catch (...) {
      return {ErrorKind::invalid, "unexpected: an exception that is no std::exception", 0};
    }
  }

  // The value, or a throw of the error.
  template <class T>
  T value_of(Result<T> result) {
    if (!result) throw Failure(std::move(result).error());
    return std::move(result).value();
  }
  inline void check(const Result<Done>& result) {
    if (!result) throw Failure(result.error());
  }

}  // namespace leat
