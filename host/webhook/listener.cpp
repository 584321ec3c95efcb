#include "host/webhook/listener.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace leat::host {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Steady = std::chrono::steady_clock;

constexpr int kComeAgain = 429;
constexpr auto kLinger = std::chrono::seconds(2);

http::response<http::string_body> message_of(int status, bool keep) {
  http::response<http::string_body> message(static_cast<http::status>(status), 11);
  if (status == 405) message.set(http::field::allow, "POST");
  if (status == kComeAgain || status == 503) message.set(http::field::retry_after, "2");
  if (status >= 300) {
    message.set(http::field::content_type, "text/plain");
    message.body() = std::string(http::obsolete_reason(message.result())) + "\n";
  }
  message.keep_alive(keep);
  message.prepare_payload();
  return message;
}

// The status for a request that is none; 0: there is nobody to tell.
int refusal_of(const beast::error_code& failure) {
  if (failure == http::error::body_limit) return 413;
  if (failure == http::error::header_limit) return 431;
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) return 0;
  return failure.category() == make_error_code(http::error::bad_version).category() ? 400 : 0;
}

WebRequest to_request(http::request<http::string_body>& from) {
  WebRequest request;
  request.method = std::string(from.method_string());
  request.target = std::string(from.target());
  for (const auto& field : from) {
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  request.body = std::move(from.body());
  return request;
}

}  // namespace

class Listener::Impl {
 public:
  explicit Impl(const ListenerOptions& options, Log& log) : options_(options), log_(log), workers_(options.workers) {}
  ~Impl() { stop(); }

  Result<Done> open();
  std::string origin() const;
  void start(Site& site);

 private:
  // A connection while it is served; used on the sockets' thread.
  struct Connection {
    beast::tcp_stream* stream = nullptr;
    bool working = false;  // its request is being answered
  };
  // A request on its way through a worker.
  struct Work {
    explicit Work(asio::io_context& context) : timer(context) {}
    WebRequest request;
    Site::Time deadline;
    asio::steady_timer timer;
    int status = 0;  // 0: not yet
  };

  void stop();
  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(tcp::socket socket);
  template <class Stream>
  asio::awaitable<void> converse(Stream& stream, Connection& connection);
  template <class Stream>
  asio::awaitable<bool> read_head(Stream& stream, beast::flat_buffer& buffer,
                                  http::request_parser<http::string_body>& parser);
  template <class Stream>
  asio::awaitable<void> refuse(Stream& stream, int status);
  asio::awaitable<int> answer(http::request<http::string_body>& message);

  const ListenerOptions options_;
  Log& log_;
  Site* site_ = nullptr;
  std::optional<asio::ssl::context> tls_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_};
  std::set<Connection*> connections_;
  bool closing_ = false;
  std::atomic<std::uint32_t> works_{0};  // given to workers and not done
  asio::thread_pool workers_;
  std::thread thread_;
};

Result<Done> Listener::Impl::open() {
  beast::error_code failure;
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorKind::invalid, fmt::format("{}: {}", what, failure.message()), 0};
  };
  if (!options_.certificate.empty()) {
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1);
    tls_->use_certificate_chain_file(options_.certificate.string(), failure);
    if (failure) return wrong(fmt::format("the certificate {} cannot be used", options_.certificate.string()));
    tls_->use_private_key_file(options_.key.string(), asio::ssl::context::pem, failure);
    if (failure) return wrong(fmt::format("the key {} cannot be used", options_.key.string()));
  }
  const auto address = asio::ip::make_address(options_.ip, failure);
  if (failure) return wrong("not an address: " + options_.ip);
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), failure);
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor_.bind(endpoint, failure);
  if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) return wrong(fmt::format("cannot listen on {} port {}", options_.ip, options_.port));
  return Done{};
}

std::string Listener::Impl::origin() const {
  const auto endpoint = acceptor_.local_endpoint();
  const std::string host = endpoint.address().is_v6() ? "[" + options_.ip + "]" : options_.ip;
  return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host, endpoint.port());
}

void Listener::Impl::start(Site& site) {
  site_ = &site;
  asio::co_spawn(context_, accept_all(), asio::detached);
  thread_ = std::thread([this] {
    try {
      context_.run();
    } catch (const std::exception& error) {  // a bug: connections have nets of their own
      log_.error("webhooks", "the listener has ended: {}", error.what());
    }
  });
}

// Takes nothing more, and returns when what was taken is answered.
void Listener::Impl::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    closing_ = true;
    beast::error_code ignored;
    acceptor_.close(ignored);
    for (Connection* connection : connections_) {
      if (!connection->working) connection->stream->close();
    }
  });
  thread_.join();
  workers_.join();
}

asio::awaitable<void> Listener::Impl::accept_all() {
  while (!closing_) {
    beast::error_code failure;
    tcp::socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, failure));
    if (closing_) co_return;
    if (failure) {  // out of file descriptors: connections that end make room
      asio::steady_timer timer(context_, std::chrono::milliseconds(20));
      co_await timer.async_wait(asio::use_awaitable);
      continue;
    }
    asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
  }
}

// One connection to its end; what goes wrong ends it, and only it.
asio::awaitable<void> Listener::Impl::serve(tcp::socket socket) {
  Connection connection;
  try {
    socket.set_option(tcp::no_delay(true));
    // One above the ceiling is told so; more of them are closed, so that telling costs no memory either.
    const bool over = connections_.size() >= options_.connections_max;
    if (over && connections_.size() > options_.connections_max + 16U) co_return;
    const auto serve_on = [&](auto& stream) -> asio::awaitable<void> {
      if (over) {
        co_await refuse(stream, kComeAgain);
      } else {
        co_await converse(stream, connection);
      }
    };
    if (!tls_) {
      beast::tcp_stream stream(std::move(socket));
      connection.stream = &stream;
      connections_.insert(&connection);
      co_await serve_on(stream);
      beast::error_code ignored;
      stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    } else {
      beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls_);
      connection.stream = &beast::get_lowest_layer(stream);
      connections_.insert(&connection);
      connection.stream->expires_after(options_.patience);
      co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      co_await serve_on(stream);
    }
  } catch (const std::exception& error) {  // the other side went away, was cut, or speaks no TLS
    if (log_.enabled(Level::debug)) log_.debug("webhooks", "a connection has ended: {}", error.what());
  }
  connections_.erase(&connection);
}

// Says the status, then throws away what still comes: closing at once would reset the connection before it is read.
template <class Stream>
asio::awaitable<void> Listener::Impl::refuse(Stream& stream, int status) {
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(kLinger);
  auto message = message_of(status, false);
  co_await http::async_write(stream, message, asio::use_awaitable);
  lowest.socket().shutdown(tcp::socket::shutdown_send);
  std::array<char, 4096> rest;
  beast::error_code failure;
  while (!failure) {
    co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, failure));
  }
}

// False: the connection is over.
template <class Stream>
asio::awaitable<bool> Listener::Impl::read_head(Stream& stream, beast::flat_buffer& buffer,
                                                http::request_parser<http::string_body>& parser) {
  beast::error_code failure;
  co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
  int status = failure ? refusal_of(failure) : 0;
  if (failure && status == 0) co_return false;
  if (!failure) {
    const auto method = parser.get().method_string();
    const auto target = parser.get().target();
    status = site_->admit({method.data(), method.size()}, {target.data(), target.size()});
    if (status == 0 && parser.content_length() && *parser.content_length() > options_.body_max) status = 413;
  }
  if (status != 0) {
    co_await refuse(stream, status);
    co_return false;
  }
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, 11);
    co_await http::async_write(stream, go_on, asio::use_awaitable);
  }
  co_return true;
}

template <class Stream>
asio::awaitable<void> Listener::Impl::converse(Stream& stream, Connection& connection) {
  auto& lowest = beast::get_lowest_layer(stream);
  beast::flat_buffer buffer(options_.header_max + 64U * 1024U);
  for (bool keep = true; keep && !closing_;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(options_.body_max);
    parser.header_limit(options_.header_max);
    lowest.expires_after(options_.patience);
    if (!co_await read_head(stream, buffer, parser)) co_return;
    beast::error_code failure;
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) {
      if (const int status = refusal_of(failure); status != 0) co_await refuse(stream, status);
      co_return;
    }
    keep = parser.get().keep_alive();
    connection.working = true;
    lowest.expires_never();  // the answer has a time of its own
    const int status = co_await answer(parser.get());
    auto message = message_of(status, keep && !closing_);
    lowest.expires_after(options_.patience);
    co_await http::async_write(stream, message, asio::use_awaitable);
    connection.working = false;
  }
}

// By a worker, or nobody in time.
asio::awaitable<int> Listener::Impl::answer(http::request<http::string_body>& message) {
  if (works_ >= options_.connections_max) co_return kComeAgain;  // workers that do not return
  auto work = std::make_shared<Work>(context_);
  work->request = to_request(message);
  work->deadline = Steady::now() + options_.answer_within;
  work->timer.expires_at(work->deadline);
  ++works_;
  asio::post(workers_, [this, work] {
    const int status =
        Steady::now() < work->deadline ? site_->answer(work->request, work->deadline) : kComeAgain;  // waited too long
    --works_;
    asio::post(context_, [work, status] {
      work->status = status;
      work->timer.cancel();
    });
  });
  beast::error_code cancelled;
  co_await work->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  co_return work->status != 0 ? work->status : kComeAgain;
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::open(const ListenerOptions& options, Log& log) {
  auto impl = std::make_unique<Impl>(options, log);
  if (auto opened = impl->open(); !opened) return opened.error();
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

std::string Listener::origin() const { return impl_->origin(); }
void Listener::start(Site& site) { impl_->start(site); }

}  // namespace leat::host
