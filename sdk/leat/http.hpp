// HTTP as plugins see it: a request, an answer, and a client of the configuration to send through.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/context.hpp"
#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // One reference on shared bytes of the host. Threads: any.
  class Buffer {
   public:
    Buffer() = default;
    static Buffer share(leat_buffer* raw) {
      Buffer buffer;
      if (raw != nullptr) buffer.raw_ = services().buffer->retain(raw);
      return buffer;
    }
    Buffer(const Buffer& other) : Buffer(share(other.raw_)) {}
    Buffer(Buffer&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Buffer& operator=(Buffer other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~Buffer() {
      if (raw_ != nullptr) services().buffer->release(raw_);
    }
    leat_buffer* raw() const { return raw_; }

   private:
    leat_buffer* raw_ = nullptr;
  };

  struct Header {
    std::string name;
    std::string value;
  };

  constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

  inline bool same_header(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    }
    return true;
  }

  struct Request {
    std::string method = "GET";
    std::string url;  // to a client: path and query; to a transport: absolute
    std::vector<Header> headers;
    std::string body;
    std::chrono::milliseconds timeout{0};  // for everything; 0: the client's own
    bool idempotent = false;               // a POST or PATCH that may be repeated, such as a search

    // Sets the header; replaces one of the same name.
    Request& header(std::string_view name, std::string_view value) {
      for (Header& known : headers) {
        if (same_header(known.name, name)) {
          known.value = std::string(value);
          return *this;
        }
      }
      headers.push_back({std::string(name), std::string(value)});
      return *this;
    }
  };

  // An answer as it is given to a callback: pointers into the host, for the call.
  class AnswerView {
   public:
    explicit AnswerView(const leat_http_response* raw) : raw_(raw) {}
    int status() const { return raw_->http_status; }
    std::string_view body() const { return view(raw_->body); }
    Buffer owner() const { return Buffer::share(raw_->owner); }
    std::optional<std::string_view> header(std::string_view name) const {
      for (std::size_t i = 0; i < raw_->header_count; ++i) {
        if (same_header(view(raw_->headers[i].name), name)) return view(raw_->headers[i].value);
      }
      return std::nullopt;
    }
    const leat_http_response* raw() const { return raw_; }

   private:
    const leat_http_response* raw_;
  };

  // An answer to keep. The body stays in the host's buffer where it can.
  class Answer {
   public:
    Answer() = default;
    explicit Answer(const leat_http_response& raw)
        : status_(raw.http_status), attempts_(raw.attempts), owner_(Buffer::share(raw.owner)) {
      for (std::size_t i = 0; i < raw.header_count; ++i) {
        headers_.push_back({std::string(view(raw.headers[i].name)), std::string(view(raw.headers[i].value))});
      }
      if (raw.owner != nullptr) {
        body_ = view(raw.body);
      } else {
        copy_ = std::make_shared<std::string>(view(raw.body));
        body_ = *copy_;
      }
    }

    int status() const { return status_; }
    std::string_view body() const { return body_; }
    const Buffer& owner() const { return owner_; }
    std::uint32_t attempts() const { return attempts_; }
    const std::vector<Header>& headers() const { return headers_; }
    std::optional<std::string_view> header(std::string_view name) const {
      for (const Header& known : headers_) {
        if (same_header(known.name, name)) return known.value;
      }
      return std::nullopt;
    }

   private:
    int status_ = 0;
    std::uint32_t attempts_ = 0;
    std::vector<Header> headers_;
    Buffer owner_;
    std::shared_ptr<std::string> copy_;
    std::string_view body_;
  };

  namespace detail {

  // The C form of a Request; points into it.
  class RawRequest {
   public:
    explicit RawRequest(const Request& request) {
      headers_.reserve(request.headers.size());
      for (const Header& header : request.headers) headers_.push_back({str(header.name), str(header.value)});
      raw_.struct_size = sizeof(raw_);
      raw_.flags = request.idempotent ? LEAT_HTTP_IDEMPOTENT : 0;
      raw_.method = str(request.method);
      raw_.url = str(request.url);
      raw_.headers = headers_.data();
      raw_.header_count = headers_.size();
      raw_.body = bytes(request.body);
      raw_.timeout_ms = static_cast<std::uint32_t>(request.timeout.count());
    }
    const leat_http_request* get() const { return &raw_; }

   private:
    std::vector<leat_header> headers_;
    leat_http_request raw_{};
  };

  inline Request to_request(const leat_http_request& raw) {
    Request request;
    request.method = std::string(view(raw.method));
    request.url = std::string(view(raw.url));
    for (std::size_t i = 0; i < raw.header_count; ++i) {
      request.headers.push_back({std::string(view(raw.headers[i].name)), std::string(view(raw.headers[i].value))});
    }
    request.body = std::string(view(raw.body));
    request.timeout = std::chrono::milliseconds(raw.timeout_ms);
    request.idempotent = (raw.flags & LEAT_HTTP_IDEMPOTENT) != 0;
    return request;
  }

  inline Error to_error(const leat_outcome& outcome) {
    return {to_error_kind(outcome.kind), std::string(view(outcome.message)), outcome.retry_after_ms};
  }

  inline Result<Answer> to_answer(const leat_outcome& outcome, const leat_http_response* response) {
    if (outcome.kind != LEAT_OK) return to_error(outcome);
    if (response == nullptr) return Error{ErrorKind::broken, "the client reported success without an answer", 0};
    return Answer(*response);
  }

  }  // namespace detail

  // A call on its way. Ending its life cancels it and waits for that.
  class Pending {
   public:
    Pending(Pending&&) = default;
    Pending& operator=(Pending&& other) noexcept {
      std::swap(state_, other.state_);
      return *this;
    }
    ~Pending() {
      if (state_ == nullptr) return;
      services().client->cancel(state_->client, state_->call);
      std::unique_lock lock(state_->mutex);
      state_->changed.wait(lock, [&] { return state_->answer.has_value(); });
    }

    // Waits for the answer; cancelled when the context is. Once.
    Result<Answer> wait(Context& context) {
      const auto hook = [](void* user) {
        auto& state = *static_cast<State*>(user);
        services().client->cancel(state.client, state.call);
      };
      const auto ticket = services().ctx->on_cancel(context.raw(), hook, state_.get());
      {
        std::unique_lock lock(state_->mutex);
        state_->changed.wait(lock, [&] { return state_->answer.has_value(); });
      }
      services().ctx->off_cancel(context.raw(), ticket);
      auto answer = std::move(*state_->answer);
      state_.reset();
      return answer;
    }

   private:
    friend class Client;
    struct State {
      std::mutex mutex;
      std::condition_variable changed;
      std::optional<Result<Answer>> answer;
      leat_client* client = nullptr;
      std::uint64_t call = 0;
    };
    explicit Pending(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
  };

  // A client of the configuration, by the name given in an option of type Client. Empty when the option is absent.
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
      auto state = std::make_shared<Pending::State>();
      state->client = raw_;
      auto* kept = new std::shared_ptr<Pending::State>(state);  // lives until done has run
      const auto done = [](void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
        const std::unique_ptr<std::shared_ptr<Pending::State>> held(
            static_cast<std::shared_ptr<Pending::State>*>(user));
        Pending::State& target = **held;
        const std::lock_guard lock(target.mutex);
        try {
          target.answer.emplace(detail::to_answer(*outcome, response));
        } catch (const std::exception&) {
          target.answer.emplace(Error{ErrorKind::broken, "no memory for the answer", 0});
        }
        target.changed.notify_all();
      };
      const detail::RawRequest raw(request);
      const leat_kind kind = services().client->send(raw_, context.raw(), raw.get(), done, kept, &state->call);
      if (kind != LEAT_OK) {
        delete kept;
        return context.error(kind);
      }
      return Pending(std::move(state));
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
