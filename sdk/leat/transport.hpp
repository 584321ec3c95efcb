// The host's HTTP: pool, TLS, deadlines, ceilings, call budget, retries, request log. For client components;
// subscribers and publishers send through a named client.
#pragma once

#include <string_view>
#include <utility>

#include "leat/pending.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // An own connection pool. Empty until opened.
  // Threads  any. Ending: cancels what is on its way and waits for it.
  class Transport {
   public:
    Transport() = default;
    Transport(Transport&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Transport& operator=(Transport&& other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~Transport() {
      if (raw_ == nullptr) return;
      services().transport->quiesce(raw_);
      services().transport->close(raw_);
    }
    explicit operator bool() const { return raw_ != nullptr; }

    // options: a JSON object, see README.md "Transport".
    static Transport open(std::string_view options, Context& context) {
      if (services().transport == nullptr) {
        throw failure(ErrorKind::unsupported, "the host does not offer leat.transport/1");
      }
      Transport made;
      check(context.result(services().transport->open(services().host, context.raw(), str(options), &made.raw_)));
      return made;
    }

    // Sends to an absolute URL and waits: a token for the requests to come. HTTP statuses are results here.
    Result<Answer> call(const Request& request, Context& context) const {
      auto pending = Pending::start(*services().transport, raw_, request, context);
      if (!pending) return std::move(pending).error();
      return pending->wait(context);
    }

    leat_transport* raw() const { return raw_; }

   private:
    leat_transport* raw_ = nullptr;
  };

}  // namespace leat
