// The text of an expression while it is parsed: where we are, what comes next, and how to say what should have.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::transform {

class Scanner {
 public:
  // placeholder: the expression ends before "}}"; else with the text.
  Scanner(std::string_view text, std::size_t at, bool placeholder) : text_(text), at_(at), placeholder_(placeholder) {}

  std::size_t at() const { return at_; }

 protected:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string_view peek_word() const;  // of the characters a path's names may have
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  void skip_space();
  // These skip space before them.
  bool take(std::string_view what);
  bool take_word(std::string_view word);
  // The end of the text, or "}}", which is taken.
  bool take_end();

  static Error fail(const std::string& what, std::size_t at);
  Error unexpected(const std::string& expected) const;
  // Behind a whole value: names what people bring from other languages.
  Error unexpected_operator() const;

  std::string_view text_;
  std::size_t at_;

 private:
  std::string found() const;
  bool placeholder_;
};

}  // namespace leat::transform
