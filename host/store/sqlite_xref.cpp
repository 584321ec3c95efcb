// Cross-references in the SQLite store.
#include "host/store/sqlite_task_store.hpp"

namespace leat::host {

void SqliteTaskStore::write(Database& db, const Xref& xref) const {
  Query(db,
        "INSERT INTO xref (name, source, target, changed) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO UPDATE SET target = excluded.target, changed = excluded.changed",
        std::string_view(xref.set), std::string_view(xref.source), std::string_view(xref.target), now())
      .run();
}

Result<Done> SqliteTaskStore::put_xrefs(std::span<const Xref> xrefs) {
  for (const Xref& xref : xrefs) {
    if (auto wrong = xref.beyond_limits()) return *wrong;
  }
  return writer_.run([&](Database& db) {
    for (const Xref& xref : xrefs) write(db, xref);
  });
}

Result<std::optional<std::string>> SqliteTaskStore::target_of(std::string_view set, std::string_view source) {
  return read<std::optional<std::string>>([&](Database& db) {
    Query query(db, "SELECT target FROM xref WHERE name = ?1 AND source = ?2", set, source);
    return query.next() ? std::optional(std::string(query.text(0))) : std::nullopt;
  });
}

Result<std::optional<std::string>> SqliteTaskStore::source_of(std::string_view set, std::string_view target) {
  return read<std::optional<std::string>>([&](Database& db) {
    Query query(db, "SELECT source FROM xref WHERE name = ?1 AND target = ?2 ORDER BY changed DESC, source LIMIT 1",
                set, target);
    return query.next() ? std::optional(std::string(query.text(0))) : std::nullopt;
  });
}

Result<std::vector<XrefInfo>> SqliteTaskStore::xrefs(const XrefFilter& filter, const Xref& after,
                                                     std::uint32_t count_max) {
  // One text for each combination: what is asked for decides which index serves.
  std::string sql = "SELECT name, source, target, changed FROM xref WHERE (name, source) > (?1, ?2)";
  sql += filter.set ? " AND name = ?3" : " AND ?3 IS NULL";
  sql += filter.source ? " AND source = ?4" : " AND ?4 IS NULL";
  sql += filter.target ? " AND target = ?5" : " AND ?5 IS NULL";
  sql += " ORDER BY name, source LIMIT ?6";
  return read<std::vector<XrefInfo>>([&](Database& db) {
    Query query = Query::once(db, sql);
    query.with(std::string_view(after.set), std::string_view(after.source), filter.set, filter.source, filter.target,
               count_max);
    std::vector<XrefInfo> found;
    while (query.next()) {
      found.push_back({{std::string(query.text(0)), std::string(query.text(1)), std::string(query.text(2))},
                       Millis{query.integer(3)}});
    }
    return found;
  });
}

Result<bool> SqliteTaskStore::remove_xref(std::string_view set, std::string_view source) {
  std::int64_t removed = 0;
  const auto done = writer_.run([&](Database& db) {
    removed = Query(db, "DELETE FROM xref WHERE name = ?1 AND source = ?2", set, source).run();
  });
  if (!done) return done.error();
  return removed > 0;
}

}  // namespace leat::host
