#include "host/check/subject.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/check/requests.hpp"
#include "host/check/samples.hpp"
#include "host/plugin/table.hpp"
#include "host/record/scan.hpp"

namespace leat::host::check {
namespace {

leat_bytes bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Said create(Trial& trial, const leat_component& component, const std::string& options, void** self) {
  trial.step("create with the options " + options);
  return trial.call("create",
                    [&](Call& call) { return component.create(&trial.host().raw(), &call, str(options), self); });
}

}  // namespace

Subject::Subject(Trial& trial, const Options& options) : trial_(trial), component_(trial.component()) {
  const void* vtable = component_.table->vtable;
  switch (component_.kind) {
    case LEAT_KIND_CLIENT: client_ = full_table<leat_http_client>(vtable); break;
    case LEAT_KIND_SUBSCRIBER: subscriber_ = full_table<leat_subscriber>(vtable); break;
    case LEAT_KIND_PUBLISHER: publisher_ = full_table<leat_publisher>(vtable); break;
    default: transformer_ = full_table<leat_transformer>(vtable); break;
  }
  const Said said = create(trial, *component_.table, options.text(), &self_);
  if (!said.ok()) throw Failed("create failed: " + to_string(said));
}

Subject::~Subject() {
  if (client_.quiesce != nullptr) client_.quiesce(self_);
  component_.table->destroy(self_);
}

Said try_create(Trial& trial, const std::string& options) {
  void* self = nullptr;
  const leat_component& component = *trial.component().table;
  Said said = create(trial, component, options, &self);
  if (!said.ok()) return said;
  if (component.kind == LEAT_KIND_CLIENT) full_table<leat_http_client>(component.vtable).quiesce(self);
  component.destroy(self);
  return said;
}

Said Subject::run(Batch& batch, std::stop_token stop) {
  if (component_.kind == LEAT_KIND_PUBLISHER) {
    return trial_.call(
        "publish", [&](Call& call) { return publisher_.publish(self_, &call, &batch); }, stop);
  }
  return trial_.call(
      "process", [&](Call& call) { return transformer_.process(self_, &call, &batch); }, stop);
}

Said Subject::open(std::string_view cursor) {
  if (subscriber_.open != nullptr) {
    return trial_.call("open", [&](Call& call) { return subscriber_.open(self_, &call, bytes(cursor)); });
  }
  if (publisher_.open == nullptr) return {};
  return trial_.call("open", [&](Call& call) { return publisher_.open(self_, &call); });
}

Said Subject::close() {
  auto* const function = subscriber_.close != nullptr ? subscriber_.close : publisher_.close;
  if (function == nullptr) return {};
  return trial_.call("close", [&](Call& call) { return function(self_, &call); });
}

Said Subject::poll(Batch& batch, std::uint32_t max, std::uint32_t wait_ms, std::stop_token stop) {
  return trial_.call(
      "poll", [&](Call& call) { return subscriber_.poll(self_, &call, max, wait_ms, &batch); }, stop);
}

Said Subject::settle(std::string_view cursor, bool stored) {
  if (subscriber_.settle == nullptr) return {};
  return trial_.call("settle",
                     [&](Call& call) { return subscriber_.settle(self_, &call, bytes(cursor), stored ? 1 : 0); });
}

Said Subject::webhook(const leat_webhook& request, Batch& out, std::stop_token stop) {
  return trial_.call(
      "webhook", [&](Call& call) { return subscriber_.webhook(self_, &call, &request, &out); }, stop);
}

Said Subject::constants(Record& known) {
  return trial_.call("constants", [&](Call& call) { return transformer_.constants(self_, &call, &known); });
}

bool Subject::has_doctor() const { return LEAT_HAS(component_.table, leat_component, doctor) != 0; }

Said Subject::doctor(Record& known, Record& findings, std::stop_token stop) {
  return trial_.call(
      "doctor", [&](Call& call) { return component_.table->doctor(self_, &call, &known, &findings); }, stop);
}

bool Subject::replay_safe() { return publisher_.replay_safe != nullptr && publisher_.replay_safe(self_) != 0; }

std::uint32_t Subject::batch_max() { return publisher_.batch_max == nullptr ? 0 : publisher_.batch_max(self_); }

Said Subject::send(const leat_http_request& request, leat_http_done done, void* user, std::uint64_t& call_id) {
  return trial_.call("send", [&](Call& call) { return client_.send(self_, &call, &request, done, user, &call_id); });
}

void check_fates(const Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) != Fate::rejected) continue;
    if (batch.error(i).message.ends_with("did not say why")) {  // the host's own words, where it was given none
      throw Failed(fmt::format("record {} was rejected as {} without a text", i,
                               kind_name(static_cast<leat_kind>(batch.error(i).kind))));
    }
  }
}

void hear_batch(CheckHost& host, const Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) == Fate::rejected) host.hear("the reason of a rejected record", batch.error(i).message);
    if (batch.fate(i) == Fate::delivered) host.hear("a record's answer", batch.answer(i));
  }
  if (batch.cursor()) host.hear("a cursor", *batch.cursor());
}

void check_no_secret(CheckHost& host) {
  for (const Heard& heard : host.heard()) {
    const std::string masked = host.secrets().mask(heard.text);
    if (masked != heard.text) throw Failed(fmt::format("{} shows a secret: {}", heard.where, masked));
  }
}

std::vector<Said> use(Subject& subject, Answer answer) {
  Trial& trial = subject.trial();
  CheckHost& host = trial.host();
  std::vector<Said> failures;
  const auto note = [&](Said said) {
    const bool ok = said.ok();
    if (!ok) failures.push_back(std::move(said));
    return ok;
  };
  host.far_side().begin(answer);
  const std::string far = fmt::format("the far side answering with {}", to_string(answer));
  switch (trial.spec().kind) {
    case LEAT_KIND_CLIENT: {
      for (const std::string_view method : {"GET", "POST"}) {
        trial.step(fmt::format("{}, {}", method, far));
        const auto request = make_request(method, "/records?page=1", method == "GET" ? "" : R"({"name":"Ina"})");
        const Ending ending = ask(subject, request, std::chrono::milliseconds(answer == Answer::silence ? 20 : 5000));
        note({ending.kind, ending.text});
        host.hear("an outcome", ending.text);
      }
      break;
    }
    case LEAT_KIND_SUBSCRIBER: {
      trial.step("open, " + far);
      if (!note(subject.open())) break;
      for (int i = 0; i < 5; ++i) {
        Batch batch;
        trial.step(fmt::format("poll number {}, {}", i + 1, far));
        const Said said = subject.poll(batch, 10, 0);
        check_fates(batch);
        hear_batch(host, batch);
        if (!note(said)) break;
        if (batch.cursor()) note(subject.settle(*batch.cursor(), true));
        if (batch.ended()) break;
      }
      trial.step("close");
      note(subject.close());
      break;
    }
    default: {
      trial.step("open, " + far);
      if (!note(subject.open())) break;
      Batch batch = make_batch(sample_documents().size());
      trial.step("the sample records, " + far);
      note(subject.run(batch));
      check_fates(batch);
      hear_batch(host, batch);
      trial.step("close");
      note(subject.close());
    }
  }
  return failures;
}

}  // namespace leat::host::check
