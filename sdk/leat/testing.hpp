// Tests of a plugin without the host. The plugin's sources are linked into the test (or another plugin is given to
// Host); its components are made and called through their real tables, so what is tested is what ships. Any test
// framework.
//
//   #include <leat/testing.hpp>
//   leat::testing::Host host;
//   leat::testing::Transformer upper(host, "upper", R"({"from": "name"})");
//   assert(upper(R"({"name": "Ann"})").json == R"({"name":"Ann","upper":"ANN"})");
//
//   host.client("shop").expect("GET", "/orders?limit=2").answer(200, R"([{"id":1},{"id":2}])");
//   leat::testing::Subscriber orders(host, "orders", R"({"client": "shop"})");
//   leat::testing::Output page = (orders.open(), orders.poll(2));        // page.live(), page.cursor, page.ended
//
// Time is a manual clock that a waiting component moves (host.clock). host.clock.cancel() asks a call to stop. Log
// lines, metrics, state and secrets are in Host; what the far side is asked and answers, in Script. Durations in
// options are milliseconds and files absolute, as the host passes them.
#pragma once

#include "leat/testing/components.hpp"
