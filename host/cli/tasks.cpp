#include "host/cli/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/config/nearest.hpp"

namespace leat::host {
namespace {

using Json = nlohmann::ordered_json;

int report(const Error& error) {
  std::cerr << "leat: " << one_line(error.message) << '\n';
  return error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found ? exit_failed : exit_broken;
}

int wrong(const Error& error) {  // of the arguments
  std::cerr << "leat: " << error.message << '\n';
  return exit_usage;
}

constexpr ErrorKind kErrorKinds[] = {ErrorKind::invalid,   ErrorKind::denied,      ErrorKind::not_found,
                                     ErrorKind::busy,      ErrorKind::unreachable, ErrorKind::uncertain,
                                     ErrorKind::cancelled, ErrorKind::unsupported, ErrorKind::broken};

Result<TaskFilter> to_filter(const TaskSelection& selection) {
  TaskFilter filter;
  filter.ids = selection.ids;
  filter.route = selection.route;
  if (!selection.key.empty()) filter.key = selection.key;
  for (const std::string& text : selection.statuses) {
    const auto status = parse_task_status(text);
    if (!status) {
      return Error{ErrorKind::invalid,
                   fmt::format("--status: there is no status \"{}\"; there are new, processing, retry, waiting, "
                               "uncertain, finished, failed and skipped",
                               text),
                   0};
    }
    filter.statuses.push_back(*status);
  }
  if (selection.error.empty()) return filter;
  for (const ErrorKind kind : kErrorKinds) {
    if (to_string(kind) == selection.error) filter.error = kind;
  }
  if (!filter.error) {
    return Error{ErrorKind::invalid, fmt::format("--error: there is no error kind \"{}\"", selection.error), 0};
  }
  return filter;
}

// Embedded as JSON where it is JSON, as text otherwise.
Json document(const std::string& text) {
  if (text.empty()) return nullptr;
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(text) : parsed;
}

Json to_json(const Task& task) {
  Json out;
  out["id"] = task.id;
  out["route"] = task.route;
  out["key"] = task.key ? Json(*task.key) : Json(nullptr);
  out["status"] = to_string(task.status);
  out["attempts"] = task.attempts;
  out["created"] = utc_time(task.created);
  out["changed"] = utc_time(task.changed);
  out["due"] = task.due.count() > 0 ? Json(utc_time(task.due)) : Json(nullptr);
  out["bytes"] = task.size;
  out["error"] = task.error ? Json(to_string(*task.error)) : Json(nullptr);
  out["message"] = task.message;
  return out;
}

std::string shown_status(const Style& style, const Task& task) {
  const std::string_view text = to_string(task.status);
  switch (task.status) {
    case TaskStatus::failed: return style.red(text);
    case TaskStatus::uncertain:
    case TaskStatus::retry: return style.yellow(text);
    case TaskStatus::finished: return style.green(text);
    default: return std::string(text);
  }
}

}  // namespace

int list_tasks(TaskStore& store, const TaskSelection& selection, std::uint32_t limit, bool json) {
  const auto filter = to_filter(selection);
  if (!filter) return wrong(filter.error());
  const Style style = Style::of(1);
  Table table({"ID", "ROUTE", "KEY", "STATUS", "ATTEMPTS", "CHANGED", "REASON"});
  constexpr std::uint32_t page_max = 500;
  std::uint64_t shown = 0;
  const std::uint64_t most = limit == 0 ? UINT64_MAX : limit;
  TaskId after = 0;
  while (shown < most) {
    const auto page =
        store.list(*filter, after, static_cast<std::uint32_t>(std::min<std::uint64_t>(most - shown, page_max)));
    if (!page) return report(page.error());
    if (page->empty()) break;
    for (const Task& task : *page) {
      if (json) {
        std::cout << to_json(task).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      } else {
        table.add({std::to_string(task.id), task.route, task.key ? one_line(*task.key, 24) : "-",
                   shown_status(style, task), std::to_string(task.attempts), utc_time(task.changed),
                   task.error ? fmt::format("{}: {}", to_string(*task.error), one_line(task.message, 100)) : ""});
      }
    }
    shown += page->size();
    after = page->back().id;
  }
  if (json) return exit_ok;
  if (table.empty()) {
    std::cout << "no tasks\n";
    return exit_ok;
  }
  table.print(std::cout, style);
  if (shown == limit) std::cout << style.dim("(more may follow: --limit)") << '\n';
  return exit_ok;
}

int show_task(TaskStore& store, TaskId id, bool json) {
  const auto found = store.show(id);
  if (!found) return report(found.error());
  const Task& task = found->task;
  Json out = to_json(task);
  out["attributes"] = document(task.attributes);
  out["payload"] = document(task.payload);
  out["answer"] = document(task.answer);
  out["history"] = Json::array();
  for (const Attempt& attempt : found->attempts) {
    out["history"].push_back({{"attempt", attempt.number},
                              {"started", utc_time(attempt.started)},
                              {"ended", utc_time(attempt.ended)},
                              {"outcome", attempt.error ? Json(to_string(*attempt.error)) : Json("done")},
                              {"message", attempt.message}});
  }
  if (json) {
    std::cout << out.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return exit_ok;
  }
  const Style style = Style::of(1);
  for (const auto& [name, value] : out.items()) {
    if (name == "history" || value.is_null()) continue;
    const std::string text =
        value.is_string()
            ? one_line(value.get_ref<const std::string&>())
            : some_lines(value.dump(value.is_structured() ? 2 : -1, ' ', false, Json::error_handler_t::replace));
    if (!text.empty()) std::cout << style.bold(name + ":") << ' ' << text << '\n';
  }
  if (found->attempts.empty()) return exit_ok;
  std::cout << style.bold("history:") << '\n';
  Table table({"ATTEMPT", "STARTED", "TOOK", "OUTCOME"});
  for (const Attempt& attempt : found->attempts) {
    table.add({std::to_string(attempt.number), utc_time(attempt.started),
               human_duration(attempt.ended - attempt.started),
               attempt.error ? fmt::format("{}: {}", to_string(*attempt.error), one_line(attempt.message)) : "done"});
  }
  table.print(std::cout, style);
  return exit_ok;
}

int move_tasks(TaskStore& store, const TaskSelection& selection, std::string_view to, const std::string& note,
               bool json) {
  const auto filter = to_filter(selection);
  if (!filter) return wrong(filter.error());
  const TaskStatus target = to == "retry"  ? TaskStatus::fresh
                            : to == "skip" ? TaskStatus::skipped
                                           : TaskStatus::finished;
  const auto moved = store.move(*filter, target, note);
  if (!moved) return report(moved.error());
  if (json) {
    std::cout << Json{{"moved", moved->moved}, {"refused", moved->refused}, {"reason", moved->first_refusal}}.dump(
                     -1, ' ', false, Json::error_handler_t::replace)
              << '\n';
  } else {
    std::cout << counted(moved->moved, "task") << " set to " << to_string(target) << '\n';
    if (moved->refused > 0) {
      std::cerr << "leat: " << human_count(moved->refused) << " left as they are: " << moved->first_refusal << '\n';
    }
  }
  return moved->refused > 0 || moved->moved == 0 ? exit_failed : exit_ok;
}

int prune_tasks(TaskStore& store, const TaskSelection& selection, std::optional<std::chrono::milliseconds> older_than,
                Millis now, bool json) {
  auto filter = to_filter(selection);
  if (!filter) return wrong(filter.error());
  if (older_than) filter->changed_before = now - *older_than;
  const auto pruned = store.prune(*filter);
  if (!pruned) return report(pruned.error());
  if (json) {
    std::cout << Json{{"deleted", *pruned}}.dump() << '\n';
  } else {
    std::cout << counted(*pruned, "settled task") << " deleted\n";
  }
  return exit_ok;
}

int show_cursors(TaskStore& store, const std::string& incoming, bool json) {
  const auto all = store.cursors();
  if (!all) return report(all.error());
  Table table({"INCOMING", "CHANGED", "IN USE", "EVENTS", "CURSOR"});
  bool found = false;
  for (const CursorInfo& info : *all) {
    if (!incoming.empty() && info.incoming != incoming) continue;
    found = true;
    if (json) {
      const Json line{{"incoming", info.incoming},
                      {"cursor", info.cursor ? Json(*info.cursor) : Json(nullptr)},
                      {"changed", utc_time(info.changed)},
                      {"held", info.held},
                      {"events", info.events}};
      std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
      table.add({info.incoming, utc_time(info.changed), info.held ? "yes" : "no",
                 info.events == 0 ? "-" : human_count(info.events),
                 info.cursor ? one_line(*info.cursor, 200) : "(from the beginning)"});
    }
  }
  if (!found && !incoming.empty()) {
    std::cerr << "leat: no cursor is stored for incoming \"" << incoming << "\": it has not run yet\n";
    return exit_failed;
  }
  if (!json && table.empty()) std::cout << "no cursors: nothing has run yet\n";
  if (!json && !table.empty()) table.print(std::cout, Style::of(1));
  return exit_ok;
}

int set_cursor(TaskStore& store, const std::string& incoming, const std::optional<std::string>& cursor,
               std::vector<std::string> configured) {
  const auto all = store.cursors();
  if (!all) return report(all.error());
  std::vector<std::string> names;
  for (const CursorInfo& info : *all) names.push_back(info.incoming);
  const auto is_in = [&](const std::vector<std::string>& known) {
    return std::find(known.begin(), known.end(), incoming) != known.end();
  };
  if (!is_in(names) && !(cursor && is_in(configured))) {  // without a cursor it starts from the beginning anyway
    for (std::string& name : configured) names.push_back(std::move(name));
    std::cerr << "leat: no cursor is stored for incoming \"" << incoming << '"' << suggest(incoming, names) << '\n';
    return exit_failed;
  }
  const auto set = store.set_cursor(incoming, cursor ? std::optional<std::string_view>(*cursor) : std::nullopt);
  if (!set) return report(set.error());
  std::cout << "incoming " << incoming << (cursor ? " goes on at " + *cursor : " starts from the beginning") << '\n';
  return exit_ok;
}

}  // namespace leat::host
