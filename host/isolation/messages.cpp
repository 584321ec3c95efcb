#include "host/isolation/messages.hpp"

#include "host/base/utf8.hpp"

namespace leat::host {
namespace {

leat_bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

void encode_headers(Encoder& out, const leat_header* headers, std::size_t count) {
  out.number(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    out.text(view(headers[i].name));
    out.text(view(headers[i].value));
  }
}

std::vector<leat_header> decode_headers(Decoder& in) {
  std::vector<leat_header> headers(in.count(2 * sizeof(std::uint64_t)));
  for (leat_header& header : headers) {
    header.name = str(in.text());
    header.value = str(in.text());
  }
  return headers;
}

}  // namespace

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::hello: return "hello";
    case Verb::create: return "create";
    case Verb::destroy: return "destroy";
    case Verb::open: return "open";
    case Verb::poll: return "poll";
    case Verb::settle: return "settle";
    case Verb::close: return "close";
    case Verb::webhook: return "webhook";
    case Verb::publish: return "publish";
    case Verb::process: return "process";
    case Verb::send: return "send";
    case Verb::quiesce: return "quiesce";
    case Verb::doctor: return "doctor";
    case Verb::constants: return "constants";
    case Verb::search: return "search";
    case Verb::stop: return "stop";
    case Verb::cancel_call: return "cancel_call";
    case Verb::cancel_send: return "cancel_send";
    case Verb::client_open: return "client_open";
    case Verb::client_send: return "client_send";
    case Verb::client_call: return "client_call";
    case Verb::chain_open: return "chain_open";
    case Verb::chain_process: return "chain_process";
    case Verb::resolve_secret: return "resolve_secret";
    case Verb::state_get: return "state_get";
    case Verb::state_set: return "state_set";
    case Verb::state_erase: return "state_erase";
    case Verb::state_keys: return "state_keys";
    case Verb::events_url: return "events_url";
    case Verb::events_next: return "events_next";
    case Verb::events_woken: return "events_woken";
    case Verb::xref_find: return "xref_find";
    case Verb::xref_source_of: return "xref_source_of";
    case Verb::client_cancel: return "client_cancel";
    case Verb::log: return "log";
    case Verb::metric: return "metric";
    case Verb::settled: return "settled";
    case Verb::completed: return "completed";
  }
  return "unknown";
}

void encode(Encoder& out, const Error& error) {
  out.number(static_cast<std::int32_t>(error.kind));
  out.number(error.retry_after_ms);
  out.text(error.message);
}

Error decode_error(Decoder& in) {
  Error error;
  error.kind = to_error_kind(in.number<std::int32_t>());
  error.retry_after_ms = in.number<std::uint64_t>();
  error.message = as_reason(in.text());
  return error;
}

void encode(Encoder& out, const Result<Done>& result) {
  out.flag(static_cast<bool>(result));
  if (!result) encode(out, result.error());
}

Result<Done> decode_result(Decoder& in) {
  const bool done = in.flag();
  if (!in.sound()) return Error{ErrorKind::broken, "the plugin's process sent an answer that is damaged", 0};
  if (done) return Done{};
  return decode_error(in);
}

void encode(Encoder& out, const Call& call) {
  out.text(call.origin());
  out.number(static_cast<std::int64_t>(call.deadline().time_since_epoch().count()));
}

CallImage decode_call(Decoder& in) {
  CallImage call;
  call.origin = in.text();
  call.deadline = in.number<std::int64_t>();
  return call;
}

Call::SteadyPoint deadline_of(const CallImage& call) {
  return Call::SteadyPoint(Call::SteadyPoint::duration(call.deadline));
}

void encode(Encoder& out, const leat_http_request& request) {
  out.grow(request.body.len + 1024);
  out.number(request.flags);
  out.text(view(request.method));
  out.text(view(request.url));
  encode_headers(out, request.headers, request.header_count);
  out.text(view(request.body));
  out.number(request.timeout_ms);
}

RequestImage::RequestImage(Decoder& in) {
  raw_.struct_size = sizeof raw_;
  raw_.flags = in.number<std::uint32_t>();
  raw_.method = str(in.text());
  raw_.url = str(in.text());
  headers_ = decode_headers(in);
  raw_.headers = headers_.data();
  raw_.header_count = headers_.size();
  raw_.body = bytes_of(in.text());
  raw_.timeout_ms = in.number<std::uint32_t>();
}

void encode(Encoder& out, const leat_outcome& outcome, const leat_http_response* response) {
  out.number(outcome.kind);
  out.number(outcome.retry_after_ms);
  out.text(view(outcome.message));
  out.flag(response != nullptr);
  if (response == nullptr) return;
  out.grow(response->body.len + 1024);
  out.number(response->http_status);
  out.number(response->attempts);
  out.number(response->elapsed_ms);
  encode_headers(out, response->headers, response->header_count);
  out.text(view(response->body));
}

CompletionImage::CompletionImage(Decoder& in, const Buffer& message) : message_(message) {
  outcome_.struct_size = sizeof outcome_;
  outcome_.kind = in.number<std::int32_t>();
  outcome_.retry_after_ms = in.number<std::uint64_t>();
  said_ = Error{to_error_kind(outcome_.kind), as_reason(in.text()), outcome_.retry_after_ms};
  outcome_.message = str(said_.message);
  responded_ = in.flag();
  if (!responded_) return;
  response_.struct_size = sizeof response_;
  response_.http_status = in.number<std::int32_t>();
  response_.attempts = in.number<std::uint32_t>();
  response_.elapsed_ms = in.number<std::uint32_t>();
  headers_ = decode_headers(in);
  response_.headers = headers_.data();
  response_.header_count = headers_.size();
  response_.body = bytes_of(in.text());
  response_.owner = message_.get();
}

Error CompletionImage::error() const { return said_; }

void encode(Encoder& out, const DescriptionImage& description) {
  for (const std::string* text :
       {&description.id, &description.version, &description.vendor, &description.built_with}) {
    out.text(*text);
  }
  out.number(description.abi_minor);
  out.number(description.need_minor);
  out.flag(description.catalog);
  out.number(static_cast<std::uint32_t>(description.components.size()));
  for (const auto& component : description.components) {
    out.number(component.kind);
    out.number(component.flags);
    out.number(component.functions);
    for (const std::string* text :
         {&component.id, &component.title, &component.summary, &component.schema, &component.refused}) {
      out.text(*text);
    }
  }
}

DescriptionImage decode_description(Decoder& in) {
  DescriptionImage description;
  for (std::string* text : {&description.id, &description.version, &description.vendor, &description.built_with}) {
    *text = repaired_utf8(in.text());
  }
  description.abi_minor = in.number<std::uint32_t>();
  description.need_minor = in.number<std::uint32_t>();
  description.catalog = in.flag();
  description.components.resize(in.count(3 * sizeof(std::uint32_t) + 5 * sizeof(std::uint64_t)));
  for (auto& component : description.components) {
    component.kind = in.number<std::uint32_t>();
    component.flags = in.number<std::uint32_t>();
    component.functions = in.number<std::uint32_t>();
    for (std::string* text :
         {&component.id, &component.title, &component.summary, &component.schema, &component.refused}) {
      *text = repaired_utf8(in.text());
    }
  }
  return description;
}

}  // namespace leat::host
