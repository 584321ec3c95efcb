// Checks of what came after ABI 1.0, all of it optional: doctor, webhook, constants.
#include <fmt/format.h>

#include <atomic>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "host/base/request_gate.hpp"
#include "host/check/checks.hpp"
#include "host/check/samples.hpp"
#include "host/check/subject.hpp"
#include "host/check/within.hpp"

namespace leat::host::check {
namespace {

using namespace std::chrono_literals;

// Remembers the first request that changes something.
class Watch final : public RequestGate {
 public:
  Ruling before(std::string_view /*client*/, const leat_http_request& request) override {
    const std::lock_guard lock(mutex_);
    if (!only_reads(request) && write_.empty()) write_ = fmt::format("{} {}", view(request.method), view(request.url));
    return Go{};
  }
  std::string write() const {
    const std::lock_guard lock(mutex_);
    return write_;
  }

 private:
  mutable std::mutex mutex_;
  std::string write_;
};

std::string text_of(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// True: each of them is ok.
bool check_findings(CheckHost& host, Record& out) {
  host.hear("a finding", out.json());
  const Json findings = Json::parse(out.json(), nullptr, false);
  if (!findings.is_array()) throw Failed("doctor set no array of findings");
  bool all_ok = true;
  for (const Json& finding : findings) {
    const std::string status = finding.is_object() ? text_of(finding, "status") : std::string();
    const bool known = status == "ok" || status == "warning" || status == "error";
    const bool advice = !finding.is_object() || !finding.contains("advice") || finding["advice"].is_string();
    if (!known || text_of(finding, "message").empty() || text_of(finding, "check").empty() || !advice) {
      throw Failed(fmt::format("doctor set {}, which is no finding", finding.dump()));
    }
    all_ok = all_ok && status == "ok";
  }
  return all_ok;
}

// What a publisher's doctor may be told of every record.
std::vector<std::string> known_documents(Trial& trial) {
  if (trial.spec().kind != LEAT_KIND_PUBLISHER) return {"null"};
  std::vector<std::string> documents = {"null", "{}", "[]", R"({"path":{},"payload":{"name":7}})"};
  documents.insert(documents.end(), sample_documents().begin(), sample_documents().end());
  return documents;
}

std::unique_ptr<Record> record_of(const std::string& document) { return std::move(*make_record(document)); }

void doctor_against(Subject& subject, Answer answer, const std::string& known) {
  Trial& trial = subject.trial();
  FarSide& far = trial.host().far_side();
  far.begin(answer);
  trial.step(fmt::format("doctor while the far side answers with {}, known: {}", to_string(answer), known));
  const auto record = record_of(known);
  Record findings;
  if (!subject.doctor(*record, findings).ok()) return;
  const bool all_ok = check_findings(trial.host(), findings);
  const bool refused = answer == Answer::denied || answer == Answer::unreachable || answer == Answer::server_error;
  if (all_ok && refused && far.requests() > 0) {
    throw Failed(fmt::format("every finding is ok although the far side answered with {}", to_string(answer)));
  }
}

// ---- webhook

struct Garbage {
  std::string_view method, target, body;
};

const std::vector<Garbage>& garbage() {
  static const std::string large(1 << 20, 'x');
  static const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  using namespace std::string_view_literals;
  static const std::vector<Garbage> all = {
      {"POST", "", ""},
      {"POST", "?recordId=7601&action=updated", R"({"ID":7601,"Action":"updated"})"},
      {"POST", "?recordId=999999999999999999999&action=", "{}"},
      {"POST", "?&&==&%&%zz=%00&a", "[]"},
      {"POST", "/../../etc/passwd", "null"},
      {"POST", "\xc3\x28"sv, "\xff\xfe\x00"sv},
      {"POST", "?x=1", "{\"a\":"},
      {"POST", "?x=1", "a=1&b=2"},
      {"POST", "?x=1", deep},
      {"POST", "?x=1", large},
      {"POST", std::string_view(large).substr(0, 8000), R"({"ID":"text","Action":17,"Entity":{"deep":[1,2]}})"},
      {"GET", "?validationToken=abc", ""},
      {"", "", "\x00\x00"sv},
      {"brew", "?x=1", "17"},
  };
  return all;
}

Said deliver(Subject& subject, const Garbage& garbage, std::size_t header_count, std::stop_token stop = {}) {
  static const std::string long_value(8000, 'A');
  const leat_header headers[] = {{str("content-type"), str("application/json")},
                                 {str("x-content-signature"), str("not base64 \xff")},
                                 {str("authorization"), str("Bearer of nothing")},
                                 {str("x-hub-signature-256"), {nullptr, 0}},
                                 {str(""), str("")},
                                 {str("x-long"), str(long_value)}};
  leat_webhook request{};
  request.struct_size = sizeof request;
  request.method = str(garbage.method);
  request.target = str(garbage.target);
  request.headers = header_count == 0 ? nullptr : headers;
  request.header_count = std::min(header_count, std::size(headers));
  if (!garbage.body.empty()) {
    request.body = {reinterpret_cast<const std::uint8_t*>(garbage.body.data()), garbage.body.size()};
  }
  Batch events;
  Said said = subject.webhook(request, events, std::move(stop));
  check_fates(events);
  for (std::size_t i = 0; said.ok() && i < events.size(); ++i) {
    if (events.fate(i) == Fate::live) subject.trial().host().hear("an event", events.record(i)->json());
  }
  return said;
}

// ---- constants

// Whether every member of `known` is in the record, with the same value.
bool holds(const Json& known, const Json& record) {
  if (!known.is_object()) return known == record;
  for (const auto& member : known.items()) {
    if (!record.is_object() || !record.contains(member.key()) || !holds(member.value(), record[member.key()])) {
      return false;
    }
  }
  return true;
}

// known: what is said to be in every record before it. Documents have it.
void check_promise(Subject& subject, const std::string& known, const std::vector<std::string>& documents) {
  Trial& trial = subject.trial();
  const auto promise = record_of(known);
  trial.step("constants, known: " + known);
  if (!subject.constants(*promise).ok()) return;
  const Json promised = Json::parse(promise->json());
  if (promised.is_null()) return;
  Batch batch = make_batch(documents);
  trial.step("records of which " + std::string(promise->json()) + " is said");
  if (!subject.run(batch).ok()) return;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) != Fate::live) continue;
    const Json record = Json::parse(batch.record(i)->json());
    if (holds(promised, record)) continue;
    throw Failed(fmt::format("constants said that every record has {}, and process made {}", promised.dump(),
                             record.dump().substr(0, 200)));
  }
}

}  // namespace

void check_doctor(Trial& trial) {
  trial.start();
  const Options options = make_options(trial, trial.component());
  Subject subject(trial, options);
  if (!subject.has_doctor()) return;
  Watch watch;
  {
    const GateInPlace in_place(trial.host().services(), watch);
    for (const std::string& known : known_documents(trial)) {
      doctor_against(subject, Answer::array, known);
      doctor_against(subject, Answer::object, known);
    }
    for (const Answer answer : kAnswers) {
      if (answer != Answer::silence) doctor_against(subject, answer, "null");
    }
    for (const auto delay : {0ms, 50ms}) {
      trial.host().far_side().begin(Answer::silence);
      within_patience(trial, "doctor while nothing answers", delay, [&](std::stop_token stop) {
        const auto known = record_of("null");
        Record findings;
        return subject.doctor(*known, findings, std::move(stop));
      });
    }
  }
  if (const std::string write = watch.write(); !write.empty()) {
    throw Failed("doctor sent " + write + ", which changes something");
  }
  check_no_secret(trial.host());
}

void check_webhook(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  if (!subject.has_webhook()) return;
  for (const Answer answer : {Answer::array, Answer::denied, Answer::not_utf8}) {
    for (std::size_t i = 0; i < garbage().size(); ++i) {
      for (const std::size_t headers : {std::size_t{0}, std::size_t{6}}) {
        trial.host().far_side().begin(answer);
        trial.step(fmt::format("webhook request {} of the check: {} \"{}\", {} headers, a body of {} bytes", i + 1,
                               garbage()[i].method, garbage()[i].target.substr(0, 80), headers,
                               garbage()[i].body.size()));
        deliver(subject, garbage()[i], headers);
      }
    }
  }
  trial.host().far_side().begin(Answer::silence);
  within_patience(trial, "webhook while nothing answers", 50ms,
                  [&](std::stop_token stop) { return deliver(subject, garbage()[1], 6, std::move(stop)); });
  trial.host().far_side().begin(Answer::array);
  trial.step("webhook on 4 threads while it is read");
  std::atomic<bool> reading{true};
  on_threads(5, [&](std::size_t thread) {
    if (thread > 0) {
      for (int i = 0; i < 25 || reading; ++i) deliver(subject, garbage()[1], 6);
      return;
    }
    struct End {  // also when reading fails: the others wait for it
      std::atomic<bool>& reading;
      ~End() { reading = false; }
    } const end{reading};
    for (int i = 0; i < 20; ++i) {
      if (!subject.open().ok()) break;
      Batch batch;
      subject.poll(batch, 10, 0);
      subject.close();
    }
  });
  check_no_secret(trial.host());
}

void check_constants(Trial& trial) {
  trial.start();
  Subject subject(trial, make_options(trial, trial.component()));
  if (!subject.has_constants()) return;
  for (const std::string& document : edge_documents()) {
    const auto known = record_of(document);
    trial.step("constants, known: " + document.substr(0, 200));
    subject.constants(*known);
  }
  check_promise(subject, "{}", sample_documents());
  for (const std::string& document : sample_documents()) check_promise(subject, document, {document});
}

}  // namespace leat::host::check
