// The only reader of cpprestsdk. What was read in the source of its client (http_client_asio.cpp, 2.10.18) and is
// relied on:
// - It calls the progress handler with `upload` when the head of a request was written, and again when its body was.
// - When a kept connection ends before the status line it sends the request again, unless the request has an input
// stream
//   that cannot seek.
// - It drops the request object when it has put the connection back or closed it.
// - When its cancellation token is used it closes the socket on that thread. A read or write of several steps goes on
//   with its next step on another thread without the lock that close() holds, and asio crashes in it.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <mutex>
#include <optional>

#include "host/base/descriptor.hpp"
#include "host/net/connection_pool.hpp"
#include "host/net/cpprest_words.hpp"
#include "host/net/executor.hpp"
#include "host/net/transport.hpp"

namespace leat::host {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{50};          // how often a request under way is looked at
constexpr std::chrono::milliseconds kGrace{250};        // for the library to end a request that was stopped
constexpr std::size_t kSlack = std::size_t{512} << 10;  // what may be read ahead of a ceiling before it counts

std::size_t parse_length(const web::http::http_headers& headers) {
  const auto found = headers.find("Content-Length");
  const auto coding = headers.find("Transfer-Encoding");
  std::size_t length = 0;
  if (found == headers.end() || coding != headers.end()) return 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), length);
  return length;
}

// Thrown into the library when it goes on with a request that was given up: it closes the connection before it asks
// for the body.
struct GivenUp : std::runtime_error {
  GivenUp() : std::runtime_error("given up") {}
};

class CpprestExchange final : public Exchange, public std::enable_shared_from_this<CpprestExchange> {
 public:
  CpprestExchange(std::shared_ptr<const WireOptions> options, std::shared_ptr<ConnectionPool> pool, Executor& timers,
                  std::shared_ptr<const WireRequest> request, Wire::Done done)
      : options_(std::move(options)),
        pool_(std::move(pool)),
        timers_(timers),
        request_(std::move(request)),
        done_(std::move(done)),
        connect_until_(steady_clock::now() + options_->connect_timeout) {}

  void start() {
    arm(steady_clock::now() + kTick);
    begin();
  }

  void stop(AttemptEnd why) override {
    stop(why, why == AttemptEnd::timed_out ? "its time was over" : "it was cancelled", false);
  }

 private:
  // Its end is the end of the library's use of the request.
  struct Released {
    explicit Released(std::shared_ptr<CpprestExchange> exchange) : exchange_(std::move(exchange)) {}
    ~Released() { exchange_->released(); }
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;

   private:
    std::shared_ptr<CpprestExchange> exchange_;
  };

  // Sends the request on a kept or a new connection.
  void begin() {
    const auto released = std::make_shared<Released>(shared_from_this());
    try {
      auto connection = pool_->acquire(request_->url, *options_);
      auto client = connection->client();  // a handle of its own: connection_ goes when the request is given up
      auto sink = std::make_shared<BodySink>(options_->max_body);
      {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        connection_ = std::move(connection);
        sink_ = std::move(sink);
      }
      send(client, released);
    } catch (...) {
      failed(std::current_exception());
    }
  }

  void send(web::http::client::http_client& client, const std::shared_ptr<Released>& released) {
    web::http::http_request out(request_->method);
    out.set_request_uri(web::uri(request_->url.target));
    for (const Header& header : request_->headers) out.headers().add(header.name, header.value);
    if (!request_->body.empty()) {
      out._get_impl()->set_instream(one_way_stream());
      out.headers().set_content_length(request_->body.size());
    } else if (request_->method == "PATCH") {
      out.headers().set_content_length(0);  // for POST and PUT the library does it
    }
    out.set_response_stream(concurrency::streams::streambuf<std::uint8_t>(sink_).create_ostream());
    std::weak_ptr<web::http::details::_http_request> message = out._get_impl();
    out.set_progress_handler([this, released, message](web::http::message_direction::direction way, utility::size64_t) {
      if (way == web::http::message_direction::upload) written(message);
    });
    client.request(out, stopper_.get_token())
        .then([self = shared_from_this()](const pplx::task<web::http::http_response>& head) {
          self->head_arrived(head);
        });
  }

  concurrency::streams::istream one_way_stream() const {
    const auto source = std::make_shared<BodySource>(request_, request_->body);
    return concurrency::streams::streambuf<std::uint8_t>(source).create_istream();
  }

  // The head of the request left; or its whole body, too.
  void written(const std::weak_ptr<web::http::details::_http_request>& message) {
    const std::lock_guard lock(mutex_);
    if (finished_) throw GivenUp();
    if (sent_) return;
    sent_ = true;
    // A request without body gets its stream now, when it no longer changes what is sent: against sending it again.
    if (request_->body.empty()) {
      if (const auto held = message.lock()) held->set_instream(one_way_stream());
    }
    auto& shared = connection_->shared();
    shared.note_descriptor();
    read_before_ = bytes_read(shared.descriptor);
    // Of its own: the library may close its number, and another connection get it.
    if (!stopped_ && shared.descriptor >= 0) socket_ = duplicate(shared.descriptor);
  }

  void head_arrived(const pplx::task<web::http::http_response>& task) {
    try {
      const web::http::http_response response = task.get();
      Headers headers;
      std::size_t size = 0;
      for (const auto& header : response.headers()) {
        headers.push_back({header.first, header.second});
        size += header.first.size() + header.second.size() + 4;
      }
      const std::size_t length = parse_length(response.headers());
      {
        const std::lock_guard lock(mutex_);
        result_.status = response.status_code();
        result_.headers = std::move(headers);
      }
      const bool bodiless =
          request_->method == "HEAD" || response.status_code() == 204 || response.status_code() == 304;
      if (response.status_code() < 200) {
        stop(AttemptEnd::dropped,
             fmt::format("the server sent the interim answer {}, which was not asked for", response.status_code()),
             true);
      } else if (size > options_->max_header) {
        stop(AttemptEnd::refused, head_too_large(), true);
      } else if (!bodiless && length > options_->max_body) {
        stop(AttemptEnd::refused, body_too_large(), true);
      }
      sink_->prepare(length);
      pplx::create_task(response._get_impl()->_get_data_available())
          .then([self = shared_from_this()](const pplx::task<utility::size64_t>& body) { self->body_arrived(body); });
    } catch (...) {
      failed(std::current_exception());
    }
  }

  void body_arrived(const pplx::task<utility::size64_t>& task) {
    try {
      task.get();
      const std::lock_guard lock(mutex_);
      result_.end = AttemptEnd::answered;
      result_.body = sink_->take();
      known_ = true;
    } catch (...) {
      failed(std::current_exception());
      return;
    }
    finish_if_complete();
  }

  void failed(const std::exception_ptr& exception) {
    {
      const std::lock_guard lock(mutex_);
      if (known_) return;
      known_ = true;
      result_.end = sent_ ? AttemptEnd::dropped : AttemptEnd::not_sent;
      try {
        std::rethrow_exception(exception);
      } catch (const StaleConnection&) {
        stale_ = true;
      } catch (const BodyTooLarge&) {
        result_.end = AttemptEnd::refused;
        result_.message = body_too_large();
      } catch (const web::uri_exception& error) {
        result_.end = AttemptEnd::refused;
        result_.message = fmt::format("the URL cannot be sent ({})", error.what());
      } catch (const std::bad_alloc&) {
        result_.message = "no memory for the answer";
      } catch (const std::exception& error) {
        result_.message = in_our_words(error.what(), sent_, result_.status);
        const std::string& why = connection_ ? connection_->shared().why_refused : std::string();
        if (!sent_ && !why.empty()) {
          result_.end = AttemptEnd::untrusted;
          result_.message = fmt::format(
              "the server's certificate is not trusted: {}; if it is right, name its authority in the option ca_file",
              why);
        }
      }
    }
    finish_if_complete();
  }

  // The library let go of the request, and the connection is back in its client or closed.
  void released() noexcept {
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
    }
    finish_if_complete();
  }

  // even_answered: whatever came counts for nothing.
  void stop(AttemptEnd why, std::string message, bool even_answered) {
    {
      const std::lock_guard lock(mutex_);
      if (finished_ || stopped_) return;
      stopped_ = why;
      stop_message_ = std::move(message);
      answer_void_ = even_answered;
      if (socket_.get() >= 0) {
        // Not by the token, see above: the library finds the connection ended. A body that goes on until then is none.
        if (!known_) answer_void_ = true;
        shut_down(socket_.get());
        give_up_at_ = steady_clock::now() + kGrace;
        return;
      }
    }
    stopper_.cancel();
    // Not before the library was told: what it has not begun to send by then it will not send.
    const std::lock_guard lock(mutex_);
    give_up_at_ = steady_clock::now() + kGrace;
  }

  void finish_if_complete() {
    std::unique_lock lock(mutex_);
    if (finished_ || !known_ || !released_) return;
    if (stale_ && !stopped_) {
      stale_ = known_ = released_ = false;
      connection_.reset();
      timers_.post([self = shared_from_this()] { self->begin(); });
      return;
    }
    finish(std::move(lock));
  }

  // The library waits for something it cannot be woken from (a name server), or has no thread free: go on without it.
  void give_up(std::unique_lock<std::mutex> lock) {
    // The head may have left and the library not have come to say so. If that was the whole request, it may be done.
    if (!known_ && request_->body.empty()) sent_ = true;
    finish(std::move(lock));
  }

  void finish(std::unique_lock<std::mutex> lock) {
    finished_ = true;
    timers_.cancel(tick_);
    const bool answered = known_ && result_.end == AttemptEnd::answered && !(stopped_ && answer_void_);
    if (stopped_ && !answered) {
      result_.end = *stopped_;
      if (result_.end == AttemptEnd::timed_out && !sent_) result_.end = AttemptEnd::not_sent;
      if (result_.end == AttemptEnd::not_sent && sent_) result_.end = AttemptEnd::dropped;
      result_.message = stop_message_;
    }
    result_.sent = sent_;
    auto connection = std::move(connection_);
    const Descriptor socket = std::move(socket_);  // closed after the lock
    const auto* closing = find_header(result_.headers, "Connection");
    const bool keep = answered && !stopped_ && !(closing != nullptr && same_ignoring_case(closing->value, "close"));
    auto done = std::exchange(done_, nullptr);
    WireResult result = std::move(result_);
    lock.unlock();
    if (keep) pool_->keep(request_->url.origin, std::move(connection));
    connection.reset();
    done(std::move(result));
  }

  void arm(steady_clock::time_point time) {
    const std::lock_guard lock(mutex_);
    if (!finished_) tick_ = timers_.post_at(time, [self = shared_from_this()] { self->tick(); });
  }

  // Looks at what the library does not watch: time to connect, heads without end, blocks larger than any ceiling.
  void tick() {
    const auto now = steady_clock::now();
    std::unique_lock lock(mutex_);
    if (finished_) return;
    if (stopped_) {
      if (now >= give_up_at_) return give_up(std::move(lock));
      lock.unlock();
      return arm(now + kTick);
    }
    const bool too_slow = !sent_ && now >= connect_until_;
    bool too_large = false;
    const bool head = result_.status == 0;
    if (sent_ && !too_slow) {
      const std::size_t stored = sink_->stored();
      const std::uint64_t read = bytes_read(connection_->shared().descriptor);
      if (stored != stored_before_ || head != head_before_) read_before_ = read;
      stored_before_ = stored;
      head_before_ = head;
      const std::uint64_t allowed = kSlack + (head ? options_->max_header : options_->max_body - stored);
      too_large = read > read_before_ + allowed;
    }
    lock.unlock();
    if (too_slow) {
      stop(AttemptEnd::not_sent,
           fmt::format("no connection within {} ms (connect_timeout)", options_->connect_timeout.count()), false);
    } else if (too_large) {
      stop(AttemptEnd::refused, head ? head_too_large() : body_too_large(), true);
    }
    arm(now + kTick);
  }

  std::string head_too_large() const {
    return fmt::format("the head of the answer is larger than max_header ({} bytes)", options_->max_header);
  }
  std::string body_too_large() const {
    return fmt::format("the body of the answer is larger than max_body ({} bytes); ask for less or raise it",
                       options_->max_body);
  }

  const std::shared_ptr<const WireOptions> options_;
  const std::shared_ptr<ConnectionPool> pool_;
  Executor& timers_;
  const std::shared_ptr<const WireRequest> request_;
  pplx::cancellation_token_source stopper_;

  std::mutex mutex_;
  Wire::Done done_;
  const steady_clock::time_point connect_until_;
  std::unique_ptr<Connection> connection_;
  Descriptor socket_;  // the request went out on it
  std::shared_ptr<BodySink> sink_;
  WireResult result_;
  bool sent_ = false;      // the head of the request left
  bool known_ = false;     // how it ended is in result_
  bool released_ = false;  // the library no longer has the request
  bool stale_ = false;     // the kept connection was dead: once more, on another
  bool finished_ = false;  // done has been called
  std::optional<AttemptEnd> stopped_;
  std::string stop_message_;
  bool answer_void_ = false;
  steady_clock::time_point give_up_at_ = steady_clock::time_point::max();
  Executor::Ticket tick_;
  std::size_t stored_before_ = 0;
  bool head_before_ = true;
  std::uint64_t read_before_ = 0;
};

class CpprestWire final : public Wire {
 public:
  CpprestWire(WireOptions options, Executor& timers)
      : options_(std::make_shared<const WireOptions>(std::move(options))), timers_(timers) {}

  std::shared_ptr<Exchange> start(std::shared_ptr<const WireRequest> request, Done done) override {
    auto exchange = std::make_shared<CpprestExchange>(options_, pool_, timers_, std::move(request), std::move(done));
    exchange->start();
    return exchange;
  }

 private:
  std::shared_ptr<const WireOptions> options_;
  std::shared_ptr<ConnectionPool> pool_ = std::make_shared<ConnectionPool>();
  Executor& timers_;
};

}  // namespace

void start_http_threads(std::size_t count) {
  static std::once_flag once;
  std::call_once(once, [count] {
    try {
      crossplat::threadpool::initialize_with_threads(count);
    } catch (const std::exception&) {
      // Somebody in this process was faster: its number counts.
    }
  });
}

std::unique_ptr<Wire> make_cpprest_wire(WireOptions options, Executor& timers) {
  start_http_threads();
  return std::make_unique<CpprestWire>(std::move(options), timers);
}

}  // namespace leat::host
