#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>

#include "fakes.hpp"
#include "host/plugin/instance.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

struct FakeEvents final : EventSource {
  std::deque<std::string> waiting{};
  bool because_of_events = false;
  Result<bool> next(leat_rec& out) override {
    if (waiting.empty()) return false;
    if (waiting.front() == "damaged") return Error{ErrorKind::broken, "a stored event is damaged", 0};
    CHECK(out.set_json(waiting.front()));
    waiting.pop_front();
    return true;
  }
  bool woken() const override { return because_of_events; }
};

// Runs a component at this place; it is called with `events`.
void in_component(TestHost& host, std::shared_ptr<EventSource> events, const std::function<void(leat_ctx*)>& body) {
  FakeTransformer fake;
  fake.on_process = [&](leat_ctx* ctx, leat_batch*) {
    body(ctx);
    return LEAT_OK;
  };
  const auto made =
      TransformerInstance::create(fake.component, host.host(), host.call(), fake.options(), "incoming.in.x");
  REQUIRE(made);
  Call& call = host.call();
  call.set_events(std::move(events));
  Batch batch;
  CHECK((*made)->process(call, batch));
}

}  // namespace

TEST_CASE("a component learns where the world reaches it, by its place") {
  TestHost host;
  const leat_events_api& api = events_api();
  leat_str url{};
  in_component(host, nullptr, [&](leat_ctx* ctx) {
    CHECK(api.url(ctx, &url) == LEAT_NOT_FOUND);
    CHECK(ctx_api().failure(ctx, nullptr, nullptr) == LEAT_OK);
  });
  host.services.webhook_urls["incoming.in.x"] = "https://hooks.example.com/leat/in";
  in_component(host, nullptr, [&](leat_ctx* ctx) { CHECK(api.url(ctx, &url) == LEAT_OK); });
  CHECK(leat::host::view(url) == "https://hooks.example.com/leat/in");  // lives on
  CHECK(api.url(&host.call(), &url) == LEAT_INVALID);                   // nobody is called
  CHECK(api.url(nullptr, &url) == LEAT_INVALID);
}

TEST_CASE("a read is given its events in order, and told whether they began it") {
  TestHost host;
  const leat_events_api& api = events_api();
  const auto events = std::make_shared<FakeEvents>();
  events->waiting = {"[1]", "[2]", "damaged"};
  events->because_of_events = true;
  in_component(host, events, [&](leat_ctx* ctx) {
    Record record;
    CHECK(api.woken(ctx) == 1);
    CHECK(api.next(ctx, &record) == LEAT_OK);
    CHECK(record.json() == "[1]");
    CHECK(api.next(ctx, &record) == LEAT_OK);
    CHECK(record.json() == "[2]");
    CHECK(api.next(ctx, &record) == LEAT_BROKEN);
    CHECK(ctx->last().message == "a stored event is damaged");
    events->waiting.clear();
    ctx->forget_failure();
    CHECK(api.next(ctx, &record) == LEAT_NOT_FOUND);
    CHECK_FALSE(ctx->failed());
    CHECK(api.next(ctx, nullptr) == LEAT_INVALID);
  });
}

TEST_CASE("outside of a read there are no events") {
  TestHost host;
  const leat_events_api& api = events_api();
  in_component(host, nullptr, [&](leat_ctx* ctx) {
    Record record;
    CHECK(api.woken(ctx) == 0);
    CHECK(api.next(ctx, &record) == LEAT_NOT_FOUND);
    CHECK_FALSE(ctx->failed());
  });
  CHECK(api.woken(nullptr) == 0);
}
