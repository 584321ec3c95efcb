// The far side of a test: what is expected to be asked, and what is answered. One script stands behind each named
// client, and one behind the transport of a client component under test.
//   host.client("psa").expect("GET", "/things?limit=2").answer(200, R"([{"id":1}])");
//   host.client("psa").expect("POST", "/things").body(R"({"id":1})").fail(ErrorKind::busy, "slow down", 5000);
// Requests are expected in order. One that is not expected, or is not as expected, fails as broken, and so does the
// component's call in the test.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "leat/result.hpp"
#include "leat/testing/buffer.hpp"
#include "leat/testing/call.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  // A request as it came.
  struct Sent {
    std::string method;
    std::string url;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    bool idempotent = false;
    std::uint32_t priority = LEAT_HTTP_NORMAL;  // LEAT_HTTP_...

    // The first of this name, in any case; empty when there is none.
    std::string header(std::string_view name) const {
      const auto lower = [](std::string_view text) {
        std::string out(text);
        for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        return out;
      };
      for (const auto& [known, value] : headers) {
        if (lower(known) == lower(name)) return value;
      }
      return {};
    }
  };

  // One request that is expected, and its answer: 200 without a body unless something else is said.
  class Expectation {
   public:
    Expectation(std::string_view method, std::string_view url) : method_(method), url_(url) {}

    Expectation& body(std::string_view text) {
      body_ = std::string(text);
      return *this;
    }
    Expectation& header(std::string_view name, std::string_view value) {
      headers_.emplace_back(name, value);
      return *this;
    }
    Expectation& answer(int status, std::string_view text = {},
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
      status_ = status;
      answer_ = std::string(text);
      answer_headers_ = std::move(headers);
      return *this;
    }
    // How the client (or the transport) says the call ended. After answer(): with that answer.
    Expectation& fail(ErrorKind kind, std::string_view message, std::uint64_t retry_after_ms = 0) {
      if (!error_) status_ = status_ == 200 && answer_.empty() ? 0 : status_;
      error_ = Error{kind, std::string(message), retry_after_ms};
      return *this;
    }
    // On the manual clock, which the wait for it moves.
    Expectation& after(std::uint64_t ms) {
      delay_ = ms;
      return *this;
    }
    // Ends only when it is cancelled or its deadline passes.
    Expectation& never() {
      delay_ = std::nullopt;
      return *this;
    }

   private:
    friend class Script;
    std::string what() const { return method_ + " " + url_; }
    // What is not as expected; empty when all is.
    std::string differs(const Sent& sent) const {
      if (sent.method != method_ || sent.url != url_)
        return "expected " + what() + ", came " + sent.method + " " + sent.url;
      if (body_ && sent.body != *body_) return what() + ": expected the body " + *body_ + ", came " + sent.body;
      for (const auto& [name, value] : headers_) {
        if (sent.header(name) == value) continue;
        return what() + ": expected the header " + name + ": " + value + ", came '" + sent.header(name) + "'";
      }
      return {};
    }

    std::string method_;
    std::string url_;
    std::optional<std::string> body_;
    std::vector<std::pair<std::string, std::string>> headers_;
    int status_ = 200;  // 0: no answer came
    std::string answer_;
    std::vector<std::pair<std::string, std::string>> answer_headers_;
    std::optional<Error> error_;
    std::optional<std::uint64_t> delay_ = 0;
  };

  // Threads: any. `done` runs on a thread of the script, never inside send or cancel.
  class Script {
   public:
    explicit Script(Clock& clock) : clock_(clock), thread_([this] { deliver(); }) {}
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;
    ~Script() {
      {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
      }
      thread_.join();
    }

    // The reference is good until the script ends.
    Expectation& expect(std::string_view method, std::string_view url) {
      const std::lock_guard lock(mutex_);
      return expected_.emplace_back(method, url);
    }
    // What came so far.
    std::vector<Sent> sent() const {
      const std::lock_guard lock(mutex_);
      return sent_;
    }
    // What was expected and did not come, "GET /things".
    std::vector<std::string> missing() const {
      const std::lock_guard lock(mutex_);
      std::vector<std::string> out;
      for (std::size_t i = next_; i < expected_.size(); ++i) out.push_back(expected_[i].what());
      return out;
    }

    // ---- for the tables of the kit

    std::uint64_t start(const leat_http_request& request, leat_http_done done, void* user) {
      const Expectation answer = take(request);
      const std::lock_guard lock(mutex_);
      Going going{++calls_, answer, done, user, Clock::never};
      if (answer.delay_) going.due = clock_.now_ms() + static_cast<std::int64_t>(*answer.delay_);
      going_.push_back(std::move(going));
      changed_.notify_all();
      return calls_;
    }
    void cancel(std::uint64_t call) {
      const std::lock_guard lock(mutex_);
      for (Going& going : going_) {
        if (going.call == call) end(going, ErrorKind::cancelled, "cancelled");
      }
      changed_.notify_all();
    }
    // Cancels all; returns when no done runs or will run.
    void quiesce() {
      std::unique_lock lock(mutex_);
      for (Going& going : going_) end(going, ErrorKind::cancelled, "cancelled");
      changed_.notify_all();
      changed_.wait(lock, [&] { return going_.empty() && !delivering_; });
    }
    // Sends and waits: the clock moves to the answer, to the deadline or to the cancellation, whichever is first.
    // context: may be nullptr.
    leat_kind call(detail::Call* context, const leat_http_request& request, leat_http_done done, void* user) {
      detail::Call own{clock_, {}};
      detail::Call& call = context == nullptr ? own : *context;
      Expectation answer = take(request);
      const std::int64_t due =
          answer.delay_ ? clock_.now_ms() + static_cast<std::int64_t>(*answer.delay_) : Clock::never;
      const std::int64_t end = std::min({due, call.deadline, clock_.cancel_at()});
      if (end == Clock::never) {
        answer.status_ = 0;
        answer.error_ = Error{ErrorKind::broken, answer.what() + " is never answered, and nothing ends the wait", 0};
        detail::Problems::all().add(answer.error_->message);
      } else {
        clock_.move_to(end);
        if (clock_.cancelled()) {
          answer.status_ = 0;
          answer.error_ = Error{ErrorKind::cancelled, "cancelled", 0};
        } else if (due > call.deadline) {
          const bool repeatable = sent().back().idempotent || answer.method_ == "GET" || answer.method_ == "HEAD";
          answer.status_ = 0;
          answer.error_ = Error{repeatable ? ErrorKind::unreachable : ErrorKind::uncertain,
                                "no answer before the call's deadline", 0};
        }
      }
      run(answer, done, user);
      if (!answer.error_) return LEAT_OK;
      return call.fail(static_cast<leat_kind>(answer.error_->kind), answer.error_->retry_after_ms,
                       answer.error_->message);
    }

   private:
    struct Going {
      std::uint64_t call;
      Expectation answer;
      leat_http_done done;
      void* user;
      std::int64_t due;
    };

    Expectation take(const leat_http_request& request) {
      Sent sent;
      sent.method = std::string(detail::view(request.method));
      sent.url = std::string(detail::view(request.url));
      sent.body.assign(reinterpret_cast<const char*>(request.body.ptr), request.body.len);
      sent.idempotent = (request.flags & LEAT_HTTP_IDEMPOTENT) != 0;
      sent.priority = request.flags & LEAT_HTTP_PRIORITY;
      for (std::size_t i = 0; i < request.header_count; ++i) {
        sent.headers.emplace_back(detail::view(request.headers[i].name), detail::view(request.headers[i].value));
      }
      const std::lock_guard lock(mutex_);
      sent_.push_back(sent);
      Expectation found(sent.method, sent.url);
      std::string wrong = "nothing more was expected, came " + sent.method + " " + sent.url;
      if (next_ < expected_.size()) {
        found = expected_[next_++];
        wrong = found.differs(sent);
      }
      if (wrong.empty()) return found;
      detail::Problems::all().add(wrong);
      found.status_ = 0;
      found.delay_ = 0;
      found.error_ = Error{ErrorKind::broken, "the test's script: " + wrong, 0};
      return found;
    }

    static void end(Going& going, ErrorKind kind, std::string_view message) {
      going.answer.status_ = 0;
      going.answer.error_ = Error{kind, std::string(message), 0};
      going.due = 0;
    }

    void deliver() {
      std::unique_lock lock(mutex_);
      for (;;) {
        const auto next = std::min_element(going_.begin(), going_.end(),
                                           [](const Going& a, const Going& b) { return a.due < b.due; });
        if (next == going_.end() || next->due == Clock::never) {
          if (ending_) return;
          changed_.wait(lock);
          continue;
        }
        const Going going = *next;
        going_.erase(next);
        delivering_ = true;
        lock.unlock();
        clock_.move_to(going.due);
        run(going.answer, going.done, going.user);
        lock.lock();
        delivering_ = false;
        changed_.notify_all();
      }
    }

    static void run(const Expectation& answer, leat_http_done done, void* user) {
      leat_outcome outcome{};
      outcome.struct_size = sizeof outcome;
      if (answer.error_) {
        outcome.kind = static_cast<leat_kind>(answer.error_->kind);
        outcome.retry_after_ms = answer.error_->retry_after_ms;
        outcome.message = detail::str(answer.error_->message);
      }
      if (answer.status_ == 0) return done(user, &outcome, nullptr);
      std::vector<leat_header> headers;
      for (const auto& [name, value] : answer.answer_headers_)
        headers.push_back({detail::str(name), detail::str(value)});
      leat_buffer* owner = detail::buffer_of(answer.answer_);
      leat_http_response response{};
      response.struct_size = sizeof response;
      response.http_status = answer.status_;
      response.headers = headers.data();
      response.header_count = headers.size();
      response.body.ptr = detail::buffer_api().data(owner, &response.body.len);
      response.owner = owner;
      response.attempts = 1;
      response.elapsed_ms = static_cast<std::uint32_t>(answer.delay_.value_or(0));
      done(user, &outcome, &response);
      detail::buffer_api().release(owner);
    }

    Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Expectation> expected_;
    std::size_t next_ = 0;
    std::vector<Sent> sent_;
    std::deque<Going> going_;
    std::uint64_t calls_ = 0;
    bool delivering_ = false;
    bool ending_ = false;
    std::thread thread_;  // last: it uses the others
  };

  }  // namespace testing
}  // namespace leat
