#include "plugins/connectwise/sandbox/seed/book.hpp"

#include <stdexcept>

#include "plugins/connectwise/sandbox/engine/reference_kinds.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

Id Book::add(const std::string& path, const Json& record, Id first) {
  List& list = lists_.try_emplace(lower(path)).first->second;
  if (list.records.empty()) list.first = first;
  const Id id = list.first + static_cast<Id>(list.records.size());
  Json whole = {{"id", id}};
  whole.update(record);
  const std::string time = to_timestamp(seed_time);
  Json& info = whole["_info"];
  info["lastUpdated"] = time;
  info["updatedBy"] = "admin1";
  info["dateEntered"] = time;
  info["enteredBy"] = "admin1";
  list.texts.push_back(to_text(whole));
  list.records.push_back(std::move(whole));
  return id;
}

const Book::List& Book::list(std::string_view path) const {
  const auto found = lists_.find(lower(path));
  if (found == lists_.end()) throw std::logic_error("no seeds at " + std::string(path));
  return found->second;
}

const Json& Book::record(const std::string& path, Id id) const {
  const List& records = list(path);
  return records.records.at(static_cast<std::size_t>(id - records.first));
}

Id Book::count(const std::string& path) const { return static_cast<Id>(list(path).records.size()); }

Json Book::refer(std::string_view schema, Id id, std::string path) const {
  const ReferenceKind* kind = reference_kind(schema);
  if (kind == nullptr) throw std::logic_error("no reference kind " + std::string(schema));
  if (path.empty()) path = std::string(kind->path);
  return make_reference(*catalog_.schema(schema), *kind, path, record(path, id), url_);
}

std::optional<Seeds> Book::find(std::string_view path) const {
  const auto found = lists_.find(path);
  if (found == lists_.end()) return std::nullopt;
  const List& records = found->second;
  return Seeds{records.first, static_cast<Id>(records.texts.size()), [&records](Id id, std::string& out) {
                 out += records.texts[static_cast<std::size_t>(id - records.first)];
               }};
}

}  // namespace leat::sandbox
