#include "host/cli/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stop_token>

#include "host/cli/doctor.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/config/describe.hpp"
#include "host/config/json_schema.hpp"
#include "host/config/nearest.hpp"
#include "host/plugin/runtime.hpp"

namespace leat::host {
namespace {

std::string_view kind_name(std::uint32_t kind) {
  return kind >= LEAT_KIND_CLIENT && kind <= LEAT_KIND_TRANSFORMER ? to_string(static_cast<ComponentKind>(kind))
                                                                   : "unknown";
}

Json to_json(const Library& library) {
  Json out;
  out["path"] = library.path.string();
  out["state"] = library.state == Library::State::loaded ? "loaded" : "refused";
  out["reason"] = library.reason.empty() ? Json(nullptr) : Json(library.reason);
  out["id"] = library.id;
  out["version"] = library.version;
  out["vendor"] = library.vendor;
  out["built_with"] = library.built_with;
  out["abi_minor"] = library.abi_minor;
  out["isolation"] = library.isolated ? "process" : "none";
  out["components"] = Json::array();
  for (const LibraryComponent& component : library.components) {
    out["components"].push_back({{"kind", kind_name(component.kind)},
                                 {"type", component.id},
                                 {"title", component.title},
                                 {"summary", component.summary},
                                 {"refused", component.refused.empty() ? Json(nullptr) : Json(component.refused)}});
  }
  return out;
}

// What plugins and files gave is in it: what is not UTF-8 must not keep the rest from being printed.
void print_json(const Json& out) { std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n'; }

std::string text_of(const Json& entry, const char* member) {
  const auto found = entry.find(member);
  return found != entry.end() && found->is_string() ? one_line(found->get_ref<const std::string&>()) : std::string();
}

void print_entity(const Json& entry, const Style& style, bool whole) {
  std::cout << style.bold(text_of(entry, "name")) << "\n  " << text_of(entry, "method") << ' ' << text_of(entry, "path")
            << "  " << style.dim(text_of(entry, "id")) << '\n';
  if (!whole) return;
  for (const char* member : {"parameters", "fields"}) {
    const auto list = entry.find(member);
    if (list == entry.end() || !list->is_array() || list->empty()) continue;
    std::string line;
    for (const Json& item : *list) {
      if (!line.empty()) line += ", ";
      line += one_line(item.is_string() ? item.get<std::string>() : item.dump());
    }
    std::cout << "  " << member << ": " << line << '\n';
  }
}

}  // namespace

int list_plugins(const Session& session, bool json) {
  const auto& all = session.libraries().all();
  if (json) {
    Json out = Json::array();
    for (const Library& library : all) out.push_back(to_json(library));
    print_json(out);
    return exit_ok;
  }
  const Style style = Style::of(1);
  if (all.empty()) {
    std::cout << "no plugins found; --plugin-dir or LEAT_PLUGIN_PATH name further folders\n";
    return exit_ok;
  }
  for (const Library& library : all) {
    if (library.state == Library::State::refused) {
      std::cout << style.red("refused") << "  " << one_line(library.path.string()) << "\n  " << one_line(library.reason)
                << '\n';
      continue;
    }
    std::cout << style.green("loaded") << "   " << style.bold(library.id) << ' ' << one_line(library.version) << "  "
              << (library.isolated ? "in a process of its own  " : "") << style.dim(one_line(library.path.string()))
              << '\n';
    for (const LibraryComponent& component : library.components) {
      std::cout << "  " << fmt::format("{:<12} {:<14} ", kind_name(component.kind), one_line(component.id))
                << (component.refused.empty() ? one_line(component.summary)
                                              : style.red("refused: " + one_line(component.refused)))
                << '\n';
    }
  }
  return exit_ok;
}

int describe_component(const Session& session, const std::string& kind, const std::string& type, bool json) {
  for (const ComponentKind known : kComponentKinds) {
    if (kind != to_string(known)) continue;
    if (const ComponentInfo* info = session.registry().find(known, type); info != nullptr) {
      if (json) {
        print_json(describe_json(known, *info));
      } else {
        std::cout << some_lines(describe_text(known, *info));
      }
      return exit_ok;
    }
    std::vector<std::string> names;
    for (const ComponentInfo* info : session.registry().all(known)) names.push_back(info->type);
    std::cerr << "leat: there is no " << kind << " \"" << type << '"'
              << suggest(type, names, "; there is none at all: `leat plugins` shows what is loaded and why not")
              << '\n';
    return exit_usage;
  }
  std::cerr << fmt::format(
      "leat: \"{}\" is no kind of component; there are client, subscriber, publisher and "
      "transformer\n",
      kind);
  return exit_usage;
}

int search_entities(Session& session, const std::vector<std::string>& words, std::uint32_t limit, bool json) {
  const auto& catalogs = session.registry().catalogs();
  if (catalogs.empty()) {
    std::cerr << "leat: no loaded plugin has a catalog of entities; `leat plugins` shows what is loaded\n";
    return exit_failed;
  }
  const Style style = Style::of(1);
  std::size_t shown = 0;
  Json all = Json::array();
  for (const Catalog& catalog : catalogs) {
    Call call(session.clock(), std::stop_token(), "entities");
    const auto text = catalog.search(call, fmt::format("{}", fmt::join(words, " ")), limit);
    if (!text) {
      std::cerr << "leat: " << catalog.plugin() << ": " << one_line(text.error().message) << '\n';
      return exit_failed;
    }
    const Json found = Json::parse(*text, nullptr, false);
    if (found.is_discarded() || !found.contains("entries")) {
      std::cerr << "leat: " << catalog.plugin() << ": its catalog gave no entries member\n";
      return exit_failed;
    }
    const Json& entries = found["entries"];
    shown += entries.size();
    if (json) {
      Json named = found;
      named["plugin"] = catalog.plugin();
      all.push_back(std::move(named));
      continue;
    }
    for (const Json& entry : entries) print_entity(entry, style, entries.size() <= 5);
    std::cout << style.dim(fmt::format("{}: {} shown of {} operations", catalog.plugin(), entries.size(),
                                       human_count(found.value("total", std::uint64_t{0}))))
              << '\n';
  }
  if (json) print_json(all);
  return shown > 0 ? exit_ok : exit_failed;
}

Json problems_json(const Problems& problems) {
  Json out = Json::array();
  for (const Problem& problem : problems) {
    out.push_back({{"severity", problem.severity == Severity::error ? "error" : "warning"},
                   {"file", problem.position.file},
                   {"line", problem.position.line},
                   {"column", problem.position.column},
                   {"path", problem.path},
                   {"message", problem.message}});
  }
  return out;
}

int check_config(Session& session, bool json, bool online) {
  ConfigResult result = session.check();
  if (result.config) {  // what only a component can judge: it is made, which needs no network, and thrown away
    const auto made = Runtime::make(*result.config, session.registry(), session.services(), std::stop_token());
    result.problems.insert(result.problems.end(), made.problems.begin(), made.problems.end());
  }
  const auto errors = std::count_if(result.problems.begin(), result.problems.end(),
                                    [](const Problem& problem) { return problem.severity == Severity::error; });
  const auto warnings = static_cast<std::ptrdiff_t>(result.problems.size()) - errors;
  if (json && (errors > 0 || !online)) {
    print_json(problems_json(result.problems));
    return errors > 0 ? exit_usage : exit_ok;
  }
  if (json) return run_doctor(session, *result.config, result.problems, {.json = true});
  print_problems(result.problems);
  if (errors > 0) {
    std::cerr << counted(errors, "error") << ", " << counted(warnings, "warning") << '\n';
    return exit_usage;
  }
  std::cout << fmt::format("ok: {}, {} incoming, {} outgoing, {}\n", counted(result.config->routes.size(), "route"),
                           result.config->incoming.size(), result.config->outgoing.size(),
                           counted(result.config->clients.size(), "client"));
  if (online) return run_doctor(session, *result.config, {}, {});
  return exit_ok;
}

int print_schema(const Session& session) {
  print_json(full_schema(session.registry()));
  return exit_ok;
}

}  // namespace leat::host
