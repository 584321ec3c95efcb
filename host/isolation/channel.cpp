#include "host/isolation/channel.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace leat::host {
namespace {

struct Head {
  std::uint64_t id;
  std::uint32_t size;  // of the body
  std::uint16_t verb;
  std::uint16_t role;
};

Encoder encoded(const Error& error) {
  Encoder out;
  encode(out, Result<Done>(error));
  return out;
}

}  // namespace

std::string Channel::read(const Receive& receive) {
  for (;;) {
    Head head{};
    if (!read_bytes(&head, sizeof head)) return "closed its connection";
    Message message;
    message.verb = static_cast<Verb>(head.verb);
    message.role = static_cast<Message::Role>(head.role);
    message.id = head.id;
    if (head.size > largest_ || head.role > static_cast<std::uint16_t>(Message::Role::note)) {
      return "sent what is no message";
    }
    message.body = Buffer::make(head.size);
    if (!read_bytes(message.body.data(), head.size)) return "ended inside a message";
    if (message.role == Message::Role::answer) {
      const auto exchange = find(message.id);
      if (exchange == nullptr) return "answered a question that nobody asked";
      const std::lock_guard lock(exchange->mutex);
      exchange->answer = std::move(message);
      exchange->changed.notify_all();
    } else {
      receive(std::move(message));
    }
  }
}

Channel::Asked Channel::ask(Verb verb, std::string_view body, const std::function<void(std::uint64_t)>& started) {
  Asked asked;
  asked.id = next_id_++;
  auto exchange = std::make_shared<Exchange>();
  if (const auto refused = too_large(body)) {
    const Encoder answer = encoded(*refused);
    Message& message = exchange->answer.emplace(Message{verb, Message::Role::answer, asked.id, {}});
    message.body = Buffer::make(answer.bytes().size());
    std::memcpy(message.body.data(), answer.bytes().data(), answer.bytes().size());
    asked.exchange = std::move(exchange);
    return asked;
  }
  const bool alive = waiting_.with([&](Waiting& waiting) {
    if (!waiting.ended) waiting.exchanges.emplace(asked.id, exchange);
    return !waiting.ended;
  });
  if (!alive) return asked;
  if (started) started(asked.id);
  if (send(verb, Message::Role::question, asked.id, body)) {
    asked.exchange = std::move(exchange);
  } else {
    forget(asked.id);
  }
  return asked;
}

bool Channel::answer(const Message& question, std::string_view body) {
  const auto refused = too_large(body);
  return refused ? send(question.verb, Message::Role::answer, question.id, encoded(*refused).bytes())
                 : send(question.verb, Message::Role::answer, question.id, body);
}

bool Channel::completed(std::uint64_t id, const leat_outcome& outcome, const leat_http_response* response) {
  Encoder out;
  encode(out, outcome, response);
  if (const auto refused = too_large(out.bytes())) {
    out = Encoder();
    encode(out, leat_outcome{sizeof(leat_outcome), LEAT_INVALID, 0, str(refused->message)}, nullptr);
  }
  return tell(Verb::completed, id, out.bytes());
}

std::optional<Error> Channel::too_large(std::string_view body) const {
  if (body.size() <= largest_) return std::nullopt;
  return Error{
      ErrorKind::invalid,
      fmt::format("larger than a message between the host and a plugin's process may be ({} bytes, at most {})",
                  body.size(), largest_),
      0};
}

std::shared_ptr<Exchange> Channel::find(std::uint64_t id) const {
  return waiting_.with([&](const Waiting& waiting) {
    const auto found = waiting.exchanges.find(id);
    return found == waiting.exchanges.end() ? nullptr : found->second;
  });
}

void Channel::forget(std::uint64_t id) {
  waiting_.with([&](Waiting& waiting) { waiting.exchanges.erase(id); });
}

void Channel::shut() { shutdown(socket_.get(), SHUT_RDWR); }

void Channel::end() {
  const auto exchanges = waiting_.with([](Waiting& waiting) {
    waiting.ended = true;
    return waiting.exchanges;
  });
  for (const auto& [id, exchange] : exchanges) {
    const std::lock_guard lock(exchange->mutex);
    exchange->ended = true;
    exchange->changed.notify_all();
  }
}

bool Channel::send(Verb verb, Message::Role role, std::uint64_t id, std::string_view body) {
  if (body.size() > largest_) return false;
  Head head{id, static_cast<std::uint32_t>(body.size()), static_cast<std::uint16_t>(verb),
            static_cast<std::uint16_t>(role)};
  std::array<iovec, 2> parts{{{&head, sizeof head}, {const_cast<char*>(body.data()), body.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const std::lock_guard lock(writing_);
  for (std::size_t left = sizeof head + body.size(); left > 0;) {
    const ssize_t sent = sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      // After a part of a message nothing more can be said: the peer sees the end.
      if (left != sizeof head + body.size()) shutdown(socket_.get(), SHUT_WR);
      return false;
    }
    left -= static_cast<std::size_t>(sent);
    for (auto rest = static_cast<std::size_t>(sent); rest > 0 && message.msg_iovlen > 0;) {
      iovec& part = *message.msg_iov;
      const std::size_t taken = std::min(rest, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + taken;
      part.iov_len -= taken;
      rest -= taken;
      if (part.iov_len > 0) break;
      ++message.msg_iov;
      --message.msg_iovlen;
    }
  }
  return true;
}

bool Channel::read_bytes(void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = recv(socket_.get(), at, size, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace leat::host
