// The HTTP client kind: an author says how a relative request becomes a full one and what an answer means; sending,
// pooling, budget and retries are the host's transport.
//
//   struct MyClient {
//     void prepare(Request& request, Context&);                      // relative -> full: url, headers
//     Result<Done> classify(const Request&, const AnswerView&) const;  // what the answer means; any thread
//     std::string transport_options() const;                         // a JSON object, see "leat.transport/1"
//     static auto options();
//   };
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "leat/component.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace detail {

  // An author's client beside its transport.
  template <class T>
  struct ClientHolder {
    T author;
    leat_transport* transport = nullptr;
    ~ClientHolder() {
      if (transport == nullptr) return;
      services().transport->quiesce(transport);
      services().transport->close(transport);
    }
  };

  template <class T>
  leat_kind create_client(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) noexcept {
    void* author = nullptr;
    if (const leat_kind kind = create<T>(host, ctx, config_json, &author); kind != LEAT_OK) return kind;
    const std::unique_ptr<T> held(static_cast<T*>(author));
    return guarded(ctx, [&](Context& context) -> Result<Done> {
      if (services().transport == nullptr) {
        return Error{ErrorKind::unsupported, "the host does not offer leat.transport/1", 0};
      }
      auto made = std::make_unique<ClientHolder<T>>();
      made->author = std::move(*held);
      const std::string options = made->author.transport_options();
      check(context.result(services().transport->open(services().host, context.raw(), str(options), &made->transport)));
      *self = made.release();
      return Done{};
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
      meaning = call->client->author.classify(call->request, AnswerView(response));
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
      client.author.prepare(made->request, context);
      const RawRequest full(made->request);
      // From here on the call may end on another thread before send returns: it is no longer ours.
      ClientCall<T>* given = made.release();
      const leat_kind kind =
          services().transport->send(client.transport, context.raw(), full.get(), &client_done<T>, given, call);
      if (kind != LEAT_OK) delete given;
      return context.result(kind);
    });
  }

  template <class T>
  const void* client_table() {
    static const leat_http_client table = [] {
      leat_http_client made{};
      made.struct_size = sizeof(leat_http_client);
      made.send = &client_send<T>;
      made.cancel = [](void* self, std::uint64_t call) noexcept {
        services().transport->cancel(static_cast<ClientHolder<T>*>(self)->transport, call);
      };
      made.quiesce = [](void* self) noexcept {
        services().transport->quiesce(static_cast<ClientHolder<T>*>(self)->transport);
      };
      return made;
    }();
    return &table;
  }

  }  // namespace detail
}  // namespace leat
