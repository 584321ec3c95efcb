#include <leat/testing.hpp>
#include <string>

#include "expect.hpp"

namespace {

constexpr const char* kOptions = R"({"base_uri": "https://api.example/v1/", "token": "secret"})";

void a_request_becomes_absolute_and_carries_the_token() {
  leat::testing::Host host;
  host.transport()
      .expect("GET", "https://api.example/v1/items?page=2")
      .header("Authorization", "Bearer secret")
      .answer(200, "[]");
  leat::testing::HttpClient api(host, "@NAME@", kOptions);
  const auto reply = api.send("GET", "/items?page=2");
  EXPECT_EQUAL(reply.body, "[]");
  EXPECT_EQUAL(static_cast<bool>(reply.outcome), true);
}

void an_answer_says_what_to_do_next() {
  const struct {
    const char* method;
    int status;
    const char* kind;
  } rows[] = {{"GET", 401, "denied"},     {"GET", 404, "not_found"},   {"POST", 400, "invalid"},
              {"POST", 429, "busy"},      {"GET", 502, "unreachable"}, {"POST", 502, "uncertain"},
              {"PUT", 500, "unreachable"}};
  for (const auto& row : rows) {
    leat::testing::Host host;
    host.transport().expect(row.method, "https://api.example/v1/items").answer(row.status);
    leat::testing::HttpClient api(host, "@NAME@", kOptions);
    const auto reply = api.send(row.method, "items");
    EXPECT_EQUAL(reply.outcome ? "done" : leat::to_string(reply.outcome.error().kind), row.kind);
  }
}

}  // namespace

int main() {
  a_request_becomes_absolute_and_carries_the_token();
  an_answer_says_what_to_do_next();
}
