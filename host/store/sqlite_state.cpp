// The state of components. Keys are blobs: their bytes decide about order and prefix, whatever is in them.
#include "host/store/sqlite_task_store.hpp"

namespace leat::host {

Result<std::optional<std::string>> SqliteTaskStore::state(std::string_view component, std::string_view key) {
  return read<std::optional<std::string>>([&](Database& db) {
    Query query(db, "SELECT value FROM state WHERE component = ?1 AND key = ?2", component, Blob{key});
    return query.next() ? std::optional(std::string(query.text(0))) : std::nullopt;
  });
}

Result<Done> SqliteTaskStore::set_state(std::string_view component, std::string_view key, std::string_view value) {
  if (auto refused = beyond_limits(key, value)) return *refused;
  bool full = false;
  auto done = writer_.run([&](Database& db) {
    full = false;
    const auto updated =
        Query(db, "UPDATE state SET value = ?3 WHERE component = ?1 AND key = ?2", component, Blob{key}, Blob{value})
            .run();
    if (updated > 0) return;
    {
      Query count(db, "SELECT count(*) FROM state WHERE component = ?1", component);
      full = !count.next() || count.as<std::size_t>(0) >= keys_max;
    }
    if (full) return;
    Query(db, "INSERT INTO state (component, key, value) VALUES (?1, ?2, ?3)", component, Blob{key}, Blob{value}).run();
  });
  if (!done) return done;
  if (full) return too_many_keys(component);
  return Done{};
}

Result<bool> SqliteTaskStore::erase_state(std::string_view component, std::string_view key) {
  std::int64_t erased = 0;
  const auto done = writer_.run([&](Database& db) {
    erased = Query(db, "DELETE FROM state WHERE component = ?1 AND key = ?2", component, Blob{key}).run();
  });
  if (!done) return done.error();
  return erased > 0;
}

Result<std::vector<std::string>> SqliteTaskStore::state_keys(std::string_view component, std::string_view prefix) {
  return read<std::vector<std::string>>([&](Database& db) {
    std::vector<std::string> keys;
    Query query(db, "SELECT key FROM state WHERE component = ?1 AND key >= ?2 ORDER BY key", component, Blob{prefix});
    while (query.next() && query.text(0).starts_with(prefix)) keys.emplace_back(query.text(0));
    return keys;
  });
}

Result<std::vector<std::string>> SqliteTaskStore::components_with_state() {
  return read<std::vector<std::string>>([&](Database& db) {
    std::vector<std::string> components;
    Query query(db, "SELECT DISTINCT component FROM state ORDER BY component");
    while (query.next()) components.emplace_back(query.text(0));
    return components;
  });
}

Result<std::uint64_t> SqliteTaskStore::reset_state(std::string_view component) {
  std::int64_t erased = 0;
  const auto done =
      writer_.run([&](Database& db) { erased = Query(db, "DELETE FROM state WHERE component = ?1", component).run(); });
  if (!done) return done.error();
  return static_cast<std::uint64_t>(erased);
}

}  // namespace leat::host
