#include <leat/testing.hpp>

#include "expect.hpp"

namespace {

void a_record_with_a_name_is_greeted() {
  leat::testing::Host host;
  leat::testing::Transformer greet(host, "@NAME@", R"({"greeting": "Good morning"})");
  EXPECT_EQUAL(greet(R"({"name":"Ina"})").json, R"({"name":"Ina","greeting":"Good morning Ina"})");
}

void a_record_without_a_name_is_rejected_and_the_others_go_on() {
  leat::testing::Host host;
  leat::testing::Transformer greet(host, "@NAME@");
  const auto out = greet.process({R"({"id":1})", R"({"name":"Jo"})"});
  EXPECT_EQUAL(out.records[0].error.message, "name: a string is expected");
  EXPECT_EQUAL(out.live().at(0), R"({"name":"Jo","greeting":"Hello Jo"})");
}

}  // namespace

int main() {
  a_record_with_a_name_is_greeted();
  a_record_without_a_name_is_rejected_and_the_others_go_on();
}
