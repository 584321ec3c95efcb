#include "host/net/http_transport.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/base/call.hpp"
#include "host/net/gzip.hpp"
#include "host/net/tls_setup.hpp"

namespace leat::host {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Backoff kBackoff{milliseconds(200), milliseconds(5000)};

static_assert(priority_of(LEAT_HTTP_NORMAL) == Priority::normal);
static_assert(priority_of(LEAT_HTTP_BACKGROUND) == Priority::background);
static_assert(priority_of(LEAT_HTTP_SOON) == Priority::soon);
static_assert(priority_of(LEAT_HTTP_INTERACTIVE | LEAT_HTTP_IDEMPOTENT) == Priority::interactive);
static_assert(priority_of(LEAT_HTTP_PRIORITY) == Priority::interactive);

std::uint32_t whole_ms(steady_clock::duration time) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<milliseconds>(time).count());
}

}  // namespace

struct HttpTransport::Call {
  enum class State : std::uint8_t { waiting, flying, ending };

  // Fixed from the start.
  std::uint64_t id = 0;
  std::string origin;
  std::shared_ptr<const WireRequest> request;
  std::string subject;  // "GET https://host/path": what its messages are about
  bool repeatable = false;
  Priority priority = Priority::normal;
  leat_http_done done = nullptr;
  void* user = nullptr;
  steady_clock::time_point started;
  steady_clock::time_point deadline;

  // Under the transport's mutex.
  State state = State::waiting;
  std::uint32_t tries = 0;     // attempts begun
  std::uint32_t attempts = 0;  // those of them in which the request was sent
  steady_clock::time_point attempt_started;
  std::shared_ptr<Exchange> exchange;
  Executor::Ticket deadline_ticket;
  std::optional<AttemptEnd> stopped;
  std::optional<WireResult> last_answer;  // given when no further attempt comes about
};

Result<std::unique_ptr<HttpTransport>> HttpTransport::open(const TransportOptions& options, Log& log,
                                                           const Clock& clock) {
  auto tls = TlsSetup::load({options.ca_file, options.client_certificate, options.client_key, options.insecure});
  if (!tls) return tls.error();
  return std::unique_ptr<HttpTransport>(new HttpTransport(options, log, clock, std::move(*tls)));
}

HttpTransport::HttpTransport(const TransportOptions& options, Log& log, const Clock& clock,
                             std::shared_ptr<const TlsSetup> tls)
    : options_(options),
      log_(log),
      clock_(clock),
      request_log_(options.log, options.redact),
      budget_({options.max_in_flight, options.requests_per_minute}) {
  wire_ = make_cpprest_wire({options.connect_timeout, options.max_body, options.max_header, options.proxy,
                             options.proxy_user, options.proxy_password, std::move(tls)},
                            timers_);
}

HttpTransport::~HttpTransport() { quiesce(); }

Result<HttpTransport::CallRef> HttpTransport::make_call(const leat_http_request& request) const {
  const std::string_view method = view(request.method);
  if (!is_token(method)) return Error{ErrorKind::invalid, "the HTTP method has characters that a method cannot have"};
  auto url = parse_url(view(request.url));
  if (!url) return url.error();

  auto out = std::make_shared<WireRequest>();
  for (std::size_t i = 0; i < request.header_count; ++i) {
    const std::string_view name = view(request.headers[i].name);
    const std::string_view value = view(request.headers[i].value);
    if (!is_token(name)) return Error{ErrorKind::invalid, fmt::format("header {}: its name is no HTTP token", i + 1)};
    if (!is_field_value(value)) {
      return Error{ErrorKind::invalid,
                   fmt::format("header {}: line breaks and control characters are not allowed", name)};
    }
    static constexpr std::array<std::string_view, 4> ours = {"Host", "Content-Length", "Transfer-Encoding",
                                                             "Connection"};
    if (std::any_of(ours.begin(), ours.end(), [name](auto each) { return same_ignoring_case(each, name); })) {
      return Error{ErrorKind::invalid, fmt::format("header {}: the transport sets it", name)};
    }
    out->headers.push_back({std::string(name), std::string(value)});
  }
  if (find_header(out->headers, "User-Agent") == nullptr) out->headers.push_back({"User-Agent", options_.user_agent});
  if (options_.gzip && find_header(out->headers, "Accept-Encoding") == nullptr) {
    out->headers.push_back({"Accept-Encoding", "gzip"});
  }
  out->method = method;
  out->url = std::move(*url);
  if (request.body.len > 0) out->body.assign(reinterpret_cast<const char*>(request.body.ptr), request.body.len);

  auto call = std::make_shared<Call>();
  call->subject = fmt::format("{} {}{}", method, out->url.origin, out->url.target.substr(0, out->url.target.find('?')));
  call->repeatable = is_idempotent(method) || (request.flags & LEAT_HTTP_IDEMPOTENT) != 0;
  call->priority = priority_of(request.flags);
  call->request = std::move(out);
  call->started = steady_clock::now();
  call->deadline = call->started + (request.timeout_ms == 0 ? options_.timeout
                                                            : std::min<milliseconds>(milliseconds(request.timeout_ms),
                                                                                     std::chrono::hours(1)));
  return call;
}

Result<Done> HttpTransport::send(const leat_http_request& request, std::string origin, leat_http_done done, void* user,
                                 std::uint64_t& id) {
  auto made = make_call(request);
  if (!made) return made.error();
  const CallRef& call = *made;
  call->origin = std::move(origin);
  call->done = done;
  call->user = user;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return Error{ErrorKind::cancelled, call->subject + ": the client is closing"};
    id = call->id = next_id_++;
    calls_.emplace(call->id, call);
    budget_.add(call->id, call->deadline, call->started, {call->started, call->priority});
  }
  pump();
  return Done{};
}

// Starts what may start, ends what waited too long, and sees to it that it is called again in time.
void HttpTransport::pump() {
  std::vector<std::pair<CallRef, std::uint32_t>> starting;
  std::vector<CallRef> expired;
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    for (const auto id : budget_.expire(now)) expired.push_back(calls_.at(id));
    while (const auto id = budget_.start(now)) {
      const CallRef& call = calls_.at(*id);
      call->state = Call::State::flying;
      call->attempt_started = now;
      starting.emplace_back(call, ++call->tries);
    }
    for (const CallRef& call : expired) call->state = Call::State::ending;
    const auto next = budget_.next(now);
    if (next != pump_time_) {
      timers_.cancel(pump_ticket_);
      pump_time_ = next;
      if (next != Executor::Time::max()) {
        pump_ticket_ = timers_.post_at(next, [this, next] {
          {
            const std::lock_guard again(mutex_);
            if (pump_time_ == next) pump_time_ = Executor::Time::max();
          }
          pump();
        });
      }
    }
  }
  for (const CallRef& call : expired) stop_waiting(call, AttemptEnd::timed_out);
  for (const auto& [call, attempt] : starting) launch(call, attempt);
}

void HttpTransport::launch(const CallRef& call, std::uint32_t attempt) {
  if (request_log_.shows_requests() && log_.enabled(Level::info)) {
    const WireRequest& request = *call->request;
    log_.write(Level::info, call->origin,
               request_log_.request(request.method, request.url.text(), request.headers, request.body));
  }
  auto exchange = wire_->start(call->request, [this, call](WireResult result) {
    callbacks_.post([this, call, result = std::move(result)]() mutable { attempt_ended(call, std::move(result)); });
  });
  std::optional<AttemptEnd> stop;
  {
    const std::lock_guard lock(mutex_);
    // It may be over already, and the next attempt, too, be on its way.
    if (call->state != Call::State::flying || call->tries != attempt) return;
    call->exchange = exchange;
    stop = call->stopped;
    call->deadline_ticket = timers_.post_at(call->deadline, [call, weak = std::weak_ptr<Exchange>(exchange)] {
      if (const auto held = weak.lock()) held->stop(AttemptEnd::timed_out);
    });
  }
  if (stop) exchange->stop(*stop);
}

// Undoes gzip; an answer that cannot be read counts as refused.
void HttpTransport::judge_body(const Call& call, WireResult& result) const {
  if (result.end != AttemptEnd::answered || !options_.gzip || !result.body) return;
  const Header* coding = find_header(result.headers, "Content-Encoding");
  if (coding == nullptr || same_ignoring_case(coding->value, "identity")) return;
  if (!same_ignoring_case(coding->value, "gzip") && !same_ignoring_case(coding->value, "x-gzip")) {
    // Whoever asks for another coding gets it as it comes.
    if (find_header(call.request->headers, "Accept-Encoding")->value != "gzip") return;
    result.end = AttemptEnd::refused;
    result.message = fmt::format("the answer is encoded as '{}', which was not asked for", coding->value);
    return;
  }
  auto plain = gunzip({result.body.data(), result.body.size()}, options_.max_body);
  if (!plain) {
    result.end = AttemptEnd::refused;
    result.message = plain.error().message;
    if (plain.error().message.find("larger") != std::string::npos) result.message += " (max_body)";
    return;
  }
  result.body = std::move(*plain);
  std::erase_if(result.headers, [](const Header& header) {
    return same_ignoring_case(header.name, "Content-Encoding") || same_ignoring_case(header.name, "Content-Length");
  });
}

void HttpTransport::log_attempt(const Call& call, const WireResult& result) const {
  if (!request_log_.on() || !log_.enabled(Level::info)) return;
  const WireRequest& request = *call.request;
  const std::string url = request.url.text();
  if (result.end != AttemptEnd::answered) {
    log_.write(Level::info, call.origin, request_log_.failure(request.method, url, result.message, call.tries));
    return;
  }
  const std::string_view body(reinterpret_cast<const char*>(result.body.data()), result.body.size());
  log_.write(Level::info, call.origin,
             request_log_.answer(
                 request.method, url,
                 {result.status, result.headers, body, whole_ms(steady_clock::now() - call.started), call.tries}));
}

void HttpTransport::attempt_ended(const CallRef& call, WireResult result) {
  judge_body(*call, result);
  if (result.end == AttemptEnd::timed_out ||
      (result.end == AttemptEnd::not_sent && steady_clock::now() >= call->deadline)) {
    result.message = fmt::format("{} within {} ms (timeout)", result.sent ? "no answer" : "it could not be sent",
                                 whole_ms(call->deadline - call->started));
  }
  log_attempt(*call, result);

  Attempt attempt;
  attempt.end = result.end;
  attempt.repeatable = call->repeatable;
  attempt.retries_max = options_.retries;
  if (result.end == AttemptEnd::answered) {
    attempt.status = result.status;
    const Header* after = find_header(result.headers, "Retry-After");
    if (after != nullptr) attempt.retry_after = parse_retry_after(after->value, clock_.now());
  }
  bool again = false;
  BudgetChange change;
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    timers_.cancel(call->deadline_ticket);
    call->exchange.reset();
    budget_.finish();
    if (result.sent) ++call->attempts;
    attempt.tries = call->tries;
    const auto pause = attempt.end == AttemptEnd::answered ? asked_pause(attempt.status, attempt.retry_after)
                                                           : std::optional<milliseconds>();
    if (pause) budget_.pause(now + *pause);
    if (attempt.end == AttemptEnd::answered) change = adapt(attempt.status, call->attempt_started, now);
    const Next next = next_step(attempt);
    if (next != Next::give && !call->stopped && !closing_) {
      auto due = now + kBackoff.delay(static_cast<int>(call->tries), random_);
      if (next == Next::after_pause) due = std::max(due, now + pause.value_or(milliseconds(0)));
      again = due < call->deadline;
      if (again) {
        call->state = Call::State::waiting;
        if (attempt.end == AttemptEnd::answered) call->last_answer = result;
        budget_.add(call->id, call->deadline, due, {call->started, call->priority});
      }
    }
    if (!again) call->state = Call::State::ending;
  }
  pump();
  log_change(*call, change);
  if (!again) give(call, result);
}

// What an answer says about the budget. Under the transport's mutex.
HttpTransport::BudgetChange HttpTransport::adapt(int status, steady_clock::time_point started,
                                                 steady_clock::time_point now) {
  const bool was_whole = budget_.allowed() == budget_.limits();
  const bool fewer = status == 429;
  const bool changed = fewer ? budget_.refused(now, started) : budget_.answered(now);
  if (!changed) return {};
  const bool is_whole = budget_.allowed() == budget_.limits();
  return {fewer ? BudgetChange::Way::down : BudgetChange::Way::up, was_whole || is_whole, budget_.allowed()};
}

// The first step down and the last one up are for the operator, those between are many.
void HttpTransport::log_change(const Call& call, const BudgetChange& change) const {
  if (change.way == BudgetChange::Way::none) return;
  const bool down = change.way == BudgetChange::Way::down;
  const Level level = !change.at_limits ? Level::debug : down ? Level::warn : Level::info;
  if (!log_.enabled(level)) return;
  std::string now = fmt::format("{} at a time", change.allowed.max_in_flight);
  if (change.allowed.requests_per_minute > 0) now += fmt::format(", {} a minute", change.allowed.requests_per_minute);
  const std::string& server = call.request->url.origin;
  log_.write(
      level, call.origin,
      down ? fmt::format("{} refused a call as one too many (429): from here on {}, slowly more while it goes well",
                         server, now)
           : fmt::format("{} takes more calls again: {}", server, now));
}

void HttpTransport::cancel(std::uint64_t id) {
  std::shared_ptr<Exchange> exchange;
  CallRef waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(id);
    if (found == calls_.end() || found->second->stopped) return;
    const CallRef& call = found->second;
    call->stopped = AttemptEnd::cancelled;
    if (call->state == Call::State::waiting) {
      budget_.remove(id);
      call->state = Call::State::ending;
      waiting = call;
    } else {
      exchange = call->exchange;
    }
  }
  if (waiting) stop_waiting(waiting, AttemptEnd::cancelled);
  if (exchange) exchange->stop(AttemptEnd::cancelled);
}

// Ends a call that was not on its way.
void HttpTransport::stop_waiting(const CallRef& call, AttemptEnd end) {
  callbacks_.post([this, call, end] {
    if (call->last_answer && end != AttemptEnd::cancelled) return give(call, *call->last_answer);
    if (end == AttemptEnd::cancelled) {
      return give_error(call, {ErrorKind::cancelled, call->subject + ": it was cancelled before it was sent"});
    }
    std::uint64_t pause_ms = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto now = steady_clock::now();
      if (budget_.paused_until() > now) pause_ms = whole_ms(budget_.paused_until() - now);
    }
    give_error(call,
               {ErrorKind::busy,
                fmt::format("{}: no turn within {} ms; {}", call->subject, whole_ms(call->deadline - call->started),
                            pause_ms > 0 ? "the server asked for a pause"
                                         : "the client's max_in_flight or requests_per_minute is used up"),
                pause_ms});
  });
}

void HttpTransport::give(const CallRef& call, const WireResult& result) {
  if (result.end != AttemptEnd::answered) {
    const bool maybe_done = result.sent && !call->repeatable;
    std::string message = fmt::format("{}: {}", call->subject, result.message);
    if (call->tries > 1) message += fmt::format(" ({} tries)", call->tries);
    if (maybe_done) message += "; it may have been done";
    return give_error(call, {kind_without_answer(result.end, maybe_done), std::move(message)});
  }
  std::vector<leat_header> headers;
  headers.reserve(result.headers.size());
  for (const Header& header : result.headers) headers.push_back({str(header.name), str(header.value)});
  leat_http_response response{};
  response.struct_size = sizeof response;
  response.http_status = result.status;
  response.headers = headers.data();
  response.header_count = headers.size();
  response.body = {result.body.data(), result.body.size()};
  response.owner = result.body.get();
  response.attempts = call->attempts;
  response.elapsed_ms = whole_ms(steady_clock::now() - call->started);
  leat_outcome outcome{sizeof outcome, LEAT_OK, 0, {}};
  if (const Header* after = find_header(result.headers, "Retry-After")) {
    const auto time = parse_retry_after(after->value, clock_.now());
    if (time) outcome.retry_after_ms = static_cast<std::uint64_t>(time->count());
  }
  deliver(call, outcome, &response);
}

void HttpTransport::give_error(const CallRef& call, const Error& error) {
  const leat_outcome outcome{sizeof outcome, static_cast<leat_kind>(error.kind), error.retry_after_ms,
                             str(error.message)};
  deliver(call, outcome, nullptr);
}

void HttpTransport::deliver(const CallRef& call, const leat_outcome& outcome, const leat_http_response* response) {
  call->done(call->user, &outcome, response);
  const std::lock_guard lock(mutex_);
  calls_.erase(call->id);
  if (calls_.empty()) idle_.notify_all();
}

void HttpTransport::quiesce() {
  std::vector<std::uint64_t> ids;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const auto& [id, call] : calls_) ids.push_back(id);
  }
  for (const auto id : ids) cancel(id);
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return calls_.empty(); });
}

}  // namespace leat::host
