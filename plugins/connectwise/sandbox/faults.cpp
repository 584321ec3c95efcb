#include "plugins/connectwise/sandbox/faults.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

// By Fault.
constexpr std::array<std::string_view, 11> names = {"none",     "drop-before", "throttle",    "throttle-html",
                                                    "fail",     "html",        "unavailable", "drop-after",
                                                    "truncate", "html-done",   "slow"};

std::string listed() {
  std::string text;
  for (std::size_t i = 1; i < names.size(); ++i) text += (i == 1 ? "" : ", ") + std::string(names[i]);
  return text;
}

std::optional<Fault> to_fault(std::string_view name) {
  const auto found = std::find(names.begin() + 1, names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Fault>(found - names.begin());
}

Error invalid(std::string message) { return {ErrorKind::invalid, std::move(message)}; }

}  // namespace

std::string_view to_string(Fault fault) { return names[static_cast<std::size_t>(fault)]; }

Result<FaultRule> parse_fault_rule(const Json& json) {
  if (!json.is_object()) return invalid("a fault is an object such as {\"fault\": \"fail\", \"count\": 3}");
  FaultRule rule;
  for (const auto& [name, value] : json.items()) {
    if (name == "fault" || name == "method" || name == "path") {
      if (!value.is_string()) return invalid(name + " must be a text");
      const std::string text = value.get<std::string>();
      if (name == "method") rule.method = text;
      if (name == "path") rule.path = lower(text);
      if (name != "fault") continue;
      const auto fault = to_fault(text);
      if (!fault) return invalid("no fault '" + text + "'; there are " + listed());
      rule.fault = *fault;
      continue;
    }
    constexpr std::int64_t most = 1'000'000'000;
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > most) {
      return invalid(name + " must be a whole number from 0 to 1000000000");
    }
    const auto number = value.get<std::uint64_t>();
    if (name == "skip") {
      rule.skip = number;
    } else if (name == "every") {
      rule.every = number;
    } else if (name == "count") {
      rule.count = number;
    } else if (name == "retryAfter") {
      rule.retry_after = static_cast<unsigned>(number);
    } else if (name == "delay") {
      rule.delay = std::chrono::milliseconds(number);
    } else {
      return invalid("a fault has no '" + name +
                     "'; it takes fault, method, path, skip, every, count, retryAfter, delay");
    }
  }
  if (rule.fault == Fault::none) return invalid("'fault' is missing; it is one of " + listed());
  return rule;
}

Faults::Faults(std::vector<FaultRule> rules, std::chrono::milliseconds latency, unsigned rate_limit,
               std::function<Seconds()> clock)
    : latency_(latency), rate_limit_(rate_limit), clock_(std::move(clock)) {
  for (FaultRule& rule : rules) add(std::move(rule));
}

Faults::Met Faults::next(std::string_view method, std::string_view path) {
  const std::lock_guard lock(mutex_);
  Met met;
  met.delay = latency_;
  for (Counted& counted : rules_) {
    const FaultRule& rule = counted.rule;
    if (!rule.method.empty() && !same_text(rule.method, method)) continue;
    if (!rule.path.empty() && !same_text(path.substr(0, rule.path.size()), rule.path)) continue;
    ++counted.seen;
    const bool over = rule.count != 0 && counted.met >= rule.count;
    const bool due = rule.every != 0 && counted.seen > rule.skip && (counted.seen - rule.skip) % rule.every == 0;
    if (over || !due || (met.fault != Fault::none && met.fault <= rule.fault)) continue;
    ++counted.met;
    met.fault = rule.fault;
    met.retry_after = rule.retry_after;
    met.delay = latency_ + rule.delay;
  }
  if (rate_limit_ == 0) return met;
  const Seconds now = clock_();
  if (now / 60 != minute_) in_minute_ = 0;
  minute_ = now / 60;
  if (++in_minute_ <= rate_limit_ || met.fault == Fault::drop_before) return met;
  met.fault = Fault::throttle;
  met.retry_after = static_cast<unsigned>(60 - now % 60);
  return met;
}

Response Faults::answer(const Met& met) {
  Response response;
  const std::string seconds = std::to_string(met.retry_after);
  switch (met.fault) {
    case Fault::drop_before: response.delivery = Delivery::dropped; break;
    case Fault::throttle:
      response.status = 429;
      // `error` in place of `code`, as documented (guide, clients, C).
      response.body = "{\"error\":\"ConnectWiseAPI\",\"message\":\"Too many requests. Please try again in " + seconds +
                      " seconds.\"}";
      break;
    case Fault::throttle_html: response = html_page(429, "Too Many Requests"); break;
    case Fault::fail:
      // Misspelt so by the live system (clients, C).
      response = to_response(api_error(500, "A timeout has occured. Please try again."), true);
      break;
    case Fault::html: response = html_page(502, "Bad Gateway"); break;
    case Fault::unavailable: response = html_page(503, "Service Unavailable"); break;
    case Fault::none:
    case Fault::drop_after:
    case Fault::truncate:
    case Fault::html_done:
    case Fault::slow: break;
  }
  if (response.status == 429) response.headers.push_back({"Retry-After", seconds});
  return response;
}

void Faults::add(FaultRule rule) {
  const std::lock_guard lock(mutex_);
  if (rule.every == 0) return;
  rules_.push_back({std::move(rule), 0, 0});
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

void Faults::set_latency(std::chrono::milliseconds latency) {
  const std::lock_guard lock(mutex_);
  latency_ = latency;
}

void Faults::set_rate_limit(unsigned per_minute) {
  const std::lock_guard lock(mutex_);
  rate_limit_ = per_minute;
}

Json Faults::to_json() const {
  const std::lock_guard lock(mutex_);
  Json rules = Json::array();
  for (const Counted& counted : rules_) {
    const FaultRule& rule = counted.rule;
    rules.push_back({{"fault", to_string(rule.fault)},
                     {"method", rule.method},
                     {"path", rule.path},
                     {"skip", rule.skip},
                     {"every", rule.every},
                     {"count", rule.count},
                     {"retryAfter", rule.retry_after},
                     {"delay", rule.delay.count()},
                     {"seen", counted.seen},
                     {"met", counted.met}});
  }
  return {{"latency", latency_.count()}, {"rateLimit", rate_limit_}, {"faults", rules}};
}

}  // namespace leat::sandbox
