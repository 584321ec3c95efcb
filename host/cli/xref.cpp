#include "host/cli/xref.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"

namespace leat::host {
namespace {

using Json = nlohmann::ordered_json;

std::optional<std::string> given(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

int broken(const Error& error) {
  std::cerr << "leat: " << error.message << '\n';
  return exit_broken;
}

int remove_xref(TaskStore& store, const XrefOptions& options, bool json) {
  if (options.set.empty() || options.source.empty()) {
    std::cerr << "leat: xref --remove: say which one: its set and --source\n";
    return exit_usage;
  }
  const auto removed = store.remove_xref(options.set, options.source);
  if (!removed) return broken(removed.error());
  if (json) {
    std::cout << Json{{"removed", *removed ? 1 : 0}}.dump() << '\n';
  } else {
    std::cout << (*removed ? "1 cross-reference removed\n" : "there is no such cross-reference\n");
  }
  return *removed ? exit_ok : exit_failed;
}

}  // namespace

int find_xrefs(TaskStore& store, const XrefOptions& options, bool json) {
  if (options.remove) return remove_xref(store, options, json);
  const XrefFilter filter{given(options.set), given(options.source), given(options.target)};
  const Style style = Style::of(1);
  Table table({"SET", "SOURCE", "TARGET", "WRITTEN"});
  constexpr std::uint32_t page_max = 500;
  std::uint64_t shown = 0;
  const std::uint64_t limit = options.limit == 0 ? UINT64_MAX : options.limit;
  for (Xref after; shown < limit;) {
    const auto page =
        store.xrefs(filter, after, static_cast<std::uint32_t>(std::min<std::uint64_t>(limit - shown, page_max)));
    if (!page) return broken(page.error());
    if (page->empty()) break;
    for (const XrefInfo& info : *page) {
      if (json) {
        const Json line{{"set", info.xref.set},
                        {"source", info.xref.source},
                        {"target", info.xref.target},
                        {"written", utc_time(info.changed)}};
        std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      } else {
        table.add({one_line(info.xref.set, 40), one_line(info.xref.source, 60), one_line(info.xref.target, 60),
                   utc_time(info.changed)});
      }
    }
    shown += page->size();
    after = page->back().xref;
  }
  if (json) return shown > 0 ? exit_ok : exit_failed;
  if (shown == 0) {
    std::cout << "no cross-references" << (filter.set || filter.source || filter.target ? " like that" : "") << '\n';
    return exit_failed;
  }
  table.print(std::cout, style);
  if (shown == limit) std::cout << style.dim("(more may follow: --limit)") << '\n';
  return exit_ok;
}

}  // namespace leat::host
