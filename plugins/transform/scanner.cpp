#include "scanner.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "leat/path.hpp"

namespace leat::transform {

std::string_view Scanner::peek_word() const {
  std::size_t end = at_;
  while (end < text_.size() && is_path_name_char(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

void Scanner::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool Scanner::take(std::string_view what) {
  skip_space();
  if (!starts(what)) return false;
  at_ += what.size();
  return true;
}

bool Scanner::take_word(std::string_view word) {
  skip_space();
  if (peek_word() != word) return false;
  at_ += word.size();
  return true;
}

bool Scanner::take_end() {
  if (placeholder_) return take("}}");
  skip_space();
  return at_ == text_.size();
}

Error Scanner::fail(const std::string& what, std::size_t at) {
  return {ErrorKind::invalid, what + " at offset " + std::to_string(at), 0};
}

std::string Scanner::found() const {
  if (at_ >= text_.size()) return "the end";
  if (placeholder_ && starts("}}")) return "\"}}\"";
  const std::string_view word = peek_word();
  return '"' + std::string(word.empty() ? text_.substr(at_, 1) : word) + '"';
}

Error Scanner::unexpected(const std::string& expected) const {
  return fail("expected " + expected + ", found " + found(), at_);
}

Error Scanner::unexpected_operator() const {
  constexpr std::pair<std::string_view, std::string_view> kForeign[] = {
      {"==", "="}, {"<>", "!="}, {"&&", "and"}, {"||", "or"}, {"~", "contains"}, {"like", "contains"}};
  std::string word(peek_word());
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  for (const auto& [theirs, ours] : kForeign) {
    if (word.empty() ? starts(theirs) : word == theirs) {
      return fail("write \"" + std::string(ours) + "\" instead of \"" + std::string(theirs) + '"', at_);
    }
  }
  for (const std::string_view ours : {"and", "or", "not", "in", "is", "contains", "starts", "ends", "exists"}) {
    if (word == ours && peek_word() != ours) return fail("write \"" + std::string(ours) + "\" in lower case", at_);
  }
  const bool sum =
      word.empty() ? peek() != '\0' && std::string_view("+*/%^").find(peek()) != std::string_view::npos : word == "-";
  if (sum) return fail("expressions do not calculate: found \"" + std::string(1, peek()) + '"', at_);
  return unexpected(placeholder_ ? "an operator or \"}}\"" : "an operator or the end");
}

}  // namespace leat::transform
