// What a plugin's process asks of the host: clients, chains, secrets, state; and what it notes: log lines, numbers.
// Owner    whoever got the message.
// Threads  any.
#pragma once

#include <string>

#include "host/isolation/life.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {

class Answers {
 public:
  Answers(Life& life, Services& services, const std::string& name) : life_(life), services_(services), name_(name) {}

  // A note that is done with at once; false: it may take long, serve() does it.
  bool note(Message& message);
  // Questions, and notes that run foreign code. May wait. Damaged ones end the life.
  void serve(const Message& message) noexcept;
  // There is nobody left to serve it.
  void refuse(const Message& question);
  // The life that this thread serves right now.
  static const Life* serving();

 private:
  // The call because of which the plugin asks; its context goes on here.
  class Nested;
  Encoder client_send(Nested& nested, Decoder& in);
  Encoder client_call(Nested& nested, Decoder& in);
  Encoder chain_process(Nested& nested, Decoder& in, const Buffer& message);
  Encoder look_up(Nested& nested, Verb verb, Decoder& in);
  Encoder state(Nested& nested, Verb verb, Decoder& in);
  static Encoder events(Nested& nested, Verb verb);
  Encoder reply(const Message& message, Decoder& in);
  void damaged(Verb verb);

  Life& life_;
  Services& services_;
  const std::string& name_;
};

}  // namespace leat::host
