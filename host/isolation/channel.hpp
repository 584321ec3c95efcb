// A socket between two processes, and the questions that wait for their answers.
// Owner    whoever serves the other side.
// Threads  ask and tell: any. read: one, which must not wait for an answer itself.
// Errors   a peer that is gone, or that sends what is no message, ends read() with the reason. Nothing more arrives
//          then; who waits is told by end().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/base/descriptor.hpp"
#include "host/base/guarded.hpp"
#include "host/isolation/messages.hpp"

namespace leat::host {

// Bytes of a body. A larger one is refused where it is made; a peer that announces one is broken.
inline constexpr std::size_t message_max = std::size_t{512} << 20U;

struct Message {
  enum class Role : std::uint16_t { question, answer, note };
  Verb verb{};
  Role role{};
  std::uint64_t id = 0;
  Buffer body;

  std::string_view bytes() const { return {reinterpret_cast<const char*>(body.data()), body.size()}; }
};

// One question.
struct Exchange {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::optional<Message> answer;
  std::vector<Message> reports;  // notes `settled` so far
  bool ended = false;            // no answer will come
  std::atomic<int> nested{0};    // what the peer asks us meanwhile
};

class Channel {
 public:
  using Receive = std::function<void(Message)>;

  // largest: bytes of a body; the same on both sides.
  explicit Channel(Descriptor socket, std::size_t largest = message_max)
      : socket_(std::move(socket)), largest_(largest) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Gives messages that are no answers to `receive` until there are no more; says why.
  std::string read(const Receive& receive);

  struct Asked {
    std::uint64_t id = 0;
    std::shared_ptr<Exchange> exchange;  // nullptr: it could not be sent
  };
  // started(id) runs before the question leaves. One that is too large is answered at once: invalid.
  Asked ask(Verb verb, std::string_view body, const std::function<void(std::uint64_t)>& started = {});
  bool tell(Verb verb, std::uint64_t id, std::string_view body) { return send(verb, Message::Role::note, id, body); }
  // In the place of what is too large an error arrives: invalid.
  bool answer(const Message& question, std::string_view body);
  bool completed(std::uint64_t id, const leat_outcome& outcome, const leat_http_response* response);
  std::shared_ptr<Exchange> find(std::uint64_t id) const;
  void forget(std::uint64_t id);
  // Ends the connection: read() returns.
  void shut();
  // Wakes everybody who waits: there will be no answer.
  void end();

 private:
  std::optional<Error> too_large(std::string_view body) const;
  bool send(Verb verb, Message::Role role, std::uint64_t id, std::string_view body);
  bool read_bytes(void* to, std::size_t size);

  Descriptor socket_;
  const std::size_t largest_;
  std::mutex writing_;
  std::atomic<std::uint64_t> next_id_{1};
  struct Waiting {
    std::map<std::uint64_t, std::shared_ptr<Exchange>> exchanges;
    bool ended = false;
  };
  Guarded<Waiting> waiting_;
};

}  // namespace leat::host
