// Text -> Term, by recursive descent: one function per line of the grammar in README.md.
#include <utility>

#include "decimal.hpp"
#include "expression.hpp"
#include "functions.hpp"
#include "literal.hpp"
#include "scanner.hpp"

namespace leat::transform {
namespace {

constexpr int kDepthMax = 64;  // parentheses, nots and calls within each other

struct Operator {
  std::string_view text;
  Op op;
};
constexpr Operator kComparisons[] = {{"!=", Op::not_equal}, {"<=", Op::less_equal}, {">=", Op::greater_equal},
                                     {"=", Op::equal},      {"<", Op::less},        {">", Op::greater}};

struct NamedTypes {
  std::string_view name;
  std::uint32_t bits;
};
constexpr NamedTypes kTypes[] = {{"missing", type_bit(Type::missing)}, {"null", type_bit(Type::null)},
                                 {"boolean", type_bit(Type::boolean)}, {"number", type_bit(Type::number)},
                                 {"string", type_bit(Type::string)},   {"array", type_bit(Type::array)},
                                 {"object", type_bit(Type::object)},   {"empty", kEmptyBit}};

class Parser : private Scanner {
 public:
  using Scanner::at;
  using Scanner::Scanner;

  // All of the text, or what stands before "}}".
  Result<Term> whole() {
    auto term = disjunction();
    if (!term) return term;
    if (!take_end()) return unexpected_operator();
    return term;
  }

 private:
  Result<Term> disjunction() {
    return chain("or", Op::disjunction, [this] { return conjunction(); });
  }
  Result<Term> conjunction() {
    return chain("and", Op::conjunction, [this] { return negation(); });
  }

  template <class Next>
  Result<Term> chain(std::string_view word, Op op, Next next) {
    auto first = next();
    if (!first || !take_word(word)) return first;
    Term term = made(op, first->at);
    term.operands.push_back(std::move(*first));
    do {
      auto further = next();
      if (!further) return further;
      term.operands.push_back(std::move(*further));
    } while (take_word(word));
    return term;
  }

  Result<Term> negation() {
    skip_space();
    const std::size_t begin = at_;
    if (!take_word("not")) return comparison();
    if (++depth_ > kDepthMax) return fail("nested deeper than " + std::to_string(kDepthMax) + " levels", at_);
    auto operand = negation();
    --depth_;
    if (!operand) return operand;
    Term term = unary(Op::negation, std::move(*operand));
    term.at = begin;
    return term;
  }

  Result<Term> comparison() {
    auto left = fallback();
    if (!left) return left;
    skip_space();
    for (const Operator& known : kComparisons) {
      if (!starts(known.text) || starts("==") || starts("<>")) continue;
      at_ += known.text.size();
      return binary(known.op, std::move(*left));
    }
    if (take_word("exists")) {
      Term term = unary(Op::is, std::move(*left));
      term.types = type_bit(Type::missing);
      return unary(Op::negation, std::move(term));
    }
    if (take_word("is")) return type_test(std::move(*left));
    const bool negated = take_word("not");
    auto term = word_operator(std::move(*left), negated);
    if (!term || !negated) return term;
    return unary(Op::negation, std::move(*term));
  }

  // What a word can follow a value; after `not` one has to.
  Result<Term> word_operator(Term left, bool needed) {
    if (take_word("in")) return list(std::move(left));
    if (take_word("contains")) return binary(Op::contains, std::move(left));
    for (const auto& [word, op] : {Operator{"starts", Op::starts_with}, Operator{"ends", Op::ends_with}}) {
      if (!take_word(word)) continue;
      if (!take_word("with")) return unexpected("\"with\"");
      return binary(op, std::move(left));
    }
    if (needed) return unexpected("\"in\", \"contains\", \"starts with\" or \"ends with\"");
    return left;
  }

  Result<Term> type_test(Term left) {
    const bool negated = take_word("not");
    for (const NamedTypes& known : kTypes) {
      if (!take_word(known.name)) continue;
      Term term = unary(Op::is, std::move(left));
      term.types = known.bits;
      if (!negated) return term;
      return unary(Op::negation, std::move(term));
    }
    return unexpected("missing, null, empty, boolean, number, string, array or object");
  }

  Result<Term> list(Term left) {
    if (!take("(")) return unexpected("\"(\"");
    Term term = unary(Op::in, std::move(left));
    do {
      auto element = fallback();
      if (!element) return element;
      term.operands.push_back(std::move(*element));
    } while (take(","));
    if (!take(")")) return unexpected("\",\" or \")\"");
    return term;
  }

  Result<Term> fallback() {
    auto first = marked();
    if (!first || !take("??")) return first;
    Term term = unary(Op::fallback, std::move(*first));
    do {
      auto further = marked();
      if (!further) return further;
      term.operands.push_back(std::move(*further));
    } while (take("??"));
    return term;
  }

  Result<Term> marked() {
    auto term = primary();
    if (!term) return term;
    skip_space();
    if (!starts("!") || starts("!=")) return term;
    Term required = made(Op::required, term->at);
    required.text = std::string(text_.substr(term->at, at_ - term->at));
    while (!required.text.empty() && is_space(required.text.back())) required.text.pop_back();
    ++at_;
    required.operands.push_back(std::move(*term));
    return required;
  }

  Result<Term> primary() {
    skip_space();
    if (++depth_ > kDepthMax) return fail("nested deeper than " + std::to_string(kDepthMax) + " levels", at_);
    auto term = primary_body();
    --depth_;
    return term;
  }

  Result<Term> primary_body() {
    const std::size_t begin = at_;
    const char c = peek();
    if (take("(")) {
      auto inner = disjunction();
      if (!inner) return inner;
      if (!take(")")) return unexpected("\")\"");
      inner->at = begin;
      return inner;
    }
    if (c == '"' || c == '\'') {
      auto text = parse_string(text_, at_);
      if (!text) return std::move(text).error();
      return literal(Type::string, begin, std::move(*text));
    }
    const bool sign = c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (is_digit(c) || sign) return number();
    if (c == '[') return path();
    if (!is_path_name_char(c)) return unexpected("a value");
    const std::string_view word = peek_word();
    if (text_.substr(at_ + word.size()).substr(0, 1) == "(") return call(word);
    if (word == "null") return keyword(word, Type::null, false);
    if (word == "true" || word == "false") return keyword(word, Type::boolean, word == "true");
    if (word == "and" || word == "or" || word == "not" || word == "in" || word == "is") return unexpected("a value");
    return path();
  }

  Result<Term> keyword(std::string_view word, Type type, bool truth) {
    // `null.id` and `true[0]` are no literals.
    const std::string_view behind = text_.substr(at_ + word.size());
    if (behind.substr(0, 1) == "." || behind.substr(0, 1) == "[") return path();
    Term term = literal(type, at_, std::string(word));
    term.truth = truth;
    at_ += word.size();
    return term;
  }

  Result<Term> number() {
    const std::size_t begin = at_;
    const auto belongs = [](char c) { return is_path_name_char(c) || c == '.' || c == '+'; };
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (!is_json_number(digits)) {
      return fail("\"" + std::string(digits) + "\" is not a number (a member of this name is written [\"" +
                      std::string(digits.substr(0, digits.find('.'))) + "\"])",
                  begin);
    }
    return literal(Type::number, begin, std::string(digits));
  }

  Result<Term> path() {
    Term term = made(Op::path, at_);
    auto parsed = parse_path_at(text_, at_);
    if (!parsed) return std::move(parsed).error();
    term.path = std::move(*parsed);
    term.text = std::string(text_.substr(term.at, at_ - term.at));
    return term;
  }

  Result<Term> call(std::string_view name) {
    Term term = made(Op::call, at_);
    term.function = find_function(name);
    if (term.function == nullptr) {
      return fail("there is no function \"" + std::string(name) + "\" (known: " + function_names() + ")", at_);
    }
    at_ += name.size() + 1;
    if (!take(")")) {
      do {
        auto argument = disjunction();
        if (!argument) return argument;
        term.operands.push_back(std::move(*argument));
      } while (take(","));
      if (!take(")")) return unexpected("\",\" or \")\"");
    }
    const std::size_t wanted = term.function->arguments;
    if (term.operands.size() == wanted) return term;
    return fail(std::string(name) + "() takes " + std::to_string(wanted) + (wanted == 1 ? " argument" : " arguments") +
                    ", found " + std::to_string(term.operands.size()),
                term.at);
  }

  // ---- terms

  static Term made(Op op, std::size_t at) {
    Term term;
    term.op = op;
    term.at = at;
    return term;
  }
  static Term literal(Type type, std::size_t at, std::string text) {
    Term term = made(Op::literal, at);
    term.type = type;
    term.text = std::move(text);
    return term;
  }
  static Term unary(Op op, Term operand) {
    Term term = made(op, operand.at);
    term.operands.push_back(std::move(operand));
    return term;
  }
  Result<Term> binary(Op op, Term left) {
    Term term = unary(op, std::move(left));
    auto right = fallback();
    if (!right) return right;
    term.operands.push_back(std::move(*right));
    return term;
  }

  int depth_ = 0;
};

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
  auto term = Parser(text, 0, false).whole();
  if (!term) return std::move(term).error();
  return Expression(std::move(*term));
}

Result<Expression> Expression::parse_placeholder(std::string_view text, std::size_t& at) {
  Parser parser(text, at, true);
  auto term = parser.whole();
  if (!term) return std::move(term).error();
  at = parser.at();
  return Expression(std::move(*term));
}

}  // namespace leat::transform
