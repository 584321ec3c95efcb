#include "plugins/connectwise/sandbox/program/deliverer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "plugins/connectwise/sandbox/callbacks/url.hpp"

namespace leat::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

struct Deliverer::State {
  State(asio::io_context& io, Outbox& box, std::chrono::milliseconds answer_wait)
      : context(io),
        outbox(box),
        wait(answer_wait),
        strand(asio::make_strand(io)),
        timer(strand),
        tls(asio::ssl::context::tls_client) {
    tls.set_verify_mode(asio::ssl::verify_none);
  }

  asio::awaitable<void> run();
  asio::awaitable<void> deliver(Posting posting);
  asio::awaitable<int> post(const Posting& posting, const Url& url);
  template <class Stream>
  asio::awaitable<int> exchange(Stream& stream, const Posting& posting, const Url& url);

  asio::io_context& context;
  Outbox& outbox;
  std::chrono::milliseconds wait;
  asio::strand<asio::io_context::executor_type> strand;  // of run()
  asio::steady_timer timer;
  asio::ssl::context tls;
};

template <class Stream>
asio::awaitable<int> Deliverer::State::exchange(Stream& stream, const Posting& posting, const Url& url) {
  http::request<http::string_body> request(http::verb::post, url.target, 11);
  request.set(http::field::host, url.host + ":" + std::to_string(url.port));
  request.set(http::field::content_type, "application/json; charset=utf-8");
  request.set("x-content-signature", posting.signature);
  request.keep_alive(false);
  request.body() = posting.body;
  request.prepare_payload();
  co_await http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  co_await http::async_read_header(stream, buffer, parser, asio::use_awaitable);
  co_return static_cast<int>(parser.get().result_int());
}

asio::awaitable<int> Deliverer::State::post(const Posting& posting, const Url& url) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto found = co_await resolver.async_resolve(url.host, std::to_string(url.port), asio::use_awaitable);
  if (!url.tls) {
    beast::tcp_stream stream(executor);
    stream.expires_after(wait);
    co_await stream.async_connect(found, asio::use_awaitable);
    co_return co_await exchange(stream, posting, url);
  }
  beast::ssl_stream<beast::tcp_stream> stream(executor, tls);
  beast::get_lowest_layer(stream).expires_after(wait);
  co_await beast::get_lowest_layer(stream).async_connect(found, asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await exchange(stream, posting, url);
}

asio::awaitable<void> Deliverer::State::deliver(Posting posting) {
  int status = 0;
  try {
    const auto url = parse_url(posting.url);
    if (url) status = co_await post(posting, *url);
  } catch (const boost::system::system_error&) {  // no connection, no answer in time, or no HTTP
  }
  outbox.settle(posting.number, status);
}

asio::awaitable<void> Deliverer::State::run() {
  while (true) {
    for (Posting& posting : outbox.take())
      asio::co_spawn(asio::make_strand(context), deliver(std::move(posting)), asio::detached);
    const auto next = outbox.next();
    constexpr std::chrono::milliseconds idle{60'000};
    const std::chrono::milliseconds pause = next ? std::max(std::chrono::milliseconds(1), *next - outbox.now()) : idle;
    timer.expires_after(std::min(pause, idle));
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

Deliverer::Deliverer(asio::io_context& context, Outbox& outbox, std::chrono::milliseconds wait)
    : state_(std::make_unique<State>(context, outbox, wait)) {}
Deliverer::~Deliverer() = default;

void Deliverer::start() {
  State* state = state_.get();
  // Posted, so that the timer is waited for when it is cancelled: run() gives way only there.
  state->outbox.on_work([state] { asio::post(state->strand, [state] { state->timer.cancel(); }); });
  asio::co_spawn(state->strand, state->run(), asio::detached);
}

}  // namespace leat::sandbox
