#include "host/store/tally.hpp"

namespace leat::host {

void Tally::add(std::int64_t route, TaskStatus status, std::int64_t bytes, std::int64_t tasks) {
  Change& change = changes_[{route, status}];
  change.tasks += tasks;
  change.bytes += bytes;
}

void Tally::move(std::int64_t route, TaskStatus from, TaskStatus to, std::int64_t bytes) {
  remove(route, from, bytes);
  add(route, to, bytes);
}

void Tally::write(Database& db) const {
  for (const auto& [place, change] : changes_) {
    if (change.tasks == 0 && change.bytes == 0) continue;
    Query(db,
          "INSERT INTO tally (route, status, tasks, bytes) VALUES (?1, ?2, ?3, ?4) "
          "ON CONFLICT DO UPDATE SET tasks = tasks + excluded.tasks, bytes = bytes + excluded.bytes",
          place.first, place.second, change.tasks, change.bytes)
        .run();
  }
}

}  // namespace leat::host
