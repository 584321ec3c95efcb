#include "host/plugin/doctor.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/base/request_gate.hpp"
#include "host/base/utf8.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

class OnlyReads final : public RequestGate {
 public:
  Ruling before(std::string_view client, const leat_http_request& request) override {
    if (only_reads(request)) return Go{};
    return Error{ErrorKind::unsupported,
                 fmt::format("a doctor only reads: {} {} through {} was kept back", view(request.method),
                             view(request.url), client),
                 0};
  }
};

std::string text_of(const nlohmann::json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? as_reason(found->get_ref<const std::string&>()) : std::string();
}

std::optional<Finding> to_finding(const nlohmann::json& value) {
  if (!value.is_object()) return std::nullopt;
  Finding finding;
  const std::string status = text_of(value, "status");
  bool known = false;
  for (const auto each : {Finding::Status::ok, Finding::Status::warning, Finding::Status::error}) {
    if (status != to_string(each)) continue;
    finding.status = each;
    known = true;
  }
  finding.check = text_of(value, "check");
  finding.message = text_of(value, "message");
  finding.advice = text_of(value, "advice");
  if (!known || finding.message.empty()) return std::nullopt;
  return finding;
}

Error not_understood(const std::string& component, std::string_view what) {
  return {ErrorKind::broken, fmt::format("{}: doctor gave {} instead of findings", component, what), 0};
}

void take_findings(Record& found, Examined& examined) {
  const auto list = nlohmann::json::parse(found.json(), nullptr, false);
  if (!list.is_array()) {
    examined.failure = not_understood(examined.component, "no array");
    return;
  }
  for (const auto& value : list) {
    if (auto finding = to_finding(value)) {
      examined.findings.push_back(std::move(*finding));
    } else {
      examined.failure = not_understood(examined.component, "an array with something else");
    }
  }
}

}  // namespace

std::string_view to_string(Finding::Status status) {
  switch (status) {
    case Finding::Status::ok: return "ok";
    case Finding::Status::warning: return "warning";
    case Finding::Status::error: return "error";
  }
  return "";
}

void examine(const Config& config, Runtime& runtime, Services& services, const std::stop_token& stop,
             std::chrono::milliseconds limit, const std::function<void(const Examined&)>& seen) {
  OnlyReads gate;
  const GateInPlace in_place(services, gate);
  // transformers: those before a publisher; nullptr: it is none.
  const auto look = [&](Instance& instance, const Chain* transformers) {
    if (stop.stop_requested()) return;
    Examined examined;
    examined.component = instance.name();
    examined.examines = instance.has_doctor();
    if (examined.examines) {
      Call call(services.clock, stop, instance.place(), std::chrono::steady_clock::now() + limit);
      Record known;
      Record found;
      Result<Done> done = Done{};
      if (transformers != nullptr) done = transformers->constants(call, known);
      if (done) done = instance.doctor(call, known, found);
      if (done) {
        take_findings(found, examined);
      } else {
        examined.failure = done.error();
      }
    }
    seen(examined);
  };
  for (const auto& client : runtime.clients()) look(*client, nullptr);
  for (const IncomingConfig& incoming : config.incoming) look(*runtime.incoming(incoming.name).subscriber, nullptr);
  for (const OutgoingConfig& outgoing : config.outgoing) {
    OutgoingParts& parts = runtime.outgoing(outgoing.name);
    look(*parts.publisher, &parts.transformers);
  }
}

}  // namespace leat::host
