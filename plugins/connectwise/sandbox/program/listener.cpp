#include "plugins/connectwise/sandbox/program/listener.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>

namespace leat::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::uint64_t kBodyMax = 16ULL << 20U;
constexpr std::uint32_t kHeaderMax = 16U << 10U;
constexpr auto kSilence = std::chrono::seconds(60);

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

http::response<http::string_body> to_message(Response& answer, bool head) {
  http::response<http::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(answer.status));
  message.set(http::field::server, "Microsoft-IIS/10.0");
  if (!answer.body.empty()) message.set(http::field::content_type, answer.content_type);
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

template <class Stream>
asio::awaitable<void> converse(Stream& stream, Service& service, const char* scheme) {
  beast::flat_buffer buffer;
  while (true) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyMax);
    parser.header_limit(kHeaderMax);
    beast::get_lowest_layer(stream).expires_after(kSilence);
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    const bool keep = parser.get().keep_alive();
    const bool head = parser.get().method() == http::verb::head;
    Response answer;
    {
      Evidence& evidence = service.evidence();
      evidence.begin();
      const std::unique_ptr<Evidence, void (*)(Evidence*)> ended(&evidence, [](Evidence* seen) { seen->end(); });
      answer = service.answer(to_request(parser.get(), scheme));
      if (answer.delay.count() > 0) {
        asio::steady_timer timer(stream.get_executor(), answer.delay);
        co_await timer.async_wait(asio::use_awaitable);
      }
      if (answer.delivery == Delivery::dropped) co_return;
      const Delivery delivery = answer.delivery;
      auto message = to_message(answer, head);
      message.keep_alive(keep);
      beast::get_lowest_layer(stream).expires_after(kSilence);
      if (delivery == Delivery::cut_short) {
        co_await write_half(stream, message);
        co_return;
      }
      co_await http::async_write(stream, message, asio::use_awaitable);
    }
    if (!keep) co_return;
  }
}

// One connection to its end; what goes wrong ends it.
asio::awaitable<void> serve(tcp::socket socket, Service& service, asio::ssl::context* tls) {
  socket.set_option(tcp::no_delay(true));
  try {
    if (tls == nullptr) {
      beast::tcp_stream stream(std::move(socket));
      co_await converse(stream, service, "http");
      boost::system::error_code ignored;
      stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    } else {
      beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls);
      beast::get_lowest_layer(stream).expires_after(kSilence);
      co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      co_await converse(stream, service, "https");
    }
  } catch (const boost::system::system_error&) {  // the other side went away, or sent what is no HTTP
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, Service& service, asio::ssl::context* tls) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), service, tls), asio::detached);
  }
}

}  // namespace

void listen(Service& service, const ListenOptions& options, const std::function<void(std::uint16_t port)>& ready) {
  asio::io_context context(1);
  std::optional<asio::ssl::context> tls;
  if (!options.tls_certificate.empty()) {
    tls.emplace(asio::ssl::context::tls_server);
    tls->use_certificate_chain_file(options.tls_certificate);
    tls->use_private_key_file(options.tls_key, asio::ssl::context::pem);
  }
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::make_address(options.address), options.port));
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
  asio::co_spawn(context, accept(acceptor, service, tls ? &*tls : nullptr), asio::detached);
  ready(acceptor.local_endpoint().port());
  context.run();
}

}  // namespace leat::sandbox
