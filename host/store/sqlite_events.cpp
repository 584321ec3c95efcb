// What webhooks told. How many an incoming has stands in its row: counting them would read them all.
#include <fmt/format.h>

#include "host/store/sqlite_task_store.hpp"

namespace leat::host {

Result<Done> SqliteTaskStore::add_events(std::string_view incoming, std::span<const NewEvent> events,
                                         std::uint64_t count_max) {
  std::uint64_t before = 0;
  bool full = false;
  const auto done = writer_.run([&](Database& db) {
    {
      Query query(db, "SELECT events FROM incoming WHERE name = ?1", incoming);
      before = query.next() ? query.as<std::uint64_t>(0) : 0;
    }
    full = before + events.size() > count_max;
    if (full) return;
    for (const NewEvent& event : events) {
      Query(db, "INSERT INTO event (incoming, payload, attributes, received) VALUES (?1, ?2, ?3, ?4)", incoming,
            event.payload, event.attributes, now())
          .run();
    }
    Query(db,
          "INSERT INTO incoming (name, changed, events) VALUES (?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET events = events + excluded.events",
          incoming, now(), events.size())
        .run();
  });
  if (!done) return done.error();
  if (full) {
    return Error{ErrorKind::busy,
                 fmt::format("incoming {}: {} of its events are stored and not read yet, and no more than {} may be",
                             incoming, before, count_max),
                 0};
  }
  return Done{};
}

Result<std::vector<Event>> SqliteTaskStore::events(std::string_view incoming, EventId after, std::uint32_t count_max,
                                                   std::uint64_t bytes_max) {
  return read<std::vector<Event>>([&](Database& db) {
    std::vector<Event> all;
    std::uint64_t bytes = 0;
    Query query(db,
                "SELECT id, payload, attributes, received FROM event WHERE incoming = ?1 AND id > ?2 ORDER BY id "
                "LIMIT ?3",
                incoming, after, count_max);
    while (query.next()) {
      all.push_back(
          {query.integer(0), std::string(query.text(1)), std::string(query.text(2)), Millis{query.integer(3)}});
      bytes += all.back().payload.size();
      if (bytes >= bytes_max) break;
    }
    return all;
  });
}

Result<StoredEvents> SqliteTaskStore::stored_events(std::string_view incoming) {
  return read<StoredEvents>([&](Database& db) {
    Query query(db,
                "SELECT events, (SELECT coalesce(max(id), 0) FROM event WHERE event.incoming = name) FROM incoming "
                "WHERE name = ?1",
                incoming);
    return query.next() ? StoredEvents{query.as<std::uint64_t>(0), query.integer(1)} : StoredEvents{};
  });
}

// Part of the transaction that stores what was made of them.
void SqliteTaskStore::forget_events(Database& db, std::string_view incoming, EventId up_to) {
  const auto forgotten = Query(db, "DELETE FROM event WHERE incoming = ?1 AND id <= ?2", incoming, up_to).run();
  if (forgotten == 0) return;
  Query(db, "UPDATE incoming SET events = events - ?2 WHERE name = ?1", incoming, forgotten).run();
}

}  // namespace leat::host
