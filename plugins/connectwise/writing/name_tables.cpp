#include "plugins/connectwise/writing/name_tables.hpp"

#include <algorithm>

#include "plugins/connectwise/exchange.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/writing/match.hpp"

namespace leat::connectwise {
namespace {

// How old a list may be and still be the reason for refusing a name.
constexpr std::chrono::milliseconds sure_for = std::chrono::seconds(5);

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::string list_url(const ReferenceList& list, std::string_view scope_id) {
  std::string url(list.list->path);
  for (const Placeholder& place : placeholders(url)) {
    url.replace(place.begin, place.end - place.begin, url_part(scope_id));
    break;  // a list hangs below one record
  }
  return url;
}

std::string fields_of(const ReferenceList& list) {
  std::string fields = "id";
  for (const std::string_view name : list.names) fields += "," + std::string(name);
  if (list.person) fields += ",firstName,lastName";
  if (!list.owner.empty()) fields += "," + std::string(list.owner) + "/id";
  for (const std::string_view flag : list.closed) fields += "," + std::string(flag);
  return fields;
}

bool is_address(std::string_view name) { return name.find('@') != name.npos && name.find(' ') == name.npos; }

// Conditions that find the records called `name`.
Result<std::string> with_conditions(std::string url, const ReferenceList& list, std::string_view name) {
  auto literal = quoted_literal(name);
  if (!literal) return literal;
  if (list.mailed && is_address(name)) {
    append_query(url, "childConditions",
                 "communicationItems/value = " + *literal + " and communicationItems/communicationType = \"Email\"");
    return url;
  }
  std::string conditions;
  const auto add = [&](const std::string& condition) { conditions += (conditions.empty() ? "" : " or ") + condition; };
  for (const std::string_view member : list.names) add(std::string(member) + " = " + *literal);
  if (list.person) {
    add("firstName = " + *literal);
    // Each blank may be the one between the names.
    for (std::size_t blank = name.find(' '); blank != name.npos; blank = name.find(' ', blank + 1)) {
      add("(firstName = " + *quoted_literal(name.substr(0, blank)) +
          " and lastName = " + *quoted_literal(name.substr(blank + 1)) + ")");
    }
  }
  append_query(url, "conditions", conditions);
  return url;
}

// "; the nearest are "In Progress", "Assigned"": those with the fewest edits, however many.
std::string nearest_names(std::string_view name, std::vector<std::string_view> names) {
  constexpr std::size_t shown_max = 3;
  if (names.empty()) return {};
  std::ranges::stable_sort(names, {}, [&](std::string_view other) {
    const bool part = lower(other).find(lower(name)) != std::string::npos;
    return part ? 0 : distance(name, other);
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) {
    text += (i == 0 ? "" : ", ") + std::string("\"") + std::string(names[i]) + "\"";
  }
  return "; the nearest are " + text;
}

// "GET /service/boards/3/statuses".
std::string shown(const std::string& url) { return "GET " + url; }

}  // namespace

Result<std::vector<NameTables::Row>> NameTables::read(const ReferenceList& list, const std::string& url,
                                                      const leat::Client& client, Context& context) {
  std::string whole = url;
  append_query(whole, "fields", fields_of(list));
  append_query(whole, "pageSize", std::to_string(rows_max));
  append_query(whole, "orderBy", "id asc");
  auto page = read_json(client, whole, context);
  if (!page) {
    Error error = page.error();
    error.message = "to find ids by names: " + error.message;
    return error;
  }
  std::vector<Row> rows;
  for (const auto item : page->root()) {
    Row row{.id = std::string(item.value["id"].text()), .names = {}, .owner = {}};
    for (const std::string_view name : list.names) {
      if (const auto text = item.value[name].str()) row.names.emplace_back(*text);
    }
    if (list.person) {
      std::string name(item.value["firstName"].str().value_or(""));
      if (const auto last = item.value["lastName"].str()) name += (name.empty() ? "" : " ") + std::string(*last);
      if (!name.empty()) row.names.push_back(std::move(name));
    }
    if (!list.owner.empty()) row.owner = std::string(item.value[list.owner]["id"].text());
    row.closed = std::ranges::any_of(list.closed,
                                     [&](std::string_view flag) { return item.value[flag].boolean().value_or(false); });
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<Done> NameTables::fill(Table& table, const ReferenceList& list, const std::string& url,
                              const leat::Client& client, Context& context) {
  auto rows = read(list, url, client, context);
  if (!rows) return rows.error();
  table.rows = std::move(*rows);
  table.whole = table.rows.size() < rows_max;
  table.asked.clear();
  table.filled = true;
  table.read_at = context.now();
  return Done{};
}

std::shared_ptr<NameTables::Table> NameTables::table(const std::string& url, Context& context) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Table>& known = tables_[url];
  if (!known) known = std::make_shared<Table>();
  known->used_at = context.now();
  std::shared_ptr<Table> result = known;
  if (tables_.size() > lists_max) {
    const auto oldest = std::ranges::min_element(tables_, {}, [&](const auto& entry) {
      return entry.second == result ? result->used_at + std::chrono::hours(1) : entry.second->used_at;
    });
    tables_.erase(oldest);
  }
  return result;
}

// The rows called so; of a whole list from memory. While the server is asked others may use the table.
Result<std::vector<NameTables::Row>> NameTables::rows_named(Table& table, std::unique_lock<std::mutex>& lock,
                                                            const ReferenceList& list, const std::string& url,
                                                            const Asked& asked, const leat::Client& client,
                                                            Context& context) {
  const auto called = [&](const Row& row) {
    return std::ranges::any_of(row.names, [&](const std::string& name) { return same_letters(name, asked.name); });
  };
  const bool by_address = list.mailed && is_address(asked.name);
  std::vector<Row> found;
  if (table.whole && !by_address) {
    std::ranges::copy_if(table.rows, std::back_inserter(found), called);
    return found;
  }
  const auto known = table.asked.find(lower(asked.name));
  if (known != table.asked.end()) return known->second;
  const auto conditions = with_conditions(url, list, asked.name);
  if (!conditions) return conditions.error();
  lock.unlock();
  auto rows = read(list, *conditions, client, context);
  lock.lock();
  if (!rows) return rows.error();
  if (by_address) {
    found = std::move(*rows);
  } else {
    std::ranges::copy_if(*rows, std::back_inserter(found), called);
  }
  if (found.empty()) return found;  // it may be made in a moment: not remembered
  if (table.asked.size() >= rows_max) table.asked.clear();
  table.asked.emplace(lower(asked.name), found);
  return found;
}

Result<std::string> NameTables::id_of(const ReferenceList& list, const Asked& given, const leat::Client& client,
                                      Context& context) {
  const Asked asked{trim(given.name), given.scope_id, given.owner_id};
  if (asked.name.empty()) return refuse("the name is empty");
  const std::string url = list_url(list, asked.scope_id);
  const std::shared_ptr<Table> shared = table(url, context);
  Table& table = *shared;
  std::unique_lock lock(table.mutex);
  const auto age = [&] { return context.now() - table.read_at; };
  if (!table.filled || age() >= keep_) {
    if (auto done = fill(table, list, url, client, context); !done) return done.error();
  }
  auto found = rows_named(table, lock, list, url, asked, client, context);
  if (found && found->empty() && table.whole && age() >= std::min(sure_for, keep_)) {
    if (auto done = fill(table, list, url, client, context); !done) return done.error();
    found = rows_named(table, lock, list, url, asked, client, context);
  }
  if (!found) return found.error();

  // Of several those in use, then those of the record's own company.
  const auto prefer = [&](auto wanted) {
    if (std::ranges::any_of(*found, wanted)) std::erase_if(*found, [&](const Row& row) { return !wanted(row); });
  };
  prefer([](const Row& row) { return !row.closed; });
  if (!asked.owner_id.empty()) prefer([&](const Row& row) { return row.owner == asked.owner_id; });
  if (found->size() == 1) return found->front().id;
  if (!found->empty()) {
    std::string ids;
    for (const Row& row : *found) ids += (ids.empty() ? "" : ", ") + row.id;
    return refuse("\"" + std::string(asked.name) + "\" is the name of " + std::to_string(found->size()) +
                  " records of " + shown(url) + " (ids " + ids + "): give the id");
  }

  std::vector<std::string_view> names;
  for (const Row& row : table.rows) {
    if (!row.closed) names.insert(names.end(), row.names.begin(), row.names.end());
  }
  return refuse("\"" + std::string(asked.name) + "\" is none of the names of " + shown(url) +
                nearest_names(asked.name, names));
}

}  // namespace leat::connectwise
