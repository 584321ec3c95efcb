#include "host/isolation/messages.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <string>

using namespace leat;
using namespace leat::host;

namespace {

Buffer message_of(std::string_view bytes) {
  Buffer buffer = Buffer::make(bytes.size());
  std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}
std::string_view bytes_of(const Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

std::string completion() {
  const leat_header header{str("ETag"), str("\"7\"")};
  leat_http_response response{};
  response.struct_size = sizeof response;
  response.http_status = 409;
  response.headers = &header;
  response.header_count = 1;
  response.body = {reinterpret_cast<const std::uint8_t*>("{\"id\":1}"), 8};
  response.attempts = 2;
  response.elapsed_ms = 31;
  const leat_outcome outcome{sizeof outcome, LEAT_BUSY, 500, str("come back later")};
  Encoder out;
  encode(out, outcome, &response);
  return out.take();
}

}  // namespace

TEST_CASE("an answer crosses whole, and its body may outlive the message") {
  leat_buffer* kept = nullptr;
  leat_bytes body{};
  {
    const Buffer message = message_of(completion());
    Decoder in(bytes_of(message));
    const CompletionImage image(in, message);
    REQUIRE(in.complete());
    CHECK(image.outcome().kind == LEAT_BUSY);
    CHECK(image.outcome().retry_after_ms == 500);
    CHECK(view(image.outcome().message) == "come back later");
    const leat_http_response& response = *image.response();
    CHECK(response.http_status == 409);
    CHECK(view(response.headers[0].name) == "ETag");
    CHECK(response.attempts == 2);
    CHECK(response.elapsed_ms == 31);
    kept = buffer_api().retain(response.owner);
    body = response.body;
  }
  CHECK(std::string(reinterpret_cast<const char*>(body.ptr), body.len) == R"({"id":1})");
  buffer_api().release(kept);
}

TEST_CASE("a request crosses whole") {
  const leat_header header{str("Accept"), str("*/*")};
  leat_http_request request{};
  request.struct_size = sizeof request;
  request.flags = LEAT_HTTP_IDEMPOTENT;
  request.method = str("POST");
  request.url = str("/search?q=1");
  request.headers = &header;
  request.header_count = 1;
  request.body = {reinterpret_cast<const std::uint8_t*>("body"), 4};
  request.timeout_ms = 1500;
  Encoder out;
  encode(out, request);
  Decoder in(out.bytes());
  const RequestImage image(in);
  REQUIRE(in.complete());
  CHECK(image.raw().flags == LEAT_HTTP_IDEMPOTENT);
  CHECK(view(image.raw().method) == "POST");
  CHECK(view(image.raw().url) == "/search?q=1");
  CHECK(view(image.raw().headers[0].value) == "*/*");
  CHECK(image.raw().body.len == 4);
  CHECK(image.raw().timeout_ms == 1500);
}

TEST_CASE("an error's text that is not UTF-8 is repaired; an unknown kind reads as broken") {
  Encoder out;
  out.number(std::int32_t{77});
  out.number(std::uint64_t{0});
  out.text("\xff\xfe");
  Decoder in(out.bytes());
  const Error error = decode_error(in);
  CHECK(error.kind == ErrorKind::broken);
  CHECK(error.message == "\uFFFD\uFFFD");
}

TEST_CASE("damaged messages are seen as such or read as something, without harm: 100,000 mutations") {
  DescriptionImage description;
  description.id = "acme.tools";
  description.components.resize(2);
  description.components[0].id = "upper";
  description.components[1].schema = "{}";
  Encoder described;
  encode(described, description);
  const std::string sound[] = {completion(), described.take()};
  std::mt19937 random(5);
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes = sound[round % 2];
    bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 3 == 0) bytes.resize(random() % bytes.size() + 1);
    const Buffer message = message_of(bytes);
    Decoder in(bytes_of(message));
    if (round % 2 == 0) {
      const CompletionImage image(in, message);
      if (in.complete() && image.response() != nullptr) CHECK(image.response()->body.len <= bytes.size());
    } else {
      CHECK(decode_description(in).components.size() <= bytes.size());
    }
  }
}
