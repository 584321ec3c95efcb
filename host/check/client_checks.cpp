// Checks of HTTP clients: the rules of completion, and what they say of an answer.
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "host/check/checks.hpp"
#include "host/check/requests.hpp"
#include "host/check/subject.hpp"
#include "host/check/within.hpp"

namespace leat::host::check {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kBody = R"({"name":"Ina"})";

// Starts a request; nullptr when send refused it.
Waiting* start(Subject& subject, std::string_view method, std::uint64_t& call, std::chrono::milliseconds slow = 0ms) {
  Waiting& waiting = new_waiting();
  waiting.slow(slow);
  const auto request = make_request(method, "/records?page=1", method == "GET" ? "" : kBody);
  waiting.enter("send");
  const Said sent = subject.send(request, &Waiting::done, &waiting, call);
  waiting.leave();
  if (sent.ok()) return &waiting;
  if (waiting.times() > 0) throw Failed("done ran although send had failed");
  return nullptr;
}

void check_once(const std::vector<Waiting*>& all, std::string_view when) {
  for (const Waiting* waiting : all) {
    if (const std::string mistake = waiting->mistake(); !mistake.empty()) throw Failed(mistake);
    if (waiting->times() != 1) throw Failed(fmt::format("done ran {} times for one send {}", waiting->times(), when));
  }
}

}  // namespace

void check_done(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  std::vector<Waiting*> all;
  {
    Subject subject(trial, options);
    for (const Answer answer : kAnswers) {
      if (answer == Answer::silence) continue;
      trial.host().far_side().begin(answer);
      for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        trial.step(fmt::format("{} while the far side answers with {}", method, to_string(answer)));
        std::uint64_t call = 0;
        Waiting* waiting = start(subject, method, call);
        if (waiting == nullptr) continue;
        if (!waiting->wait(5s)) throw Failed("done did not run within 5 s of an answer");
        all.push_back(waiting);
        waiting->enter("cancel");
        subject.cancel(call);  // it has ended: nothing may come of it
        waiting->leave();
      }
    }
    check_once(all, "before quiesce");
    trial.step("quiesce and destroy");
  }
  check_once(all, "after destroy");
}

void check_cancel_request(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  trial.host().far_side().begin(Answer::silence);
  trial.step("cancelling calls that do not exist");
  for (const std::uint64_t unknown : {std::uint64_t{0}, std::uint64_t{77}, UINT64_MAX}) subject.cancel(unknown);
  std::vector<Waiting*> all;
  for (const std::string_view method : {"GET", "POST"}) {
    trial.step(fmt::format("cancelling a {} that nobody answers", method));
    std::uint64_t call = 0;
    Waiting* waiting = start(subject, method, call);
    if (waiting == nullptr) throw Failed("send refused a request while its far side is silent");
    const bool sent = trial.host().far_side().wait_for_requests(all.size() + 1, 1s);
    waiting->enter("cancel");
    subject.cancel(call);
    subject.cancel(call);
    waiting->leave();
    if (!waiting->wait(trial.spec().patience)) {
      trial.fail_now(fmt::format("done did not come within {} ms of cancel", trial.spec().patience.count()));
    }
    if (sent && waiting->ending().kind == LEAT_OK) throw Failed("a cancelled request that nobody answered ended as ok");
    all.push_back(waiting);
  }
  subject.quiesce();
  check_once(all, "that was cancelled");
}

void check_quiesce(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  for (const Answer answer : {Answer::silence, Answer::array}) {
    auto* subject = new Subject(trial, options);  // its destructor must not run while a call does not return
    trial.host().far_side().begin(answer);
    std::vector<Waiting*> all;
    for (int i = 0; i < 8; ++i) {
      std::uint64_t call = 0;
      if (Waiting* waiting = start(*subject, i % 2 == 0 ? "GET" : "POST", call, 20ms)) all.push_back(waiting);
    }
    const std::string what =
        fmt::format("quiesce with {} requests in flight, answered with {}", all.size(), to_string(answer));
    within_patience(trial, what, 0ms, [&](std::stop_token) {
      subject->quiesce();
      return Said{};
    });
    for (const Waiting* waiting : all) {
      if (waiting->times() == 0) throw Failed("quiesce returned before done had run for a request in flight");
      if (waiting->finished() != waiting->times()) throw Failed("quiesce returned while a done was running");
    }
    trial.step("waiting for a done that comes after quiesce");
    std::this_thread::sleep_for(100ms);
    check_once(all, "with quiesce");
    trial.step("destroy");
    delete subject;
  }
}

void check_answers(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  struct Expected {
    Answer answer;
    leat_kind kind;  // what it must be; BROKEN: anything but ok
  };
  const Expected table[] = {
      {Answer::array, LEAT_OK},           {Answer::object, LEAT_OK},     {Answer::not_found, LEAT_NOT_FOUND},
      {Answer::busy, LEAT_BUSY},          {Answer::denied, LEAT_DENIED}, {Answer::server_error, LEAT_BROKEN},
      {Answer::unreachable, LEAT_BROKEN}, {Answer::refused, LEAT_BROKEN}};
  for (const Expected& row : table) {
    for (const std::string_view method : {"GET", "POST"}) {
      trial.host().far_side().begin(row.answer);
      trial.step(fmt::format("{} answered with {}", method, to_string(row.answer)));
      const auto request = make_request(method, "/records?page=1", method == "GET" ? "" : kBody);
      const Ending ending = ask(subject, request, 5s);
      if (trial.host().far_side().requests() == 0) {
        throw NotExercised(
            fmt::format("it sent nothing through leat.transport/1{}{}", ending.text.empty() ? "" : ": ", ending.text));
      }
      const Said said{ending.kind, ending.text};
      const bool right = row.kind == LEAT_BROKEN ? !said.ok() : said.kind == row.kind;
      if (right) continue;
      throw Failed(fmt::format("{} answered with {} ended as {}; expected {}", method, to_string(row.answer),
                               to_string(said), row.kind == LEAT_BROKEN ? "a failure" : kind_name(row.kind)));
    }
  }
}

void check_bad_requests(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  trial.host().far_side().begin(Answer::object);
  const std::string_view urls[] = {"",
                                   "no-slash",
                                   "//other.host/x",
                                   "http://127.0.0.1:9/x",
                                   "/a b",
                                   "/line\r\nX: y",
                                   std::string_view("/nul\0x", 6),
                                   "/?%",
                                   "/\xc3\x28"};
  for (const std::string_view url : urls) {
    trial.step(fmt::format("a GET of \"{}\"", url));
    ask(subject, make_request("GET", url), 5s);
  }
  for (const std::string_view method : {"", "GET\r\nX: y", "brew", "\xff"}) {
    trial.step(fmt::format("the method \"{}\"", method));
    ask(subject, make_request(method, "/records"), 5s);
  }
  const leat_header headers[] = {{str(""), str("")},
                                 {str("X-A"), str("line\r\nX-B: y")},
                                 {str("X-\xff"), {nullptr, 0}},
                                 {str("Authorization"), str("mine")}};
  auto request = make_request("POST", "/records", kBody);
  request.headers = headers;
  request.header_count = std::size(headers);
  trial.step("headers that are wrong");
  ask(subject, request, 5s);
  const std::string large(1 << 20, 'x');
  trial.step("a URL of a MiB");
  ask(subject, make_request("GET", "/" + large), 5s);
  trial.step("a body of a MiB that is no JSON");
  ask(subject, make_request("POST", "/records", large), 5s);
}

}  // namespace leat::host::check
