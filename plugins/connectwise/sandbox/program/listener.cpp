#include "plugins/connectwise/sandbox/program/listener.hpp"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "plugins/connectwise/sandbox/program/deliverer.hpp"

namespace leat::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::uint64_t kBodyMax = 16ULL << 20U;
constexpr std::uint32_t kHeaderMax = 16U << 10U;
constexpr auto kLinger = std::chrono::seconds(5);

// How connections are served.
struct Manner {
  const char* scheme;
  std::chrono::seconds patience;
  asio::ssl::context* tls;  // nullptr: plain
};

Request to_request(http::request<http::string_body>& from, const char* scheme) {
  Request request;
  request.method = std::string(from.method_string());
  request.target = std::string(from.target());
  for (const auto& field : from) {
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  request.body = std::move(from.body());
  request.scheme = scheme;
  return request;
}

// RFC 9110, 5.6.7. Always of this machine's clock, also when the records have another one.
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

http::response<http::string_body> to_message(Response& answer, bool head) {
  http::response<http::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(answer.status));
  message.set(http::field::server, "Microsoft-IIS/10.0");
  message.set(http::field::date, http_date());
  // An empty file has its type too; what has no body says none.
  const bool file = answer.content_type.find("json") == std::string::npos;
  if (file || !answer.body.empty()) message.set(http::field::content_type, answer.content_type);
  for (const Header& header : answer.headers) message.insert(header.name, header.value);
  message.body() = std::move(answer.body);
  message.prepare_payload();
  if (head) message.body().clear();
  return message;
}

// Half of the answer, then nothing more.
template <class Stream>
asio::awaitable<void> write_half(Stream& stream, const http::response<http::string_body>& message) {
  std::string text;
  for (const auto& field : message) {
    (((text += std::string(field.name_string())) += ": ") += std::string(field.value())) += "\r\n";
  }
  text = "HTTP/1.1 " + std::to_string(message.result_int()) + " OK\r\n" + text + "\r\n" +
         message.body().substr(0, message.body().size() / 2);
  co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
}

// The web server's page for a request that is none; 0: there is nobody to tell.
int refusal_of(const beast::error_code& failure) {
  if (failure == http::error::body_limit) return 413;
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) return 0;
  return failure.category() == make_error_code(http::error::bad_version).category() ? 400 : 0;
}

// Sends a page, then throws away what still comes: closing at once would reset the connection before it is read.
template <class Stream>
asio::awaitable<void> refuse(Stream& stream, int status) {
  Response page = html_page(status, status == 413 ? "Request Entity Too Large" : "Bad Request");
  auto message = to_message(page, false);
  message.keep_alive(false);
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(kLinger);
  co_await http::async_write(stream, message, asio::use_awaitable);
  lowest.socket().shutdown(tcp::socket::shutdown_send);
  std::array<char, 16384> rest;
  beast::error_code failure;
  while (!failure) {
    co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, failure));
  }
}

template <class Stream>
asio::awaitable<void> converse(Stream& stream, Service& service, const Manner& manner) {
  beast::flat_buffer buffer;
  while (true) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyMax);
    parser.header_limit(kHeaderMax);
    beast::get_lowest_layer(stream).expires_after(manner.patience);
    beast::error_code failure;
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) {
      const int status = refusal_of(failure);
      if (status != 0) co_await refuse(stream, status);
      co_return;
    }
    const bool keep = parser.get().keep_alive();
    const bool head = parser.get().method() == http::verb::head;
    Response answer;
    {
      Evidence& evidence = service.evidence();
      evidence.begin();
      const std::unique_ptr<Evidence, void (*)(Evidence*)> ended(&evidence, [](Evidence* seen) { seen->end(); });
      answer = service.answer(to_request(parser.get(), manner.scheme));
      if (answer.delay.count() > 0) {
        asio::steady_timer timer(stream.get_executor(), answer.delay);
        co_await timer.async_wait(asio::use_awaitable);
      }
      if (answer.delivery == Delivery::dropped) co_return;
      const Delivery delivery = answer.delivery;
      auto message = to_message(answer, head);
      message.keep_alive(keep);
      beast::get_lowest_layer(stream).expires_after(manner.patience);
      if (delivery == Delivery::cut_short) {
        co_await write_half(stream, message);
        co_return;
      }
      co_await http::async_write(stream, message, asio::use_awaitable);
    }
    if (!keep) co_return;
  }
}

// One connection to its end; what goes wrong ends it, and only it.
asio::awaitable<void> serve(tcp::socket socket, Service& service, Manner manner) {
  try {
    socket.set_option(tcp::no_delay(true));
    if (manner.tls == nullptr) {
      beast::tcp_stream stream(std::move(socket));
      co_await converse(stream, service, manner);
      boost::system::error_code ignored;
      stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    } else {
      beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *manner.tls);
      beast::get_lowest_layer(stream).expires_after(manner.patience);
      co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      co_await converse(stream, service, manner);
    }
  } catch (const std::exception&) {  // the other side went away, or speaks no TLS
  }
}

asio::awaitable<void> accept(asio::io_context& context, tcp::acceptor& acceptor, Service& service, Manner manner) {
  while (true) {
    beast::error_code failure;
    tcp::socket socket(asio::make_strand(context));
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) {  // out of file descriptors: connections that end make room
      asio::steady_timer timer(acceptor.get_executor(), std::chrono::milliseconds(20));
      co_await timer.async_wait(asio::use_awaitable);
      continue;
    }
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, serve(std::move(socket), service, manner), asio::detached);
  }
}

// What the library says about it, behind what it is about.
template <class Action>
auto about(const std::string& what, const Action& action) {
  try {
    return action();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(what + ": " + error.code().message());
  }
}

}  // namespace

struct Listener::State {
  explicit State(const ListenOptions& a_options) : options(a_options) {
    if (!options.tls_certificate.empty()) {
      tls.emplace(asio::ssl::context::tls_server);
      for (const std::string& file : {options.tls_certificate, options.tls_key}) {
        if (!std::ifstream(file)) throw std::runtime_error(file + ": cannot be read: " + std::strerror(errno));
      }
      about(options.tls_certificate, [this] { tls->use_certificate_chain_file(options.tls_certificate); });
      about(options.tls_key, [this] { tls->use_private_key_file(options.tls_key, asio::ssl::context::pem); });
    }
    const auto address = about("the address " + options.address + " is no number such as 127.0.0.1",
                               [this] { return asio::ip::make_address(options.address); });
    acceptor = about("cannot listen on " + options.address + " port " + std::to_string(options.port),
                     [&] { return tcp::acceptor(context, tcp::endpoint(address, options.port)); });
  }

  const ListenOptions options;
  asio::io_context context;
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor{context};
};

Listener::Listener(const ListenOptions& options) : state_(std::make_unique<State>(options)) {}
Listener::~Listener() = default;

std::uint16_t Listener::port() const { return state_->acceptor.local_endpoint().port(); }

std::string Listener::origin() const {
  const bool v6 = state_->acceptor.local_endpoint().address().is_v6();
  const std::string& address = state_->options.address;
  return std::string(state_->tls ? "https" : "http") + "://" + (v6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port());
}

void Listener::run(Service& service) {
  asio::signal_set signals(state_->context, SIGINT, SIGTERM);
  signals.async_wait([this](const boost::system::error_code&, int) { state_->context.stop(); });
  const Manner manner{state_->tls ? "https" : "http", state_->options.patience, state_->tls ? &*state_->tls : nullptr};
  Deliverer deliverer(state_->context, service.outbox(), service.settings().callbacks.wait);
  deliverer.start();
  asio::co_spawn(state_->context, accept(state_->context, state_->acceptor, service, manner), asio::detached);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < state_->options.threads; ++i) others.emplace_back([this] { state_->context.run(); });
  state_->context.run();
  for (std::thread& other : others) other.join();
  service.outbox().on_work({});
}

}  // namespace leat::sandbox
