// The expressions of templates and conditions: parsed once, evaluated for each record. README.md has the grammar.
// Threads  a parsed expression is constant.
// Errors   parse: invalid, with what was expected and the byte offset in the text. evaluate throws Failure (invalid)
//          when a value has a type that the operation does not take, or a value marked with ! is absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leat/path.hpp"
#include "leat/result.hpp"
#include "value.hpp"

namespace leat::transform {

struct Function;

enum class Op : std::uint8_t {
  literal,
  path,
  call,
  required,  // x!
  fallback,  // x ?? y
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  contains,
  starts_with,
  ends_with,
  is,
  negation,
  conjunction,
  disjunction,
};

struct Term {
  Op op = Op::literal;
  std::size_t at = 0;          // where it begins in the text
  std::vector<Term> operands;  // of literals and paths: none
  Path path;
  Type type = Type::null;              // of a literal
  std::string text;                    // a literal's text, a path's spelling
  bool truth = false;                  // a literal's
  std::uint32_t types = 0;             // is: one bit for each type, see type_bit
  const Function* function = nullptr;  // call
};

constexpr std::uint32_t type_bit(Type type) { return 1U << static_cast<std::uint32_t>(static_cast<int>(type) + 1); }
constexpr std::uint32_t kEmptyBit = 1U << 16U;  // is empty

class Expression {
 public:
  // The whole text.
  static Result<Expression> parse(std::string_view text);
  // The expression that begins at `at` and ends before "}}"; moves `at` behind these.
  static Result<Expression> parse_placeholder(std::string_view text, std::size_t& at);

  Value evaluate(Scope& scope) const;
  // As a condition: absent counts as false; invalid when it is neither boolean nor absent.
  bool holds(Scope& scope) const;

 private:
  explicit Expression(Term root) : root_(std::move(root)) {}
  Term root_;
};

}  // namespace leat::transform
