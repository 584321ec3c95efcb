// What every TaskStore must do with the events of webhooks. Part of store_contract.hpp.
#pragma once

#include <algorithm>
#include <thread>

#include "store_support.hpp"

namespace leat::host::test {

using Payloads = std::vector<std::string>;

inline Result<Done> add_event(TaskStore& store, std::string_view incoming, std::string_view payload,
                              std::uint64_t count_max = 100) {
  const NewEvent event[] = {{payload, {}}};
  return store.add_events(incoming, event, count_max);
}

inline Payloads payloads_of(TaskStore& store, std::string_view incoming, EventId after = 0,
                            std::uint32_t count_max = 100) {
  Payloads all;
  for (const Event& event : value_of(store.events(incoming, after, count_max, much))) all.push_back(event.payload);
  return all;
}

// What leat cursor show says.
inline std::uint64_t shown_events(TaskStore& store, std::string_view incoming) {
  for (const CursorInfo& info : value_of(store.cursors())) {
    if (info.incoming == incoming) return info.events;
  }
  return 0;
}

TEST_CASE_TEMPLATE_DEFINE("events are kept in the order of arrival, each incoming's for itself", Fixture,
                          store_events) {
  Fixture fixture;
  auto store = fixture.open();
  CHECK(payloads_of(*store, "tickets").empty());
  CHECK(value_of(store->stored_events("tickets")).newest == 0);
  const NewEvent two[] = {{"[1]", R"({"a":"b"})"}, {"[2]", {}}};
  REQUIRE(store->add_events("tickets", two, 100));
  REQUIRE(add_event(*store, "companies", "[3]"));
  fixture.clock.advance(5s);
  REQUIRE(add_event(*fixture.open(), "tickets", "[4]"));  // another worker's listener
  const auto all = value_of(store->events("tickets", 0, 100, much));
  REQUIRE(all.size() == 3);
  CHECK(payloads_of(*store, "tickets") == Payloads{"[1]", "[2]", "[4]"});
  CHECK(all[0].attributes == R"({"a":"b"})");
  CHECK(all[2].received == all[0].received + 5s);
  CHECK(payloads_of(*store, "companies") == Payloads{"[3]"});

  const StoredEvents stored = value_of(store->stored_events("tickets"));
  CHECK(stored.count == 3);
  CHECK(stored.newest == all[2].id);
  CHECK(shown_events(*store, "tickets") == 3);
  CHECK_FALSE(store->cursor("tickets").value());  // its cursor is another matter

  CHECK(payloads_of(*store, "tickets", all[0].id) == Payloads{"[2]", "[4]"});
  CHECK(payloads_of(*store, "tickets", all[2].id).empty());
  CHECK(payloads_of(*store, "tickets", 0, 2) == Payloads{"[1]", "[2]"});
  CHECK(value_of(store->events("tickets", 0, 100, 4)).size() == 2);  // 3 bytes each
  CHECK(value_of(store->events("tickets", 0, 100, 1)).size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("an event goes with the page it was read for, and only with it", Fixture, store_events_read) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  const NewEvent three[] = {{"[1]", {}}, {"[2]", {}}, {"[3]", {}}};
  REQUIRE(store->add_events("tickets", three, 100));
  REQUIRE(store->add_events("companies", three, 100));
  const auto all = value_of(store->events("tickets", 0, 100, much));
  const NewTask tasks[] = {task_of("a")};
  REQUIRE(store->hold("tickets", lease).value());

  SUBCASE("a page of one that does not hold the incoming takes none") {
    CHECK_FALSE(other->put({"tickets", tasks, "x", all[1].id}));
    CHECK(payloads_of(*store, "tickets").size() == 3);
  }
  SUBCASE("a page without events takes none") {
    REQUIRE(store->put({"tickets", tasks, "x"}));
    CHECK(payloads_of(*store, "tickets").size() == 3);
  }
  SUBCASE("those up to the one that was read are gone, with tasks, with a cursor, or with neither") {
    for (const int with : {0, 1, 2}) {
      CAPTURE(with);
      const std::optional<std::string_view> cursor = with == 1 ? std::optional<std::string_view>("x") : std::nullopt;
      const std::span<const NewTask> page = with == 2 ? std::span<const NewTask>(tasks) : std::span<const NewTask>();
      REQUIRE(store->put({"tickets", page, cursor, all[static_cast<std::size_t>(with)].id}));
      CHECK(value_of(store->stored_events("tickets")).count == static_cast<std::uint64_t>(2 - with));
      CHECK(payloads_of(*other, "tickets").size() == static_cast<std::size_t>(2 - with));
    }
    CHECK(value_of(store->stored_events("tickets")).newest == 0);
    // An id is not used again: who remembers the last one he has seen would take the next for known.
    REQUIRE(add_event(*store, "tickets", "[4]"));
    CHECK(value_of(store->stored_events("tickets")).newest > all[2].id);
    CHECK(shown_events(*store, "tickets") == 1);
  }
  CHECK(payloads_of(*store, "companies").size() == 3);
}

TEST_CASE_TEMPLATE_DEFINE("above its ceiling an incoming takes no further event, and keeps those it has", Fixture,
                          store_events_full) {
  Fixture fixture;
  auto store = fixture.open();
  const NewEvent three[] = {{"[1]", {}}, {"[2]", {}}, {"[3]", {}}};
  REQUIRE(store->add_events("tickets", three, 4));
  const auto refused = store->add_events("tickets", three, 4);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::busy);
  CHECK(refused.error().message.find("3 of its events") != std::string::npos);
  CHECK(payloads_of(*store, "tickets").size() == 3);
  CHECK(add_event(*store, "tickets", "[4]", 4));
  CHECK_FALSE(add_event(*store, "tickets", "[5]", 4));
  CHECK(add_event(*store, "companies", "[5]", 4));
  REQUIRE(store->hold("tickets", lease).value());
  REQUIRE(store->put({"tickets", {}, {}, value_of(store->events("tickets", 0, 1, much))[0].id}));
  CHECK(add_event(*store, "tickets", "[6]", 4));
}

TEST_CASE_TEMPLATE_DEFINE("events that come while others are read are each read once, in order", Fixture,
                          store_events_threads) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  constexpr int writers = 4;
  constexpr int each = 50;
  REQUIRE(store->hold("tickets", lease).value());
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < each; ++i) {
        const std::string payload = std::to_string(writer * 1000 + i);
        if (!add_event(writer % 2 == 0 ? *store : *other, "tickets", payload, 1000)) return;
      }
    });
  }
  std::vector<int> next(writers, 0);
  EventId last = 0;
  const auto end = std::chrono::steady_clock::now() + 60s;
  for (int seen = 0; seen < writers * each;) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    const auto events = store->events("tickets", last, 7, much);
    REQUIRE(events);
    for (const Event& event : *events) {
      CHECK(event.id > last);
      last = event.id;
      const int number = std::stoi(event.payload);
      CHECK(number % 1000 == next[static_cast<std::size_t>(number / 1000)]++);
      ++seen;
    }
    if (!events->empty()) REQUIRE(store->put({"tickets", {}, {}, last}));
  }
  CHECK(value_of(store->stored_events("tickets")).count == 0);
}

}  // namespace leat::host::test
