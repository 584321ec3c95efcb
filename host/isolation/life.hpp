// One life of a plugin's process, as the host sees it: asks it, watches it, and knows how it ended.
// Owner    Supervisor, and each call in flight.
// Threads  any. Two of its own: one reads what it says, one reads what it prints, looks at its memory and reaps it.
// End      kill, and once it has ended join: its threads hold it too, so none of them may be the one that lets go last.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "host/base/call.hpp"
#include "host/base/guarded.hpp"
#include "host/base/log.hpp"
#include "host/isolation/channel.hpp"
#include "host/isolation/process.hpp"
#include "host/isolation/sends.hpp"
#include "host/plugin/client_instance.hpp"

namespace leat::host {

class Life : public std::enable_shared_from_this<Life> {
  const std::uint64_t number_;

 public:
  struct Watch {
    std::string name;               // "plugin libacme.so"
    std::uint64_t memory_max = 0;   // bytes; 0: none
    Channel::Receive receive;       // on the reader's thread: must not wait
    std::function<void()> changed;  // it ended, or has grown too large
  };
  Life(std::uint64_t number, Process process, Descriptor socket, Log& log);
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life();
  void begin(Watch watch);  // once

  std::uint64_t number() const { return number_; }
  pid_t pid() const { return process_.pid(); }
  Channel& channel() { return channel_; }

  struct Reply {
    // unsent: it certainly did not begin. lost: the process ended first.
    enum class State : std::uint8_t { answered, unsent, lost };
    State state = State::unsent;
    Message answer;
    std::string why;               // for the other two: "its process was ended by signal 11 (Segmentation fault)"
    std::vector<Message> reports;  // what it noted before, when it is lost
  };
  // Asks and waits. A call that is cancelled has three seconds to return, one that has a limit that long: then the
  // process is killed. what: names the call for that text.
  Reply converse(Call& call, Verb verb, std::string_view body, std::chrono::milliseconds limit, std::string_view what);

  // How a question that is on its way was asked, for what the plugin asks because of it.
  struct Origin {
    std::stop_token stop;
    std::string origin;
    Call::SteadyPoint deadline = Call::SteadyPoint::max();
    std::optional<Callee> callee;         // whose state it may use
    std::shared_ptr<EventSource> events;  // of the read that it belongs to
  };
  std::optional<Origin> origin_of(std::uint64_t question) const;

  void kill(std::string reason);  // the first reason counts
  bool overgrown() const { return overgrown_; }
  bool ended() const { return ended_; }
  // Of one that has ended: returns when its threads have. Not on one of them.
  void join();
  std::string ending() const;  // of one that has ended; "has not ended" before

  std::atomic<int> active{0};   // calls and sends in flight
  Sends sends{number_ << 32U};  // of the host through the plugin's clients
  // Sends of the plugin through the host's clients, by the plugin's number: how to cancel them.
  struct Crossing {
    std::weak_ptr<ClientInstance> client;
    std::uint64_t ticket = 0;
  };
  Guarded<std::unordered_map<std::uint64_t, Crossing>> crossings;

 private:
  void end(std::string reason);
  void watch();
  bool print(std::string& pending, std::size_t most);  // false: there will be no more
  void look_at_memory();

  Process process_;
  Log& log_;
  Watch watch_;
  Guarded<std::unordered_map<std::uint64_t, Origin>> origins_;
  Guarded<std::string> reason_;
  std::atomic<bool> overgrown_{false};
  std::atomic<bool> ended_{false};
  std::binary_semaphore read_all_{0};  // given once: nothing more will come from its socket
  Channel channel_;
  std::thread reader_;
  std::thread watcher_;
};

}  // namespace leat::host
