// The far side of a plugin under check: what answers its requests, from a small set of answers, without any network.
// It stands behind a client component (for subscribers and publishers that send through leat.client/1) and behind
// leat.transport/1 (for client components). Completes on a thread of its own, never inside send or cancel.
// Owner    CheckHost; one in a process.
// Threads  any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "leat/abi.h"

namespace leat::host::check {

enum class Answer : std::uint8_t {
  array,         // 200, a list: three records for the first GET since begin(), then none; an object for other methods
  object,        // 200, one record
  not_found,     // 404
  busy,          // 429 with Retry-After
  denied,        // 401
  server_error,  // 500
  html,          // 200, a page
  truncated,     // 200, JSON that ends in the middle
  not_utf8,      // 200, bytes that are no UTF-8
  unreachable,   // no answer: certainly not done
  refused,       // send itself fails: busy
  silence,       // nothing until it is cancelled
};
inline constexpr Answer kAnswers[] = {Answer::array,    Answer::object,       Answer::not_found, Answer::busy,
                                      Answer::denied,   Answer::server_error, Answer::html,      Answer::truncated,
                                      Answer::not_utf8, Answer::unreachable,  Answer::refused,   Answer::silence};
std::string_view to_string(Answer answer);

class FarSide {
 public:
  FarSide();
  ~FarSide();
  FarSide(const FarSide&) = delete;
  FarSide& operator=(const FarSide&) = delete;

  // From the next request on; forgets what was counted.
  void begin(Answer answer);
  std::size_t requests() const;  // since begin
  // Until so many requests came since begin, or the time is over.
  bool wait_for_requests(std::size_t count, std::chrono::milliseconds limit) const;

  // The component of kind client and the table "leat.transport/1" that lead here.
  static const leat_component& client();
  static const leat_transport_api& transport();

 private:
  struct Request {
    const void* owner;  // the client or transport it came through
    leat_http_done done;
    void* user;
    Answer answer;
    bool first;   // the first GET since begin
    bool get;     // a GET
    bool client;  // through the client: the answer is classified
    bool cancelled;
  };
  struct Transport {
    FarSide* side;
  };

  leat_kind send(const void* owner, bool client, leat_ctx* ctx, const leat_http_request& request, leat_http_done done,
                 void* user, std::uint64_t* call);
  void cancel(std::uint64_t call);
  void quiesce(const void* owner);
  void work();
  static void complete(const Request& request);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::uint64_t, Request> open_;  // not yet completed, by call
  std::deque<std::uint64_t> due_;
  const void* completing_ = nullptr;  // the owner whose done runs now
  std::uint64_t calls_ = 0;
  std::size_t requests_ = 0;
  std::size_t lists_ = 0;
  Answer answer_ = Answer::array;
  bool ended_ = false;
  std::thread worker_;
};

}  // namespace leat::host::check
