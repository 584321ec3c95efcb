#include "host/webhook/receiver.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "host/base/call.hpp"
#include "host/record/batch.hpp"
#include "host/route/identity.hpp"

namespace leat::host {
namespace {

constexpr auto kTellEvery = std::chrono::minutes(1);

int status_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::denied: return 401;
    case ErrorKind::invalid: return 400;
    case ErrorKind::not_found: return 404;
    case ErrorKind::busy:
    case ErrorKind::unreachable:
    case ErrorKind::uncertain:
    case ErrorKind::cancelled: return 429;
    case ErrorKind::unsupported:
    case ErrorKind::broken: break;
  }
  return 503;
}

}  // namespace

Receiver::Receiver(EventStore& store, Log& log, const Clock& clock, ReceiverOptions options, Wake wake)
    : store_(store), log_(log), clock_(clock), options_(std::move(options)), wake_(std::move(wake)) {}

void Receiver::add(const std::string& incoming, SubscriberInstance& subscriber) {
  hooks_.insert_or_assign(options_.base + "/" + incoming, Hook{incoming, &subscriber});
}

std::pair<const Receiver::Hook*, std::string_view> Receiver::find(std::string_view target) const {
  if (!target.starts_with(options_.base + "/")) return {nullptr, {}};
  const std::size_t end = std::min(target.find_first_of("/?", options_.base.size() + 1), target.size());
  const auto found = hooks_.find(target.substr(0, end));
  if (found == hooks_.end()) return {nullptr, {}};
  return {&found->second, target.substr(end)};
}

int Receiver::admit(std::string_view method, std::string_view target) {
  if (find(target).first == nullptr) return 404;
  return method == "POST" ? 0 : 405;
}

int Receiver::answer(const WebRequest& request, Time deadline) noexcept {
  try {
    const auto [hook, rest] = find(request.target);
    if (hook == nullptr) return 404;
    const auto taken = take(*hook, rest, request, deadline);
    if (taken) return 200;
    tell(*hook, taken.error());
    return status_of(taken.error());
  } catch (const std::exception&) {
    return 503;  // no memory
  }
}

Result<Done> Receiver::take(const Hook& hook, std::string_view rest, const WebRequest& request, Time deadline) {
  std::vector<leat_header> headers;
  headers.reserve(request.headers.size());
  for (const WebRequest::Header& header : request.headers) headers.push_back({str(header.name), str(header.value)});
  leat_webhook webhook{};
  webhook.struct_size = sizeof webhook;
  webhook.method = str(request.method);
  webhook.target = str(rest);
  webhook.headers = headers.data();
  webhook.header_count = headers.size();
  webhook.body = {reinterpret_cast<const std::uint8_t*>(request.body.data()), request.body.size()};

  Call call(clock_, {}, "incoming " + hook.incoming, deadline);
  Batch batch;
  if (auto judged = hook.subscriber->webhook(call, webhook, batch); !judged) return judged;
  std::vector<std::string> attributes;
  std::vector<NewEvent> events;
  attributes.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) != Fate::live) continue;
    attributes.push_back(attributes_text(*batch.record(i)));
    events.push_back({batch.record(i)->json(), attributes.back()});
  }
  if (events.empty()) return Done{};
  // The sender has been told to come again: what he sends then is stored.
  if (std::chrono::steady_clock::now() >= deadline) return Error{ErrorKind::busy, "a webhook took too long", 0};
  if (auto stored = store_.add_events(hook.incoming, events, options_.events_max); !stored) return stored;
  log_.debug("incoming " + hook.incoming, "a webhook: {} events stored", events.size());
  wake_(hook.incoming);
  return Done{};
}

// Whoever sends what is not genuine must not fill the log.
void Receiver::tell(const Hook& hook, const Error& error) {
  const auto untold = told_.with([&](auto& all) -> std::optional<std::uint64_t> {
    Told& told = all[{hook.incoming, error.kind}];
    const Millis now = clock_.now();
    if (told.at.count() != 0 && now < told.at + kTellEvery) {
      ++told.since;
      return std::nullopt;
    }
    told.at = now;
    return std::exchange(told.since, 0);
  });
  if (!untold) return;
  const std::string more = *untold == 0 ? "" : " (and " + std::to_string(*untold) + " like it before)";
  log_.warn("incoming " + hook.incoming, "a webhook was refused with {}: {}{}", status_of(error), error.message, more);
}

}  // namespace leat::host
