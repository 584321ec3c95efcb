#include "host/plugin/instance.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "fakes.hpp"
#include "host/record/batch.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;
using namespace std::chrono_literals;

namespace {

template <class T, class Fake>
Result<std::unique_ptr<T>> make(TestHost& host, Fake& fake) {
  return T::create(fake.component, host.host(), host.call(), fake.options(), "routes.a.x");
}

// A failure's kind and text.
struct Said {
  ErrorKind kind;
  std::string message;
  bool operator==(const Said&) const = default;
};

Said said(const Result<Done>& done) {
  REQUIRE_FALSE(done);
  return {done.error().kind, done.error().message};
}

doctest::String toString(const Said& one) {
  return doctest::String((std::string(to_string(one.kind)) + ": " + one.message).c_str());
}

leat_kind fail(leat_ctx* ctx, leat_kind kind, std::uint64_t retry_after_ms, std::string_view why) {
  return ctx_api().fail(ctx, kind, retry_after_ms, str(why));
}

}  // namespace

TEST_CASE("a component gets its options when it is made and is destroyed once") {
  TestHost host;
  FakeTransformer fake;
  int destroyed = 0;
  fake.on_destroy = [&] { ++destroyed; };
  {
    auto made = make<TransformerInstance>(host, fake);
    REQUIRE(made);
    CHECK((*made)->name() == "routes.a.x (fake)");
    CHECK(destroyed == 0);
  }
  CHECK(destroyed == 1);
}

TEST_CASE("a component that could not be made is not destroyed") {
  TestHost host;
  FakeTransformer fake;
  fake.on_create = [](auto*, leat_ctx* ctx) { return fail(ctx, LEAT_INVALID, 0, "fields: there is no field 'x'"); };
  fake.on_destroy = [] { FAIL_CHECK("destroyed"); };
  const auto made = make<TransformerInstance>(host, fake);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == ErrorKind::invalid);
  CHECK(made.error().message == "fields: there is no field 'x'");
}

TEST_CASE("a component is not used as one of another kind") {
  TestHost host;
  FakeTransformer fake;
  const auto made = make<PublisherInstance>(host, fake);
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "routes.a.x (fake) is a transformer, not a publisher");
}

TEST_CASE("a failure keeps the kind, the text and the time that the component gave") {
  TestHost host;
  FakeTransformer fake;
  fake.on_process = [](leat_ctx* ctx, auto*) { return fail(ctx, LEAT_BUSY, 1500, "the table is locked"); };
  auto made = make<TransformerInstance>(host, fake);
  REQUIRE(made);
  Batch batch;
  const auto done = (*made)->process(host.call(), batch);
  CHECK(said(done) == Said{ErrorKind::busy, "the table is locked"});
  CHECK(done.error().retry_after_ms == 1500);
}

TEST_CASE("a failure without a text names the component, and never an earlier call's reason") {
  TestHost host;
  FakeTransformer fake;
  auto made = make<TransformerInstance>(host, fake);
  REQUIRE(made);
  Batch batch;
  Call& call = host.call();
  fake.on_process = [](leat_ctx* ctx, auto*) { return fail(ctx, LEAT_BUSY, 10, "first"); };
  CHECK(said((*made)->process(call, batch)) == Said{ErrorKind::busy, "first"});
  fake.on_process = [](auto*, auto*) { return LEAT_DENIED; };
  CHECK(said((*made)->process(call, batch)) ==
        Said{ErrorKind::denied, "routes.a.x (fake): process failed as denied and did not say why"});
}

TEST_CASE("a kind that this host does not know reads as broken") {
  TestHost host;
  FakeTransformer fake;
  auto made = make<TransformerInstance>(host, fake);
  REQUIRE(made);
  Batch batch;
  fake.on_process = [](auto*, auto*) { return 77; };
  CHECK(said((*made)->process(host.call(), batch)) ==
        Said{ErrorKind::broken, "routes.a.x (fake): process returned kind 77, which this host does not know"});
  fake.on_process = [](leat_ctx* ctx, auto*) { return fail(ctx, -3, 0, "odd"); };
  CHECK(said((*made)->process(host.call(), batch)) ==
        Said{ErrorKind::broken, "routes.a.x (fake): process returned kind -3, which this host does not know: odd"});
}

TEST_CASE("an exception of a component ends as an error, wherever it comes from") {
  TestHost host;
  struct Foreign {};
  FakeSubscriber fake;
  auto made = make<SubscriberInstance>(host, fake);
  REQUIRE(made);
  SubscriberInstance& subscriber = **made;
  Batch batch;
  fake.on_open = [](auto*, auto) -> leat_kind { throw std::runtime_error("boom"); };
  CHECK(said(subscriber.open(host.call(), "")) ==
        Said{ErrorKind::broken, "routes.a.x (fake): open let an exception out: boom"});
  fake.on_poll = [](auto*, auto, auto, auto*) -> leat_kind { throw Foreign{}; };
  CHECK(said(subscriber.poll(host.call(), 1, 0ms, batch)) ==
        Said{ErrorKind::broken, "routes.a.x (fake): poll let an exception out: of a foreign type"});

  FakePublisher wild;
  wild.on_create = [](auto*, auto*) -> leat_kind { throw std::runtime_error("no"); };
  const auto unmade = make<PublisherInstance>(host, wild);
  REQUIRE_FALSE(unmade);
  CHECK(unmade.error().message == "routes.a.x (fake): create let an exception out: no");

  FakeTransformer last;
  last.on_destroy = [] { throw std::runtime_error("stuck"); };
  REQUIRE(make<TransformerInstance>(host, last));
  CHECK(host.lines() == std::vector<std::string>{"routes.a.x (fake): destroy let an exception out: stuck"});
}

TEST_CASE("functions that a component may leave out have harmless answers") {
  TestHost host;
  FakeSubscriber reads;
  auto subscriber = make<SubscriberInstance>(host, reads);
  REQUIRE(subscriber);
  CHECK((*subscriber)->settle(host.call(), "c", true));
  CHECK((*subscriber)->close(host.call()));

  FakePublisher writes;
  auto publisher = make<PublisherInstance>(host, writes);
  REQUIRE(publisher);
  CHECK((*publisher)->open(host.call()));
  CHECK((*publisher)->close(host.call()));
  CHECK_FALSE((*publisher)->replay_safe());
  CHECK((*publisher)->batch_max() == 0);
}

TEST_CASE("members behind the end of a component's table are absent, not read") {
  TestHost host;
  FakePublisher fake;
  fake.table.replay_safe = [](void*) -> std::int32_t { throw std::logic_error("read"); };
  fake.table.struct_size = offsetof(leat_publisher, replay_safe);
  auto made = make<PublisherInstance>(host, fake);
  REQUIRE(made);
  CHECK_FALSE((*made)->replay_safe());
}

TEST_CASE("a function that a component may not leave out is unsupported") {
  TestHost host;
  FakePublisher fake;
  fake.table.publish = nullptr;
  auto made = make<PublisherInstance>(host, fake);
  REQUIRE(made);
  Batch batch;
  CHECK(said((*made)->publish(host.call(), batch)) ==
        Said{ErrorKind::unsupported, "routes.a.x (fake): publish failed as unsupported and did not say why"});
}

TEST_CASE("what a publisher says of itself is asked once") {
  TestHost host;
  FakePublisher fake;
  fake.table.replay_safe = [](void*) -> std::int32_t { return 1; };
  fake.table.batch_max = [](void*) -> std::uint32_t { return 32; };
  auto made = make<PublisherInstance>(host, fake);
  REQUIRE(made);
  CHECK((*made)->replay_safe());
  CHECK((*made)->batch_max() == 32);
}

TEST_CASE("a subscriber sees the cursor, the size and the time it is polled with") {
  TestHost host;
  FakeSubscriber fake;
  std::string cursor;
  std::uint32_t asked = 0;
  std::uint32_t waits = 0;
  fake.on_open = [&](auto*, leat_bytes at) {
    cursor.assign(reinterpret_cast<const char*>(at.ptr), at.len);
    return LEAT_OK;
  };
  fake.on_poll = [&](auto*, std::uint32_t max, std::uint32_t wait_ms, auto*) {
    asked = max;
    waits = wait_ms;
    return LEAT_OK;
  };
  auto made = make<SubscriberInstance>(host, fake);
  REQUIRE(made);
  Batch batch;
  CHECK((*made)->open(host.call(), "page 7"));
  CHECK(cursor == "page 7");
  CHECK((*made)->poll(host.call(), 100, 1500ms, batch));
  CHECK(asked == 100);
  CHECK(waits == 1500);
  CHECK((*made)->poll(host.call(), 100, -1ms, batch));
  CHECK(waits == 0);
  CHECK((*made)->poll(host.call(), 100, std::chrono::hours(24 * 365), batch));
  CHECK(waits == UINT32_MAX);
}

TEST_CASE("calls for one instance come one at a time") {
  TestHost host;
  FakeTransformer fake;
  std::atomic<int> inside = 0;
  std::atomic<bool> together = false;
  int calls = 0;  // not atomic on purpose: the instance is what orders these
  fake.on_process = [&](auto*, auto*) {
    if (++inside > 1) together = true;
    ++calls;
    std::this_thread::yield();
    --inside;
    return LEAT_OK;
  };
  auto made = make<TransformerInstance>(host, fake);
  REQUIRE(made);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        Call call(host.clock, {}, "thread");
        Batch batch;
        for (int n = 0; n < 200; ++n) static_cast<void>((*made)->process(call, batch));
      });
    }
  }
  CHECK_FALSE(together);
  CHECK(calls == 800);
}

TEST_CASE("calls for a parallel instance do not wait for each other") {
  TestHost host;
  FakeTransformer fake;
  fake.component.flags = LEAT_PARALLEL;
  std::latch both(2);  // would never open if one waited for the other
  fake.on_process = [&](auto*, auto*) {
    both.arrive_and_wait();
    return LEAT_OK;
  };
  auto made = make<TransformerInstance>(host, fake);
  REQUIRE(made);
  CHECK((*made)->parallel());
  const auto process = [&] {
    Call call(host.clock, {}, "thread");
    Batch batch;
    CHECK((*made)->process(call, batch));
  };
  std::jthread other(process);
  process();
}
