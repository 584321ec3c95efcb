#include "plugins/connectwise/reading/signatures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/reading/digest.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t keys_max = 16;
constexpr int fetches_per_minute = 10;
constexpr milliseconds refresh{60'000};  // a key is not asked for again earlier
constexpr milliseconds patience{4'000};  // the sender waits 5 s

Error not_genuine(std::string text) { return Error{ErrorKind::denied, std::move(text), 0}; }

// "https://HOST/CODEBASE//system/callbackkey/index.rails?companyName=...&id=...": the one page that is asked for because a
// stranger says so. Which host that may be the client knows.
bool is_key_page(std::string_view url) {
  const std::string address = lower(url.substr(0, url.find('?')));
  const std::size_t host = address.find("://");
  if (host == std::string::npos) return false;
  std::vector<std::string_view> steps = split(std::string_view(address).substr(host + 3), '/');
  std::erase(steps, std::string_view());
  if (steps.size() != 5) return false;
  const std::string_view codebase = steps[1];
  const bool plain = codebase.find("..") == codebase.npos && std::ranges::all_of(codebase, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                     });
  return plain && codebase != "." && steps[2] == "system" && steps[3] == "callbackkey" && steps[4] == "index.rails";
}

}  // namespace

bool Signatures::may_fetch(Context& context) {
  const milliseconds now = context.now();
  if (now - minute_ >= std::chrono::minutes(1) || now < minute_) {
    minute_ = now;
    fetches_ = 0;
  }
  return ++fetches_ <= fetches_per_minute;
}

Result<std::string> Signatures::fetch(const std::string& url, Context& context) {
  Request request;
  request.url = url;
  request.priority = Priority::soon;
  request.timeout = std::min(patience, context.remaining());
  auto answer = client_.call(request, context);
  if (!answer) {
    // Another system's address, or one that has no key: whoever wrote this is not who it should be.
    using enum ErrorKind;
    Error error = answer.error();
    if (error.kind == invalid || error.kind == not_found) error = not_genuine("key_url: " + error.message);
    return error;
  }
  const json body = json::parse(answer->body(), nullptr, false);
  const auto text = body.is_object() ? body.find("signing_key") : body.end();
  if (!body.is_object() || text == body.end() || !text->is_string() || text->get_ref<const std::string&>().empty()) {
    return Error{ErrorKind::unreachable, "the address of the signing key gave none", 0};
  }
  return sha256(text->get_ref<const std::string&>());
}

Result<std::string> Signatures::key(const std::string& url, bool anew, Context& context) {
  const milliseconds now = context.now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = keys_.find(url);
    if (known != keys_.end() && (!anew || now - known->second.fetched < refresh)) return known->second.digest;
    if (!may_fetch(context))
      return Error{ErrorKind::busy, "too many addresses of signing keys within a minute", 60'000};
  }
  auto digest = fetch(url, context);
  if (!digest) return digest;
  const std::lock_guard lock(mutex_);
  if (keys_.size() >= keys_max && !keys_.contains(url)) {
    keys_.erase(std::ranges::min_element(keys_, {}, [](const auto& item) { return item.second.fetched; }));
  }
  keys_[url] = {*digest, now};
  return digest;
}

Result<Done> Signatures::verify(const Webhook& webhook, std::string_view key_url, Context& context) {
  const auto signature = webhook.header("x-content-signature");
  if (!signature || trim(*signature).empty()) return not_genuine("a callback without x-content-signature");
  if (!is_key_page(key_url)) return not_genuine("a callback without the address of a signing key");
  for (const bool anew : {false, true}) {
    auto digest = key(std::string(key_url), anew, context);
    if (!digest) return digest.error();
    if (same_bytes(base64(hmac_sha256(*digest, webhook.body())), trim(*signature))) return Done{};
  }
  return not_genuine("a callback whose signature does not match its body");
}

}  // namespace leat::connectwise
