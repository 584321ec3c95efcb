// Text -> Term, by recursive descent: one function per line of the grammar in README.md.
#include <algorithm>
#include <cctype>
#include <utility>

#include "decimal.hpp"
#include "expression.hpp"
#include "functions.hpp"
#include "literal.hpp"

namespace leat::transform {
namespace {

constexpr int kDepthMax = 64;

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

class Parser {
 public:
  Parser(std::string_view text, std::size_t at, bool placeholder) : text_(text), at_(at), placeholder_(placeholder) {}

  std::size_t at() const { return at_; }

  // All of the text, or what stands before "}}".
  Result<Term> whole() {
    auto term = disjunction();
    if (!term) return term;
    skip_space();
    if (placeholder_ ? !starts("}}") : at_ < text_.size()) return unexpected_operator();
    if (placeholder_) at_ += 2;
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
    if (++depth_ > kDepthMax) return too_deep();
    auto operand = negation();
    --depth_;
    if (!operand) return operand;
    return unary(Op::negation, begin, std::move(*operand));
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
      Term term = unary(Op::is, left->at, std::move(*left));
      term.types = type_bit(Type::missing);
      return unary(Op::negation, term.at, std::move(term));
    }
    if (take_word("is")) return type_test(std::move(*left));
    const bool negated = take_word("not");
    auto term = word_operator(std::move(*left), negated);
    if (!term || !negated) return term;
    return unary(Op::negation, term->at, std::move(*term));
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
      Term term = unary(Op::is, left.at, std::move(left));
      term.types = known.bits;
      if (!negated) return term;
      return unary(Op::negation, term.at, std::move(term));
    }
    return unexpected("missing, null, empty, boolean, number, string, array or object");
  }

  Result<Term> list(Term left) {
    skip_space();
    if (!take('(')) return unexpected("\"(\"");
    Term term = unary(Op::in, left.at, std::move(left));
    do {
      auto element = fallback();
      if (!element) return element;
      term.operands.push_back(std::move(*element));
      skip_space();
    } while (take(','));
    if (!take(')')) return unexpected("\",\" or \")\"");
    return term;
  }

  Result<Term> fallback() {
    auto first = marked();
    if (!first || !take_fallback()) return first;
    Term term = unary(Op::fallback, first->at, std::move(*first));
    do {
      auto further = marked();
      if (!further) return further;
      term.operands.push_back(std::move(*further));
    } while (take_fallback());
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
    if (++depth_ > kDepthMax) return too_deep();
    auto term = primary_body();
    --depth_;
    return term;
  }

  Result<Term> primary_body() {
    const std::size_t begin = at_;
    const char c = peek();
    if (take('(')) {
      auto inner = disjunction();
      if (!inner) return inner;
      skip_space();
      if (!take(')')) return unexpected("\")\"");
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
    skip_space();
    if (!take(')')) {
      do {
        auto argument = disjunction();
        if (!argument) return argument;
        term.operands.push_back(std::move(*argument));
        skip_space();
      } while (take(','));
      if (!take(')')) return unexpected("\",\" or \")\"");
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
  static Term unary(Op op, std::size_t at, Term operand) {
    Term term = made(op, at);
    term.operands.push_back(std::move(operand));
    return term;
  }
  Result<Term> binary(Op op, Term left) {
    Term term = unary(op, left.at, std::move(left));
    auto right = fallback();
    if (!right) return right;
    term.operands.push_back(std::move(*right));
    return term;
  }

  // ---- characters

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  std::string_view peek_word() const {
    std::size_t end = at_;
    while (end < text_.size() && is_path_name_char(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  bool take_word(std::string_view word) {
    skip_space();
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
  }
  bool take_fallback() {
    skip_space();
    if (!starts("??")) return false;
    at_ += 2;
    return true;
  }

  // ---- errors

  static Error fail(const std::string& what, std::size_t at) {
    return {ErrorKind::invalid, what + " at offset " + std::to_string(at), 0};
  }
  Error too_deep() const { return fail("nested deeper than " + std::to_string(kDepthMax) + " levels", at_); }

  std::string found() const {
    if (at_ >= text_.size()) return "the end";
    if (placeholder_ && starts("}}")) return "\"}}\"";
    const std::string_view word = peek_word();
    return '"' + std::string(word.empty() ? text_.substr(at_, 1) : word) + '"';
  }

  Error unexpected(const std::string& expected) const {
    return fail("expected " + expected + ", found " + found(), at_);
  }

  // Behind a whole value: names what people bring from other languages.
  Error unexpected_operator() const {
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
    if (word.empty() && at_ < text_.size() && std::string_view("+*/%^").find(peek()) != std::string_view::npos) {
      return fail("expressions do not calculate: found \"" + std::string(1, peek()) + '"', at_);
    }
    if (word == "-") return fail("expressions do not calculate: found \"-\"", at_);
    return unexpected(placeholder_ ? "an operator or \"}}\"" : "an operator or the end");
  }

  std::string_view text_;
  std::size_t at_;
  bool placeholder_;
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
