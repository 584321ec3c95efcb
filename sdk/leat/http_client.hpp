// The HTTP client kind: an author says how a relative request becomes a full one and what an answer means; sending,
// pooling, budget and retries are the host's transport.
//
//   struct MyClient {
//     void prepare(Request&, Context&);                                // relative -> full: url, headers; may block
//     Result<Done> classify(const Request&, const AnswerView&) const;  // what the answer means; any thread
//     std::string transport_options() const;                           // optional: see README.md, "Transport"
//     static auto options();
//   };
//
// Both functions are called from many threads at the same time. prepare may throw or return Result<Done>; one that has
// to fetch a token first keeps a Transport of its own (transport.hpp) under a lock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "leat/component.hpp"
#include "leat/transport.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace detail {

  LEAT_DETECT(has_transport_options, std::declval<const T&>().transport_options());

  // An author's client beside its transport, which ends first: no answer is classified by a client that is gone.
  template <class T>
  struct ClientHolder {
    std::unique_ptr<T> author;
    Transport transport;
  };

  template <class T>
  leat_kind create_client(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) noexcept {
    void* author = nullptr;
    if (const leat_kind kind = create<T>(host, ctx, config_json, &author); kind != LEAT_OK) return kind;
    std::unique_ptr<T> held(static_cast<T*>(author));
    return guarded(ctx, [&](Context& context) {
      std::string options = "{}";
      if constexpr (has_transport_options<T>::value) options = held->transport_options();
      auto transport = Transport::open(options, context);
      *self = new ClientHolder<T>{std::move(held), std::move(transport)};
    });
  }

  // A call between the user's done and the transport's.
  template <class T>
  struct ClientCall {
    ClientHolder<T>* client;
    Request request;
    leat_http_done done;
    void* user;
  };

  template <class T>
  void client_done(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
    const std::unique_ptr<ClientCall<T>> call(static_cast<ClientCall<T>*>(user));
    if (outcome->kind != LEAT_OK || response == nullptr) return call->done(call->user, outcome, response);
    Result<Done> meaning = Done{};
    try {
      meaning = call->client->author->classify(call->request, AnswerView(response));
    } catch (...) {
      meaning = current_error();
    }
    if (meaning) return call->done(call->user, outcome, response);
    leat_outcome said{};
    said.struct_size = sizeof(said);
    said.kind = static_cast<leat_kind>(meaning.error().kind);
    said.retry_after_ms = meaning.error().retry_after_ms;
    said.message = str(meaning.error().message);
    call->done(call->user, &said, response);
  }

  template <class T>
  leat_kind client_send(void* self, leat_ctx* ctx, const leat_http_request* raw, leat_http_done done, void* user,
                        std::uint64_t* call) noexcept {
    return guarded(ctx, [&](Context& context) -> Result<Done> {
      auto& client = *static_cast<ClientHolder<T>*>(self);
      auto made = std::make_unique<ClientCall<T>>(ClientCall<T>{&client, to_request(*raw), done, user});
      if constexpr (std::is_void_v<decltype(client.author->prepare(made->request, context))>) {
        client.author->prepare(made->request, context);
      } else if (Result<Done> ready = client.author->prepare(made->request, context); !ready) {
        return ready;
      }
      const RawRequest full(made->request);
      // From here on the call may end on another thread before send returns: it is no longer ours.
      ClientCall<T>* given = made.release();
      const leat_kind kind =
          services().transport->send(client.transport.raw(), context.raw(), full.get(), &client_done<T>, given, call);
      if (kind != LEAT_OK) delete given;
      return context.result(kind);
    });
  }

  template <class T>
  constexpr auto client_doctor_or_null() -> leat_kind (*)(void*, leat_ctx*, leat_rec*, leat_rec*) {
    if constexpr (has_doctor<T>::value) {
      return [](void* self, leat_ctx* ctx, leat_rec* known, leat_rec* out) noexcept -> leat_kind {
        return examine(*static_cast<ClientHolder<T>*>(self)->author, ctx, known, out);
      };
    } else {
      return nullptr;
    }
  }

  template <class T>
  const void* client_table() {
    static const leat_http_client table = [] {
      leat_http_client made{};
      made.struct_size = sizeof(leat_http_client);
      made.send = &client_send<T>;
      made.cancel = [](void* self, std::uint64_t call) noexcept {
        services().transport->cancel(static_cast<ClientHolder<T>*>(self)->transport.raw(), call);
      };
      made.quiesce = [](void* self) noexcept {
        services().transport->quiesce(static_cast<ClientHolder<T>*>(self)->transport.raw());
      };
      return made;
    }();
    return &table;
  }

#undef LEAT_DETECT

  }  // namespace detail
}  // namespace leat
