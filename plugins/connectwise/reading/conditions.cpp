#include "plugins/connectwise/reading/conditions.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "leat/http.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool word = false;  // unquoted; others are quoted text, a date in brackets, "(", ")", "," or an operator
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' ||
         c == '.' || c == '-' || c == '+';
}

std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return text.size();
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    Token token{at, at + 1, false};
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at;
      continue;
    }
    if (c == '"' || c == '\'') {
      token.end = end_of_quoted(text, at);
    } else if (c == '[') {
      token.end = std::min(text.find(']', at), text.size() - 1) + 1;
    } else if (is_word(c)) {
      token.word = true;
      while (token.end < text.size() && is_word(text[token.end])) ++token.end;
    }
    at = token.end;
    tokens.push_back(token);
  }
  return tokens;
}

// What stands between the parentheses of one `in (...)`.
struct List {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class ListFinder {
 public:
  explicit ListFinder(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  std::optional<List> longest() {
    look(0, tokens_.size());
    return found_;
  }

 private:
  bool says(std::size_t i, std::string_view word) const {
    return i < tokens_.size() && same_letters(text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin), word);
  }
  // Behind the ")" that belongs to the "(" at i.
  std::size_t behind(std::size_t i) const {
    int depth = 0;
    for (; i < tokens_.size(); ++i) {
      if (says(i, "(")) ++depth;
      if (says(i, ")") && --depth == 0) return i + 1;
    }
    return tokens_.size();
  }

  // The terms of tokens [first, last), if all of them must hold.
  void look(std::size_t first, std::size_t last) {
    std::vector<std::size_t> starts = {first};
    for (std::size_t i = first; i < last;) {
      if (says(i, "(")) {
        i = behind(i);
        continue;
      }
      if (tokens_[i].word && says(i, "or")) return;
      if (tokens_[i].word && says(i, "and")) starts.push_back(i + 1);
      ++i;
    }
    starts.push_back(last + 1);
    for (std::size_t term = 0; term + 1 < starts.size(); ++term) take(starts[term], starts[term + 1] - 1);
  }

  void take(std::size_t first, std::size_t last) {
    if (first >= last) return;
    if (says(first, "(") && behind(first) == last) {
      look(first + 1, last - 1);
      return;
    }
    // field in ( ... )
    const bool is_list = last - first >= 5 && tokens_[first].word && !says(first, "not") && tokens_[first + 1].word &&
                         says(first + 1, "in") && says(first + 2, "(") && says(last - 1, ")") &&
                         behind(first + 2) == last;
    if (!is_list) return;
    const List list{tokens_[first + 2].end, tokens_[last - 1].begin};
    if (!found_ || list.end - list.begin > found_->end - found_->begin) found_ = list;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::optional<List> found_;
};

// In the order in which they are asked for.
std::vector<std::string_view> values_of(std::string_view list) {
  std::vector<std::string_view> values;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    if (const std::string_view value = trim(list.substr(begin, end - begin)); !value.empty()) values.push_back(value);
  };
  for (const Token& token : tokens_of(list)) {
    if (list.substr(token.begin, token.end - token.begin) != ",") continue;
    add(token.begin);
    begin = token.end;
  }
  add(list.size());
  if (std::ranges::all_of(values, [](std::string_view value) { return whole_number(value).has_value(); })) {
    std::ranges::stable_sort(values, {}, [](std::string_view value) { return *whole_number(value); });
  }
  // Text compares without case.
  std::set<std::string> known;
  std::erase_if(values, [&known](std::string_view value) { return !known.insert(lower(value)).second; });
  return values;
}

}  // namespace

std::string both(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  if (a.empty()) return std::string(b);
  if (b.empty()) return std::string(a);
  return "(" + std::string(a) + ") and " + std::string(b);
}

std::size_t encoded_length(std::string_view text) { return url_part(text).size(); }

Result<std::vector<std::string>> split_conditions(std::string_view conditions, std::size_t length_max) {
  const auto list = ListFinder(conditions).longest();
  if (!list) {
    return Error{ErrorKind::invalid,
                 "conditions are " + std::to_string(encoded_length(conditions)) + " characters long in a URL; " +
                     std::to_string(length_max) +
                     " fit, and only a list that every record must meet (`field in (...) and ...`) can be split",
                 0};
  }
  const std::string_view before = conditions.substr(0, list->begin);
  const std::string_view after = conditions.substr(list->end);
  const std::size_t fixed = encoded_length(before) + encoded_length(after);
  std::vector<std::string> parts;
  std::string part;
  std::size_t length = 0;
  const auto finish = [&] {
    if (!part.empty()) parts.push_back(std::string(before) + part + std::string(after));
    part.clear();
    length = 0;
  };
  for (const std::string_view value : values_of(conditions.substr(list->begin, list->end - list->begin))) {
    const std::size_t size = encoded_length(value) + 3;  // with its comma
    if (fixed + size > length_max) {
      return Error{ErrorKind::invalid,
                   "conditions are too long for a URL even with a single value of their longest list: " +
                       std::to_string(fixed + size) + " characters, " + std::to_string(length_max) + " fit",
                   0};
    }
    if (fixed + length + size > length_max) finish();
    part += (part.empty() ? "" : ",") + std::string(value);
    length += size;
  }
  finish();
  return parts;
}

std::vector<std::string> id_conditions(const std::vector<std::int64_t>& ids, std::size_t count_max,
                                       std::size_t length_max) {
  const std::string_view begin = "id in (";
  std::vector<std::string> parts;
  std::size_t count = 0;
  std::size_t length = 0;
  for (const std::int64_t id : ids) {
    const std::string value = std::to_string(id);
    const std::size_t size = encoded_length(value) + 3;  // with its comma, or the bracket at the end
    if (parts.empty() || count == count_max || length + size > length_max) {
      if (!parts.empty()) parts.back() += ")";
      parts.emplace_back(begin);
      count = 0;
      length = encoded_length(begin);
    }
    parts.back() += (count == 0 ? "" : ",") + value;
    ++count;
    length += size;
  }
  if (!parts.empty()) parts.back() += ")";
  return parts;
}

}  // namespace leat::connectwise
