#include "plugins/connectwise/sandbox/query/like.hpp"

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

// One character of text against the start of the pattern, which is advanced past what was used.
bool match_one(char c, std::string_view& pattern) {
  const std::size_t close = pattern.front() == '[' ? pattern.find(']', 2) : std::string_view::npos;
  if (close == std::string_view::npos) {
    const bool same = pattern.front() == '_' || lower(pattern.front()) == lower(c);
    pattern.remove_prefix(1);
    return same;
  }
  std::string_view set = pattern.substr(1, close - 1);
  pattern.remove_prefix(close + 1);
  const bool inverted = set.size() > 1 && set.front() == '^';
  if (inverted) set.remove_prefix(1);
  bool found = false;
  while (!set.empty()) {
    const bool range = set.size() >= 3 && set[1] == '-';
    const char last = range ? set[2] : set[0];
    found = found || (lower(c) >= lower(set[0]) && lower(c) <= lower(last));
    set.remove_prefix(range ? 3 : 1);
  }
  return found != inverted;
}

}  // namespace

bool like(std::string_view text, std::string_view pattern) {
  // Where to go on when a later part fails: the last wildcard takes one character more.
  std::string_view pattern_after_star;
  std::string_view text_at_star;
  bool star = false;
  while (true) {
    if (!pattern.empty() && (pattern.front() == '*' || pattern.front() == '%')) {
      pattern.remove_prefix(1);
      star = true;
      pattern_after_star = pattern;
      text_at_star = text;
      continue;
    }
    if (text.empty() && pattern.empty()) return true;
    if (!text.empty() && !pattern.empty() && match_one(text.front(), pattern)) {
      text.remove_prefix(1);
      continue;
    }
    if (!star || text_at_star.empty()) return false;
    text_at_star.remove_prefix(1);
    text = text_at_star;
    pattern = pattern_after_star;
  }
}

}  // namespace leat::sandbox
