#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/query/condition.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::ValueType;

namespace {

constexpr int depth_max = 64;  // of parentheses and NOTs: the parser descends once for each

struct Token {
  enum class Kind { word, text, date, symbol, end };
  Kind kind = Kind::end;
  std::string text;
  std::size_t position = 0;
};

Refusal syntax_error(const Token& token, std::string_view expected) {
  const std::string found = token.kind == Token::Kind::end ? "the end" : "'" + token.text + "'";
  return {400,
          "ApiFindCondition",
          "Expected " + std::string(expected) + " at position " + std::to_string(token.position + 1) + " but found " +
              found + ".",
          {}};
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= ' ') ++at_;
    Token token;
    token.position = at_;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(token, c);
    if (c == '[') return date(token);
    if (is_word(c)) {
      token.kind = Token::Kind::word;
      while (at_ < text_.size() && is_word(text_[at_])) token.text += text_[at_++];
      return token;
    }
    token.kind = Token::Kind::symbol;
    token.text = c;
    ++at_;
    const bool two = at_ < text_.size() && text_[at_] == '=' && (c == '!' || c == '<' || c == '>');
    if (two) token.text += text_[at_++];
    return token;
  }

 private:
  static bool is_word(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.' ||
           c == '-' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
  }

  Token quoted(Token token, char quote) {
    token.kind = Token::Kind::text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return token;
      }
      const bool escape = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                          (text_[at_ + 1] == '\\' || text_[at_ + 1] == '"' || text_[at_ + 1] == '\'');
      if (escape) ++at_;
      token.text += text_[at_];
    }
    throw syntax_error({Token::Kind::end, {}, at_}, std::string("a closing ") + quote);
  }

  Token date(Token token) {
    token.kind = Token::Kind::date;
    const std::size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) throw syntax_error({Token::Kind::end, {}, text_.size()}, "a closing ]");
    token.text = std::string(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  Parser(std::string_view text, const Names& names) : lexer_(text), names_(names) { advance(); }

  Condition whole() {
    Condition condition = either(0);
    if (token_.kind != Token::Kind::end) throw syntax_error(token_, "AND, OR or the end");
    return condition;
  }

 private:
  void advance() { token_ = lexer_.next(); }
  bool is_word(std::string_view word) const { return token_.kind == Token::Kind::word && same_text(token_.text, word); }
  bool is_symbol(std::string_view symbol) const { return token_.kind == Token::Kind::symbol && token_.text == symbol; }
  bool take_word(std::string_view word) {
    const bool found = is_word(word);
    if (found) advance();
    return found;
  }
  void expect_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) throw syntax_error(token_, symbol);
    advance();
  }

  Condition either(int depth) { return joined(Condition::Kind::any, "or", depth, &Parser::both); }
  Condition both(int depth) { return joined(Condition::Kind::all, "and", depth, &Parser::single); }

  Condition joined(Condition::Kind kind, std::string_view word, int depth, Condition (Parser::*part)(int)) {
    Condition first = (this->*part)(depth);
    if (!is_word(word)) return first;
    Condition condition;
    condition.kind = kind;
    condition.parts.push_back(std::move(first));
    while (take_word(word)) condition.parts.push_back((this->*part)(depth));
    return condition;
  }

  Condition single(int depth) {
    if (depth >= depth_max) throw syntax_error(token_, "fewer than 64 levels");
    if (take_word("not")) {
      Condition condition;
      condition.kind = Condition::Kind::negation;
      condition.parts.push_back(single(depth + 1));
      return condition;
    }
    if (is_symbol("(")) {
      advance();
      Condition inner = either(depth + 1);
      expect_symbol(")");
      return inner;
    }
    Condition condition;
    condition.term = term();
    return condition;
  }

  Term term() {
    if (token_.kind != Token::Kind::word) throw syntax_error(token_, "a field name");
    Term term;
    term.field = names_.resolve(token_.text);
    const std::string name = token_.text;
    advance();
    term.negated = take_word("not");
    term.comparison = comparison(term.negated);
    if (term.comparison == Comparison::in) {
      expect_symbol("(");
      do {
        term.values.push_back(literal(term, name));
      } while (is_symbol(",") && (advance(), true));
      expect_symbol(")");
    } else {
      term.values.push_back(literal(term, name));
    }
    return term;
  }

  Comparison comparison(bool negated) {
    struct Row {
      std::string_view text;
      Comparison comparison;
    };
    constexpr std::array<Row, 3> words = {
        {{"contains", Comparison::contains}, {"like", Comparison::like}, {"in", Comparison::in}}};
    constexpr std::array<Row, 6> symbols = {{{"=", Comparison::equal},
                                             {"!=", Comparison::not_equal},
                                             {"<", Comparison::less},
                                             {"<=", Comparison::less_equal},
                                             {">", Comparison::greater},
                                             {">=", Comparison::greater_equal}}};
    for (const Row& row : words) {
      if (take_word(row.text)) return row.comparison;
    }
    for (const Row& row : symbols) {
      if (!negated && is_symbol(row.text)) {
        advance();
        return row.comparison;
      }
    }
    throw syntax_error(token_, negated ? "contains, like or in" : "an operator");
  }

  Literal literal(const Term& term, std::string_view name) {
    Literal value;
    const Token token = token_;
    if (token.kind == Token::Kind::text) {
      value.kind = Literal::Kind::text;
      value.text = token.text;
    } else if (token.kind == Token::Kind::date) {
      const auto time = parse_timestamp(trim(token.text));
      if (!time) throw syntax_error(token, "a date such as [2026-02-03T10:11:12Z]");
      value.kind = Literal::Kind::time;
      value.time = *time;
    } else if (token.kind == Token::Kind::word) {
      value = bare(token);
    } else {
      throw syntax_error(token, "a value");
    }
    const bool pattern = term.comparison == Comparison::like || term.comparison == Comparison::contains;
    if (pattern && value.text.empty() && value.kind != Literal::Kind::text)
      throw syntax_error(token, "a text in quotes");
    if (!pattern) check(term, name, value);
    advance();
    return value;
  }

  static Literal bare(const Token& token) {
    Literal value;
    if (same_text(token.text, "null")) return value;
    if (same_text(token.text, "true") || same_text(token.text, "false")) {
      value.kind = Literal::Kind::boolean;
      value.boolean = same_text(token.text, "true");
      return value;
    }
    const auto number = to_number(token.text);
    if (!number) throw syntax_error(token, "a value (text needs quotes)");
    value.kind = Literal::Kind::number;
    value.number = *number;
    value.text = token.text;
    return value;
  }

  // What the schema says a value cannot be.
  static void check(const Term& term, std::string_view name, const Literal& value) {
    const connectwise::Type* type = term.field.type;
    if (type == nullptr || value.kind != Literal::Kind::text) return;
    if (!type->choices.empty()) {
      const bool known = std::any_of(type->choices.begin(), type->choices.end(),
                                     [&](std::string_view choice) { return same_text(choice, value.text); });
      // Recorded (clients, C).
      if (!known) throw Refusal{400, "ApiFindCondition", "Enum value supplied was invalid", {}};
    }
    // Recorded with 500 (clients, C).
    if (type->format == "date-time" && !parse_timestamp(value.text)) {
      throw api_error(500, "String was not recognized as a valid DateTime.");
    }
    const bool numeric = type->kind == ValueType::integer || type->kind == ValueType::number;
    if (numeric && !to_number(value.text)) {
      throw Refusal{400, "ApiFindCondition", std::string(name) + " is a number; '" + value.text + "' is not.", {}};
    }
  }

  Lexer lexer_;
  const Names& names_;
  Token token_;
};

}  // namespace

Condition parse_condition(std::string_view text, const Names& names) { return Parser(text, names).whole(); }

}  // namespace leat::sandbox
