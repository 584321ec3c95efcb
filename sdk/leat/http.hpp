// HTTP as plugins see it: a request and its answer. client.hpp sends them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/buffer.hpp"
#include "leat/context.hpp"
#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {

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

  // Text as a part of a URL: everything but letters, digits and -._~ as %XX (RFC 3986, 2.3).
  inline std::string url_part(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                         c == '.' || c == '_' || c == '~';
      if (plain) {
        out += c;
      } else {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
      }
    }
    return out;
  }

  // Who goes first when requests wait for their client's call budget.
  enum class Priority : std::uint32_t {
    normal = LEAT_HTTP_NORMAL,
    background = LEAT_HTTP_BACKGROUND,    // a first full read, a sweep
    soon = LEAT_HTTP_SOON,                // what the far side just announced
    interactive = LEAT_HTTP_INTERACTIVE,  // a person waits
  };

  struct Request {
    std::string method = "GET";
    std::string url;  // to a client: path and query; to a transport: absolute
    std::vector<Header> headers;
    std::string body;
    std::chrono::milliseconds timeout{0};  // for everything; 0: the client's own
    bool idempotent = false;               // a POST or PATCH that may be repeated, such as a search
    Priority priority = Priority::normal;

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
    // Adds name=value to the URL's query, encoded.
    Request& query(std::string_view name, std::string_view value) {
      url += url.find('?') == std::string::npos ? '?' : '&';
      url += url_part(name) + '=' + url_part(value);
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
      raw_.flags = (request.idempotent ? LEAT_HTTP_IDEMPOTENT : 0U) | static_cast<std::uint32_t>(request.priority);
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
    request.priority = static_cast<Priority>(raw.flags & LEAT_HTTP_PRIORITY);
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

}  // namespace leat
