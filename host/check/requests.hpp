// Requests to a client under check, and how they ended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "host/check/subject.hpp"
#include "leat/abi.h"

namespace leat::host::check {

// How one request ended.
struct Ending {
  leat_kind kind = LEAT_OK;
  std::string text;
  int status = 0;  // 0: no answer
};

// What a done function of the check writes to, and how often. Must live until no done can come any more.
class Waiting {
 public:
  // done of leat_http_done; user: a Waiting.
  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept;

  bool wait(std::chrono::milliseconds limit, int times = 1);  // until done ran so often
  int times() const;
  Ending ending() const;        // of the last done
  std::string mistake() const;  // an outcome that the ABI does not allow; empty: none
  // Between these, done on this thread is inside a function of the client: `where` for the mistake.
  void enter(const char* where);
  void leave();
  // done takes so long from now on; finished() counts those that are over.
  void slow(std::chrono::milliseconds time);
  int finished() const;
  void reset();

 private:
  void note(const leat_outcome* outcome, const leat_http_response* response);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int times_ = 0;
  int finished_ = 0;
  std::chrono::milliseconds slow_{0};
  Ending ending_;
  std::string mistake_;
  const char* inside_ = nullptr;
  std::thread::id insider_;
};

leat_http_request make_request(std::string_view method, std::string_view url, std::string_view body = {});

// A fresh one out of 8,192, of which the oldest is used again: a done that comes late or twice still finds its own.
Waiting& new_waiting();

// Sends and waits; a send that fails is the ending. What is not done after `cancel_after` is cancelled. Throws Failed
// when done does not come within the trial's patience then, comes inside send or cancel, or is not sound. Threads: any.
Ending ask(Subject& subject, const leat_http_request& request, std::chrono::milliseconds cancel_after);

}  // namespace leat::host::check
