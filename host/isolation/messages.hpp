// What the host and a plugin's process say to each other.
// A question gets one answer with its number; a note gets none. Questions may cross: while the plugin's process works
// on one, it may ask the host, which may ask it again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/base/call.hpp"
#include "host/isolation/wire.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

enum class Verb : std::uint16_t {
  // The host asks.
  hello = 1,  // load the library; the first question
  create,
  destroy,
  open,
  poll,
  settle,
  close,
  webhook,
  publish,
  process,
  send,
  quiesce,
  doctor,
  constants,
  search,
  stop,  // the last one
  // The host notes.
  cancel_call,
  cancel_send,
  // The plugin's process asks.
  client_open,
  client_send,
  client_call,
  chain_open,
  chain_process,
  resolve_secret,
  state_get,
  state_set,
  state_erase,
  state_keys,
  events_url,
  events_next,
  events_woken,
  xref_find,
  xref_source_of,
  // The plugin's process notes.
  client_cancel,
  log,
  metric,
  settled,  // a record of a publisher's batch was delivered or rejected
  // Both note.
  completed,  // an accepted send is over
};

std::string_view to_string(Verb verb);

// How an answer begins; its own part follows when it is a success.
void encode(Encoder& out, const Result<Done>& result);
Result<Done> decode_result(Decoder& in);

void encode(Encoder& out, const Error& error);
// Text that is not UTF-8 is repaired.
Error decode_error(Decoder& in);

// The call a question belongs to.
struct CallImage {
  std::string_view origin;
  std::int64_t deadline = 0;  // of the steady clock, which all processes of a machine share
};
void encode(Encoder& out, const Call& call);
CallImage decode_call(Decoder& in);
Call::SteadyPoint deadline_of(const CallImage& call);

void encode(Encoder& out, const leat_http_request& request);
// A request whose parts point into the message.
class RequestImage {
 public:
  explicit RequestImage(Decoder& in);
  const leat_http_request& raw() const { return raw_; }

 private:
  std::vector<leat_header> headers_;
  leat_http_request raw_{};
};

// How a send ended.
void encode(Encoder& out, const leat_outcome& outcome, const leat_http_response* response);
class CompletionImage {
 public:
  // message: holds the bytes that `in` reads; who retains the answer's owner keeps it.
  CompletionImage(Decoder& in, const Buffer& message);
  CompletionImage(const CompletionImage&) = delete;
  CompletionImage& operator=(const CompletionImage&) = delete;
  const leat_outcome& outcome() const { return outcome_; }
  const leat_http_response* response() const { return responded_ ? &response_ : nullptr; }
  Error error() const;
  void run(leat_http_done done, void* user) const { done(user, &outcome_, response()); }

 private:
  Buffer message_;
  Error said_;
  leat_outcome outcome_{};
  leat_http_response response_{};
  std::vector<leat_header> headers_;
  bool responded_ = false;
};

// What a library offers, as its own process found it.
struct DescriptionImage {
  struct Component {
    std::uint32_t kind = 0;
    std::uint32_t flags = 0;
    std::uint32_t functions = 0;  // has_...: the optional ones that are there
    std::string id, title, summary, schema, refused;
  };
  static constexpr std::uint32_t has_settle = 1;
  static constexpr std::uint32_t has_open = 2;
  static constexpr std::uint32_t has_close = 4;
  static constexpr std::uint32_t has_webhook = 8;
  static constexpr std::uint32_t has_doctor = 16;
  static constexpr std::uint32_t has_constants = 32;

  std::string id, version, vendor, built_with;
  std::uint32_t abi_minor = 0;
  std::uint32_t need_minor = 0;
  bool catalog = false;
  std::vector<Component> components;
};
void encode(Encoder& out, const DescriptionImage& description);
DescriptionImage decode_description(Decoder& in);

}  // namespace leat::host
