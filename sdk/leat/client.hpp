// A client of the configuration, for subscribers and publishers that send through it.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/pending.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // By the name given in an option of type Client. Empty when the option is absent.
  // Threads  any.
  class Client {
   public:
    Client() = default;
    Client(Client&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Client& operator=(Client&& other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~Client() {
      if (raw_ != nullptr) services().client->close(raw_);
    }
    explicit operator bool() const { return raw_ != nullptr; }

    // The answer to a GET of a path and query; throws what the client makes of a refusal.
    Answer get(std::string_view url, Context& context) const {
      Request request;
      request.url = std::string(url);
      return value_of(call(request, context));
    }
    // The same for a method with a JSON body: send("POST", "/things", record.json(), context).
    Answer send(std::string_view method, std::string_view url, std::string_view json, Context& context) const {
      Request request;
      request.method = std::string(method);
      request.url = std::string(url);
      request.header("Content-Type", "application/json");
      request.body = std::string(json);
      return value_of(call(request, context));
    }

    // Sends and waits. The error of an answer that means failure is what the client made of it.
    Result<Answer> call(const Request& request, Context& context) const {
      std::optional<Result<Answer>> answer;
      const auto done = [](void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
        auto& out = *static_cast<std::optional<Result<Answer>>*>(user);
        try {
          out.emplace(detail::to_answer(*outcome, response));
        } catch (const std::exception&) {
          out.emplace(Error{ErrorKind::broken, "no memory for the answer", 0});
        }
      };
      const detail::RawRequest raw(request);
      const leat_kind kind = services().client->call(raw_, context.raw(), raw.get(), done, &answer);
      if (answer) return std::move(*answer);
      return context.error(kind == LEAT_OK ? LEAT_BROKEN : kind);
    }

    // Sends and goes on; wait() of what is returned gives the answer.
    Result<Pending> start(const Request& request, Context& context) const {
      return Pending::start(*services().client, raw_, request, context);
    }

    static Client open(std::string_view name, Context& context) {
      if (services().client == nullptr) throw failure(ErrorKind::unsupported, "the host does not offer leat.client/1");
      Client client;
      check(context.result(services().client->open(services().host, context.raw(), str(name), &client.raw_)));
      return client;
    }

   private:
    leat_client* raw_ = nullptr;
  };

}  // namespace leat
