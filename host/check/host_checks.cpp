// Checks on hosts of other kinds: without a service, as old as ABI 1.0, newer than today.
#include <fmt/format.h>

#include "host/check/checks.hpp"
#include "host/check/subject.hpp"

namespace leat::host::check {
namespace {

// The whole life of the component on a host of this shape; what it says does not matter as long as it can.
void live_on(Trial& trial, Shape shape, std::string_view name) {
  HostOptions options;
  options.shape = shape;
  const auto failed = [&](std::string_view what, const Said& said) {
    throw Failed(fmt::format("{} failed on {}: {}", what, name, to_string(said)));
  };
  if (const Said said = trial.start(options); !said.ok()) failed("init", said);
  const Options made = make_options(trial, trial.component());
  if (const Said said = try_create(trial, made.text()); !said.ok()) failed("create", said);
  Subject subject(trial, made);
  const auto failures = use(subject, Answer::array);
  // A component may refuse the samples; a host that it does not understand it calls unsupported or broken.
  for (const Said& said : failures) {
    if (said.kind == LEAT_UNSUPPORTED || said.kind == LEAT_BROKEN) failed("a call", said);
  }
}

}  // namespace

std::vector<std::string> service_ids() {
  return {LEAT_CTX_SERVICE,       LEAT_BUFFER_SERVICE, LEAT_RECORD_SERVICE, LEAT_BATCH_SERVICE,  LEAT_CLIENT_SERVICE,
          LEAT_TRANSPORT_SERVICE, LEAT_SECRET_SERVICE, LEAT_CHAIN_SERVICE,  LEAT_METRIC_SERVICE, LEAT_KV_SERVICE};
}

void check_missing_service(Trial& trial) {
  HostOptions options;
  options.absent = trial.spec().variant;
  // Without it there is no way to say why.
  if (options.absent == LEAT_CTX_SERVICE) trial.allow_silence();
  if (!trial.start(options).ok()) return;
  const Options made = make_options(trial, trial.component());
  if (!try_create(trial, made.text()).ok()) return;
  Subject subject(trial, made);
  use(subject, Answer::array);
  use(subject, Answer::busy);
}

void check_first_host(Trial& trial) {
  const std::uint32_t need = trial.open().plugin->need_minor;
  if (need > 0) throw NotExercised(fmt::format("it says that it needs ABI 1.{}", need));
  live_on(trial, Shape::first, "a host of ABI 1.0");
}

void check_future_host(Trial& trial) { live_on(trial, Shape::future, "a later host"); }

}  // namespace leat::host::check
