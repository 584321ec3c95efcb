// Term + record -> Value.
#include <algorithm>
#include <array>
#include <string>

#include "decimal.hpp"
#include "expression.hpp"
#include "functions.hpp"
#include "place.hpp"

namespace leat::transform {
namespace {

constexpr std::size_t kArgumentsMax = 3;

Value evaluate(const Term& term, Scope& scope);

Failure wrong(const Term& term, const std::string& what, ErrorKind kind = ErrorKind::invalid) {
  return failure(kind, what + " (at offset " + std::to_string(term.at) + ')');
}

bool equal(const Value& a, const Value& b);

bool equal_nodes(Node a, Node b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    leat_str key{nullptr, 0};
    const Node left(services().record->at(a.raw(), i, &key));
    const Node right = a.type() == Type::object ? b[view(key)] : b[i];
    if (!equal(Value::of(left), Value::of(right))) return false;
  }
  return true;
}

// Numbers by value, arrays by element, objects by member; values of two types are never equal.
bool equal(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::missing:
    case Type::null: return true;
    case Type::boolean: return a.boolean() == b.boolean();
    case Type::number: return compare_decimals(a.text(), b.text()) == 0;
    case Type::string: return a.text() == b.text();
    case Type::array:
    case Type::object: return equal_nodes(a.node, b.node);
  }
  return false;
}

// Numbers with numbers, strings (by code point) with strings; false when a side is absent.
bool ordered(const Term& term, Scope& scope) {
  const Value left = evaluate(term.operands[0], scope);
  const Value right = evaluate(term.operands[1], scope);
  if (left.absent() || right.absent()) return false;
  if (left.type != right.type || (left.type != Type::number && left.type != Type::string)) {
    throw wrong(term, std::string(name_of(left.type)) + " and " + std::string(name_of(right.type)) +
                          " have no order; compare two numbers or two strings");
  }
  const int order =
      left.type == Type::number ? compare_decimals(left.text(), right.text()) : left.text().compare(right.text());
  switch (term.op) {
    case Op::less: return order < 0;
    case Op::less_equal: return order <= 0;
    case Op::greater: return order > 0;
    default: return order >= 0;
  }
}

bool in_list(const Term& term, Scope& scope) {
  const Value value = evaluate(term.operands[0], scope);
  return std::any_of(term.operands.begin() + 1, term.operands.end(),
                     [&](const Term& element) { return equal(value, evaluate(element, scope)); });
}

bool contains(const Term& term, Scope& scope) {
  const Value whole = evaluate(term.operands[0], scope);
  const Value part = evaluate(term.operands[1], scope);
  if (whole.absent()) return false;
  if (whole.type == Type::array) {
    for (const auto item : whole.node) {
      if (equal(Value::of(item.value), part)) return true;
    }
    return false;
  }
  if (part.absent()) return false;
  if (whole.type != Type::string || part.type != Type::string) {
    throw wrong(term, "\"contains\" takes a string and a string, or an array and a value; found " +
                          std::string(name_of(whole.type)) + " and " + std::string(name_of(part.type)));
  }
  return whole.text().find(part.text()) != std::string_view::npos;
}

bool has_affix(const Term& term, Scope& scope) {
  const Value whole = evaluate(term.operands[0], scope);
  const Value part = evaluate(term.operands[1], scope);
  if (whole.absent() || part.absent()) return false;
  if (whole.type != Type::string || part.type != Type::string) {
    throw wrong(term, std::string(term.op == Op::starts_with ? "\"starts with\"" : "\"ends with\"") +
                          " takes two strings, found " + std::string(name_of(whole.type)) + " and " +
                          std::string(name_of(part.type)));
  }
  return term.op == Op::starts_with ? whole.text().starts_with(part.text()) : whole.text().ends_with(part.text());
}

bool is_empty(const Value& value) {
  switch (value.type) {
    case Type::missing:
    case Type::null: return true;
    case Type::string: return value.text().empty();
    case Type::array:
    case Type::object: return value.node.size() == 0;
    default: return false;
  }
}

bool truth(const Term& term, Scope& scope) {
  const Value value = evaluate(term, scope);
  if (value.absent()) return false;
  if (value.type != Type::boolean)
    throw wrong(term, "a condition is needed, found " + std::string(name_of(value.type)));
  return value.boolean();
}

Value call(const Term& term, Scope& scope) {
  std::array<Value, kArgumentsMax> values;
  for (std::size_t i = 0; i < term.operands.size(); ++i) values[i] = evaluate(term.operands[i], scope);
  try {
    return term.function->call(scope, values.data());
  } catch (const Failure& failure) {
    throw wrong(term, failure.error().message, failure.error().kind);  // one that asked the host may have another
  }
}

Value evaluate(const Term& term, Scope& scope) {
  const auto holds = [&](const Term& operand) { return truth(operand, scope); };
  switch (term.op) {
    case Op::literal: return {term.type, Node(), term.text, term.truth};
    case Op::path: return Value::of(find(scope.record(), term.path));
    case Op::call: return call(term, scope);
    case Op::required: {
      const Value value = evaluate(term.operands[0], scope);
      if (value.absent()) throw invalid(term.text + (value.type == Type::null ? " is null" : " is missing"));
      return value;
    }
    case Op::fallback: {
      Value value;
      for (const Term& operand : term.operands) {
        value = evaluate(operand, scope);
        if (!value.absent()) break;
      }
      return value;
    }
    case Op::equal: return Value::of(equal(evaluate(term.operands[0], scope), evaluate(term.operands[1], scope)));
    case Op::not_equal: return Value::of(!equal(evaluate(term.operands[0], scope), evaluate(term.operands[1], scope)));
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return Value::of(ordered(term, scope));
    case Op::in: return Value::of(in_list(term, scope));
    case Op::contains: return Value::of(contains(term, scope));
    case Op::starts_with:
    case Op::ends_with: return Value::of(has_affix(term, scope));
    case Op::is: {
      const Value value = evaluate(term.operands[0], scope);
      return Value::of(term.types == kEmptyBit ? is_empty(value) : (term.types & type_bit(value.type)) != 0);
    }
    case Op::negation: return Value::of(!truth(term.operands[0], scope));
    case Op::conjunction: return Value::of(std::all_of(term.operands.begin(), term.operands.end(), holds));
    case Op::disjunction: return Value::of(std::any_of(term.operands.begin(), term.operands.end(), holds));
  }
  return {};
}

}  // namespace

Value Expression::evaluate(Scope& scope) const { return transform::evaluate(root_, scope); }

bool Expression::holds(Scope& scope) const { return truth(root_, scope); }

}  // namespace leat::transform
