// The tables of the test kit's host that need to know it. Included by host.hpp.
#pragma once

#include <string>
#include <string_view>

#include "leat/testing/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  struct Host::Services {
    struct Chain {
      Host& host;
      std::string reference;
    };

    static const void* find(const leat_host*, const char* id) noexcept {
      const std::string_view wanted = id == nullptr ? "" : id;
      if (wanted == LEAT_CTX_SERVICE) return &detail::ctx_api();
      if (wanted == LEAT_RECORD_SERVICE) return &detail::record_api();
      if (wanted == LEAT_BATCH_SERVICE) return &detail::batch_api();
      if (wanted == LEAT_BUFFER_SERVICE) return &detail::buffer_api();
      if (wanted == LEAT_CLIENT_SERVICE) return &client();
      if (wanted == LEAT_TRANSPORT_SERVICE) return &transport();
      if (wanted == LEAT_SECRET_SERVICE) return &secret();
      if (wanted == LEAT_CHAIN_SERVICE) return &chain();
      if (wanted == LEAT_METRIC_SERVICE) return &metric();
      if (wanted == LEAT_KV_SERVICE) return &kv();
      if (wanted == LEAT_EVENTS_SERVICE) return &events();
      if (wanted == LEAT_XREF_SERVICE) return &xref();
      return nullptr;
    }

    static leat_kind refuse(leat_ctx* ctx, leat_kind kind, const std::string& why) {
      return detail::refuse(ctx, kind, why);
    }

    // ---- HTTP. A handle of a client or a transport is its script.

    static Script& script(leat_client* client) { return *reinterpret_cast<Script*>(client); }
    static Script& script(leat_transport* transport) { return *reinterpret_cast<Script*>(transport); }

    template <class Handle>
    static leat_kind send(Handle* handle, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
                          void* user, std::uint64_t* call) noexcept {
      if (handle == nullptr || request == nullptr || done == nullptr) {
        return refuse(ctx, LEAT_INVALID, "send needs an open handle, a request and a done function");
      }
      const std::uint64_t started = script(handle).start(*request, done, user);
      if (call != nullptr) *call = started;
      return LEAT_OK;
    }
    template <class Handle>
    static void cancel(Handle* handle, std::uint64_t call) noexcept {
      if (handle != nullptr) script(handle).cancel(call);
    }

    static const leat_client_api& client() {
      static const leat_client_api table = [] {
        leat_client_api api{};
        api.struct_size = sizeof api;
        api.open = [](const leat_host* host, leat_ctx* ctx, leat_str name, leat_client** out) noexcept -> leat_kind {
          const auto found = of(host).clients_.find(std::string(detail::view(name)));
          if (found == of(host).clients_.end()) {
            return refuse(ctx, LEAT_NOT_FOUND, "there is no client '" + std::string(detail::view(name)) + "'");
          }
          *out = reinterpret_cast<leat_client*>(found->second.get());
          return LEAT_OK;
        };
        api.close = [](leat_client*) noexcept {};
        api.send = &send<leat_client>;
        api.cancel = &cancel<leat_client>;
        api.call = [](leat_client* handle, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
                      void* user) noexcept -> leat_kind {
          if (handle == nullptr || request == nullptr || done == nullptr) {
            return refuse(ctx, LEAT_INVALID, "call needs an open client, a request and a done function");
          }
          return script(handle).call(detail::of(ctx), *request, done, user);
        };
        return api;
      }();
      return table;
    }

    static const leat_transport_api& transport() {
      static const leat_transport_api table = [] {
        leat_transport_api api{};
        api.struct_size = sizeof api;
        api.open = [](const leat_host* host, leat_ctx* ctx, leat_str options,
                      leat_transport** out) noexcept -> leat_kind {
          detail::Record parsed;
          if (auto wrong = detail::replace_json(*parsed.root, detail::view(options));
              wrong || parsed.root->type != LEAT_OBJECT) {
            return refuse(ctx, LEAT_INVALID, "the transport's options are no JSON object");
          }
          *out = reinterpret_cast<leat_transport*>(of(host).transport_.get());
          return LEAT_OK;
        };
        api.close = [](leat_transport*) noexcept {};
        api.send = &send<leat_transport>;
        api.cancel = &cancel<leat_transport>;
        api.quiesce = [](leat_transport* handle) noexcept {
          if (handle != nullptr) script(handle).quiesce();
        };
        return api;
      }();
      return table;
    }

    // ---- the small ones

    static const leat_secret_api& secret() {
      static const leat_secret_api table = [] {
        leat_secret_api api{};
        api.struct_size = sizeof api;
        api.resolve = [](const leat_host* host, leat_ctx* ctx, leat_str reference,
                         leat_str* out) noexcept -> leat_kind {
          const auto found = of(host).secrets_.find(detail::view(reference));
          if (found == of(host).secrets_.end()) {
            return refuse(ctx, LEAT_NOT_FOUND, "there is no secret '" + std::string(detail::view(reference)) + "'");
          }
          *out = detail::str(found->second);
          return LEAT_OK;
        };
        return api;
      }();
      return table;
    }

    static const leat_metric_api& metric() {
      static const leat_metric_api table = [] {
        leat_metric_api api{};
        api.struct_size = sizeof api;
        api.add = [](const leat_host* host, leat_ctx*, leat_str name, std::int64_t delta) noexcept {
          const std::lock_guard lock(of(host).mutex_);
          of(host).metrics_[std::string(detail::view(name))] += delta;
        };
        return api;
      }();
      return table;
    }

    static leat_kind process(leat_chain* handle, leat_ctx* ctx, leat_batch* batch) noexcept {
      if (handle == nullptr || ctx == nullptr || batch == nullptr) {
        return refuse(ctx, LEAT_INVALID, "process needs an open chain, a context and a batch");
      }
      const auto& chain = *reinterpret_cast<Chain*>(handle);
      for (detail::Slot& slot : detail::of(batch)->slots) {
        if (slot.fate != Fate::live) continue;
        const auto changed = chain.host.chains_[chain.reference](std::string(slot.record->written(*slot.record->root)));
        if (!changed) {
          slot.fate = Fate::dropped;
        } else if (auto wrong = detail::replace_json(*slot.record->root, *changed)) {
          return refuse(ctx, LEAT_BROKEN, "the test's chain gave what is " + *wrong);
        }
      }
      return LEAT_OK;
    }

    static const leat_chain_api& chain() {
      static const leat_chain_api table = [] {
        leat_chain_api api{};
        api.struct_size = sizeof api;
        api.open = [](const leat_host* host, leat_ctx* ctx, leat_str reference,
                      leat_chain** out) noexcept -> leat_kind {
          const std::string name(detail::view(reference));
          if (of(host).chains_.count(name) == 0)
            return refuse(ctx, LEAT_NOT_FOUND, "there are no transformers '" + name + "'");
          *out = reinterpret_cast<leat_chain*>(new Chain{of(host), name});
          return LEAT_OK;
        };
        api.close = [](leat_chain* handle) noexcept { delete reinterpret_cast<Chain*>(handle); };
        api.process = &process;
        return api;
      }();
      return table;
    }

    // ---- state

    // The values of the component that is called; nullptr, with a text, when the key cannot be one.
    static State* state(leat_ctx* ctx, leat_str key) {
      if (ctx == nullptr || detail::of(ctx)->place.empty()) {
        refuse(ctx, LEAT_INVALID, "state: no component is called, so there is nobody whose state this would be");
        return nullptr;
      }
      if (!detail::is_utf8(detail::view(key))) {
        refuse(ctx, LEAT_INVALID, "state: a key is UTF-8, this one is not");
        return nullptr;
      }
      return &detail::of(ctx)->host->states_[detail::of(ctx)->place];
    }

    static leat_kind set(leat_ctx* ctx, leat_str key, leat_bytes value) noexcept {
      State* values = state(ctx, key);
      if (values == nullptr) return LEAT_INVALID;
      const std::string name(detail::view(key));
      if (name.empty() || name.size() > 256) return refuse(ctx, LEAT_INVALID, "state: a key has 1 to 256 bytes");
      if (value.len > 1024 * 1024) return refuse(ctx, LEAT_INVALID, "state: a value has at most 1048576 bytes");
      if (values->count(name) == 0 && values->size() >= 1000) {
        return refuse(ctx, LEAT_INVALID, "state: there are 1000 keys already, and no more are kept");
      }
      (*values)[name] = std::string(detail::view(value));
      return LEAT_OK;
    }

    static const leat_kv_api& kv() {
      static const leat_kv_api table = [] {
        leat_kv_api api{};
        api.struct_size = sizeof api;
        api.get = [](leat_ctx* ctx, leat_str key, leat_bytes* out) noexcept -> leat_kind {
          State* values = state(ctx, key);
          if (values == nullptr || out == nullptr) return LEAT_INVALID;
          *out = {nullptr, 0};
          const auto found = values->find(detail::view(key));
          if (found == values->end()) return LEAT_NOT_FOUND;
          std::string& kept = detail::of(ctx)->kept = found->second;
          *out = {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()};
          return LEAT_OK;
        };
        api.set = &set;
        api.erase = [](leat_ctx* ctx, leat_str key) noexcept -> leat_kind {
          State* values = state(ctx, key);
          if (values == nullptr) return LEAT_INVALID;
          return values->erase(std::string(detail::view(key))) > 0 ? LEAT_OK : LEAT_NOT_FOUND;
        };
        api.keys = [](leat_ctx* ctx, leat_str prefix, leat_rec* out) noexcept -> leat_kind {
          State* values = state(ctx, prefix);
          if (values == nullptr || out == nullptr) return LEAT_INVALID;
          std::string array = "[";
          for (const auto& [key, value] : *values) {
            if (key.compare(0, prefix.len, detail::view(prefix)) != 0) continue;
            array += (array.size() > 1 ? "," : "") + detail::json_quoted(key);
          }
          return detail::replace(*detail::of(out)->root, array + "]");
        };
        return api;
      }();
      return table;
    }

    // ---- events and cross-references

    static Host* host_of(leat_ctx* ctx) { return ctx == nullptr ? nullptr : detail::of(ctx)->host; }

    static const leat_events_api& events() {
      static const leat_events_api table = [] {
        leat_events_api api{};
        api.struct_size = sizeof api;
        api.url = [](leat_ctx* ctx, leat_str* out) noexcept -> leat_kind {
          const Host* host = host_of(ctx);
          if (host == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "events: no subscriber is called");
          if (!host->events_url_) return LEAT_NOT_FOUND;
          *out = detail::str(*host->events_url_);
          return LEAT_OK;
        };
        api.next = [](leat_ctx* ctx, leat_rec* out) noexcept -> leat_kind {
          Host* host = host_of(ctx);
          if (host == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "events: no subscriber is called");
          if (host->events_read_ == host->events_.size()) return LEAT_NOT_FOUND;
          return detail::replace(*detail::of(out)->root, host->events_[host->events_read_++]);
        };
        api.woken = [](leat_ctx* ctx) noexcept -> std::int32_t {
          const Host* host = host_of(ctx);
          return host != nullptr && host->woken_ ? 1 : 0;
        };
        return api;
      }();
      return table;
    }

    static leat_kind look_up(leat_ctx* ctx, leat_str set, leat_str wanted, leat_str* out, std::string Host::Xref::*by,
                             std::string Host::Xref::*gives) {
      Host* host = host_of(ctx);
      if (host == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "xref: no component is called");
      for (const Host::Xref& known : host->xrefs_) {
        if (known.set != detail::view(set) || known.*by != detail::view(wanted)) continue;
        *out = detail::str(known.*gives);
        return LEAT_OK;
      }
      return LEAT_NOT_FOUND;
    }

    static const leat_xref_api& xref() {
      static const leat_xref_api table = [] {
        leat_xref_api api{};
        api.struct_size = sizeof api;
        api.find = [](leat_ctx* ctx, leat_str set, leat_str source, leat_str* target) noexcept -> leat_kind {
          return look_up(ctx, set, source, target, &Host::Xref::source, &Host::Xref::target);
        };
        api.source_of = [](leat_ctx* ctx, leat_str set, leat_str target, leat_str* source) noexcept -> leat_kind {
          return look_up(ctx, set, target, source, &Host::Xref::target, &Host::Xref::source);
        };
        return api;
      }();
      return table;
    }
  };

  inline Host::Host(const leat_plugin& plugin) : plugin_(plugin) {
    raw_.struct_size = sizeof raw_;
    raw_.abi_minor = LEAT_ABI_MINOR;
    raw_.impl = this;
    raw_.name = detail::str("leat test kit");
    raw_.version = detail::str("0");
    raw_.service = &Services::find;
    raw_.log = [](const leat_host* host, leat_ctx*, std::int32_t level, leat_str line) noexcept {
      const std::lock_guard lock(of(host).mutex_);
      of(host).lines_.push_back({level, std::string(detail::view(line))});
    };
    raw_.log_enabled = [](const leat_host*, std::int32_t) noexcept -> std::int32_t { return 1; };
    if (!LEAT_HAS(&plugin_, leat_plugin, init)) return;
    detail::Call init = call("");
    if (const leat_kind kind = plugin_.init(&raw_, detail::raw(&init)); kind != LEAT_OK) {
      throw Refused({to_error_kind(kind), init.message, init.retry_after_ms});
    }
    check();
  }

  }  // namespace testing
}  // namespace leat
