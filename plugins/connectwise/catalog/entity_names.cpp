#include "plugins/connectwise/catalog/entity_names.hpp"

#include <algorithm>
#include <utility>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

constexpr std::size_t candidates_max = 8;
constexpr std::string_view by_id = " by id";

bool on_one_record(const Operation& operation) {
  std::string_view path = operation.path;
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.ends_with('}') && path.substr(path.rfind('/') + 1).starts_with('{');
}

// "ConnectWise.Apis.v3_0.v2015_3.Service.Ticket.Ticket" -> "Ticket", as the tables have it.
std::string without_class_paths(std::string text) {
  constexpr std::string_view prefix = "connectwise.apis.v3_0.";
  for (std::size_t begin = text.find(prefix); begin != text.npos; begin = text.find(prefix, begin)) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    const std::size_t dot = text.rfind('.', end - 1);
    text.erase(begin, dot + 1 - begin);
  }
  return text;
}

std::string plain_label(const Operation& operation) {
  return std::string(operation.tag) + " - " + std::string(operation.title);
}

// What two labels are compared by.
std::string folded_label(std::string_view text) { return collapse(without_class_paths(lower(text))); }

std::string describe(const Operation& operation) {
  return std::string(to_string(operation.method)) + ' ' + std::string(operation.path) + " (" +
         std::string(operation.id) + ")";
}

std::string list(const std::vector<const Operation*>& operations) {
  std::string text;
  for (std::size_t i = 0; i < std::min(operations.size(), candidates_max); ++i) {
    text += (i == 0 ? "" : ", ") + describe(*operations[i]);
  }
  if (operations.size() > candidates_max) {
    text += " and " + std::to_string(operations.size() - candidates_max) + " more";
  }
  return text;
}

// A label equal to the text, with or without the summary's further lines; "by id" narrows it to operations on one
// record.
std::vector<const Operation*> by_label(const Catalog& catalog, std::string_view name) {
  const std::string wanted = folded_label(name);
  const bool one_record = wanted.ends_with(by_id);
  const std::string plain = one_record ? wanted.substr(0, wanted.size() - by_id.size()) : wanted;
  std::vector<const Operation*> found;
  for (const Operation& operation : catalog.operations()) {
    const std::string own = folded_label(plain_label(operation));
    const bool matches = own == wanted || (one_record && own == plain && on_one_record(operation)) ||
                         (!operation.note.empty() && own + ' ' + folded_label(operation.note) == wanted);
    if (matches) found.push_back(&operation);
  }
  return found;
}

// "Get List of AddressFormats" and "/company/addressFormats" as words: "address format" finds both.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(lower(std::exchange(word, {})));
  };
  bool was_lower = false;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter || (upper && was_lower)) flush();
    if (letter) word += c;
    was_lower = letter && !upper;
  }
  flush();
  return words;
}

// 0: not in the text. A whole word counts most, then the beginning of one, then any place.
int score(const std::string& word, std::string_view text, const std::vector<std::string>& words) {
  if (std::ranges::find(words, word) != words.end() || std::ranges::find(words, word + 's') != words.end()) return 4;
  if (std::ranges::any_of(words, [&](const std::string& w) { return w.starts_with(word); })) return 3;
  return text.find(word) != text.npos ? 1 : 0;
}

// 0: some word is missing. The tag says most about what an operation is for.
int score(const std::vector<std::string>& wanted, const Operation& operation) {
  const std::pair<std::string_view, int> places[] = {{operation.tag, 4},
                                                     {operation.title, 3},
                                                     {operation.path, 2},
                                                     {operation.id, 1},
                                                     {to_string(operation.method), 3}};
  int total = 0;
  for (const std::string& word : wanted) {
    int best = 0;
    for (const auto& [text, weight] : places) {
      best = std::max(best, weight * score(word, lower(text), words_of(text)));
    }
    if (best == 0) return 0;
    total += best;
  }
  return total;
}

// Nothing is named so: what was perhaps meant, by spelling first and then by words.
std::vector<const Operation*> similar(const Catalog& catalog, std::string_view name) {
  const std::string wanted = folded_label(name);
  if (wanted.empty()) return {};
  const std::size_t far = std::max<std::size_t>(2, wanted.size() / 5);
  std::vector<std::pair<std::size_t, const Operation*>> ranked;
  for (const Operation& operation : catalog.operations()) {
    const std::string names[] = {folded_label(label(operation)), lower(operation.id),
                                 lower(to_string(operation.method)) + ' ' + lower(operation.path)};
    std::size_t best = far + 1;
    for (const std::string& own : names) {
      const std::size_t shorter = std::min(own.size(), wanted.size());
      const std::size_t longer = std::max(own.size(), wanted.size());
      if (longer - shorter < best) best = std::min(best, distance(own, wanted));
    }
    if (best <= far) ranked.emplace_back(best, &operation);
  }
  std::ranges::stable_sort(ranked, {}, [](const auto& entry) { return entry.first; });
  std::vector<const Operation*> found;
  for (std::size_t i = 0; i < std::min<std::size_t>(ranked.size(), 3); ++i) found.push_back(ranked[i].second);
  for (const Operation* operation : search_entities(catalog, name, 3)) {
    if (std::ranges::find(found, operation) == found.end()) found.push_back(operation);
  }
  return found;
}

// `METHOD /path`; nullptr when the text is not of that form or names nothing.
const Operation* by_method_and_path(const Catalog& catalog, std::string_view name) {
  const std::size_t blank = name.find_first_of(" \t");
  if (blank == name.npos) return nullptr;
  const std::optional<Method> method = to_method(name.substr(0, blank));
  return method ? catalog.by_path(*method, trim(name.substr(blank))) : nullptr;
}

}  // namespace

std::string label(const Operation& operation) {
  std::string text = plain_label(operation);
  // As the reference page writes it: "Get AddressFormat by id", but "Put AddressFormat".
  if (operation.method == Method::get && on_one_record(operation)) text += by_id;
  return text;
}

Result<const Operation*> find_entity(const Catalog& catalog, std::string_view name) {
  name = trim(name);
  if (const Operation* operation = catalog.by_id(name)) return operation;
  if (const Operation* operation = by_method_and_path(catalog, name)) return operation;
  for (const Operation& operation : catalog.operations()) {
    if (same_letters(operation.id, name)) return &operation;
  }
  const std::vector<const Operation*> found = by_label(catalog, name);
  if (found.size() == 1) return found.front();
  const std::string quoted = "entity \"" + std::string(name) + "\"";
  if (!found.empty()) {
    return Error{ErrorKind::invalid, quoted + " stands for several operations; name one of them: " + list(found)};
  }
  const std::vector<const Operation*> near = similar(catalog, name);
  return Error{ErrorKind::invalid,
               quoted + " is not in the catalog of " + std::to_string(catalog.operations().size()) + " operations; " +
                   (near.empty() ? "search it with `leat entities WORDS`" : "near to it: " + list(near))};
}

std::unordered_map<const Operation*, std::string> entity_names(const Catalog& catalog) {
  // A plain label also stands for the operations that label() tells apart by "by id".
  std::unordered_map<std::string, int> uses;
  for (const Operation& operation : catalog.operations()) {
    const std::string plain = lower(plain_label(operation));
    ++uses[plain];
    if (on_one_record(operation)) ++uses[plain + std::string(by_id)];
  }
  std::unordered_map<const Operation*, std::string> names;
  for (const Operation& operation : catalog.operations()) {
    const std::string own = label(operation);
    const bool unique = uses[lower(own)] == 1;
    names.emplace(&operation,
                  unique ? own : std::string(to_string(operation.method)) + ' ' + std::string(operation.path));
  }
  return names;
}

std::vector<const Operation*> search_entities(const Catalog& catalog, std::string_view words, std::size_t limit) {
  const std::vector<std::string> wanted = words_of(words);
  std::vector<std::pair<int, const Operation*>> ranked;
  for (const Operation& operation : catalog.operations()) {
    const int points = wanted.empty() ? 1 : score(wanted, operation);
    if (points > 0) ranked.emplace_back(points, &operation);
  }
  // Among equals the shorter path is the more general one; the catalog's order decides the rest.
  std::ranges::stable_sort(ranked, [&wanted](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first > b.first;
    return !wanted.empty() && a.second->path.size() < b.second->path.size();
  });
  std::vector<const Operation*> found;
  for (const auto& [points, operation] : ranked) {
    if (limit != 0 && found.size() == limit) break;
    found.push_back(operation);
  }
  return found;
}

}  // namespace leat::connectwise
