#include "plugins/connectwise/writing/options.hpp"

#include "leat/record.hpp"

namespace leat::connectwise {
namespace {

Winner to_winner(std::string_view text) {
  return text == "ours" ? Winner::ours : text == "theirs" ? Winner::theirs : Winner::refuse;
}

}  // namespace

PayloadCheck parse_check(std::string_view json) {
  const NewRecord option(json);
  const std::string_view said = option.root().text();
  if (said == "warn") return PayloadCheck::warn;
  return said == "false" || said == "off" ? PayloadCheck::off : PayloadCheck::strict;
}

std::optional<std::chrono::milliseconds> parse_names(std::string_view json) {
  constexpr std::chrono::milliseconds usual = std::chrono::minutes(10);
  const NewRecord option(json);
  if (option.root().boolean() == false) return {};
  const auto given = option["cache"].i64();
  return given ? std::chrono::milliseconds(*given) : usual;
}

std::optional<ConflictRules> parse_compare(std::string_view json) {
  const NewRecord option(json);
  if (option.root().boolean() == false) return {};
  ConflictRules rules{.otherwise = to_winner(option["conflict"].text()), .members = {}};
  for (const auto item : option["fields"]) rules.members.emplace(item.key, to_winner(item.value.text()));
  return rules;
}

std::string list_path(const Catalog& catalog, const Operation& operation) {
  Operation plain = operation;
  if (constexpr std::string_view bulk = "/bulk"; plain.path.ends_with(bulk)) plain.path.remove_suffix(bulk.size());
  const Operation* list = siblings(catalog, plain).list;
  const bool whole = list && list->response == ResponseKind::array && list->path_parameters.empty();
  return whole ? std::string(list->path) : std::string();
}

}  // namespace leat::connectwise
