#include "plugins/connectwise/sandbox/query/filter.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/connectwise/sandbox/query/field_value.hpp"
#include "plugins/connectwise/sandbox/query/like.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

enum class Truth : std::uint8_t { no, unknown, yes };

Truth to_truth(bool value) { return value ? Truth::yes : Truth::no; }
Truth negate(Truth truth) { return static_cast<Truth>(2 - static_cast<int>(truth)); }

// -1, 0, 1; nothing where the two cannot be compared.
template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

std::optional<int> compare(const Value& value, const Literal& literal) {
  switch (value.kind) {
    case Value::Kind::text:
      if (literal.kind == Literal::Kind::text || literal.kind == Literal::Kind::number) {
        return compare_text(value.text, literal.text);
      }
      if (literal.kind == Literal::Kind::time) {
        const auto time = parse_timestamp(value.text);
        if (time) return order(*time, literal.time);
      }
      return std::nullopt;
    case Value::Kind::number:
      if (literal.kind == Literal::Kind::number) return order(value.number, literal.number);
      if (literal.kind == Literal::Kind::text) {
        const auto number = to_number(literal.text);
        if (number) return order(value.number, *number);
      }
      return std::nullopt;
    case Value::Kind::boolean:
      if (literal.kind == Literal::Kind::boolean) return order(value.boolean, literal.boolean);
      if (literal.kind == Literal::Kind::number) return order(value.boolean ? 1.0 : 0.0, literal.number);
      if (literal.kind == Literal::Kind::text) return compare_text(value.boolean ? "true" : "false", literal.text);
      return std::nullopt;
    case Value::Kind::absent:
    case Value::Kind::other: return std::nullopt;
  }
  return std::nullopt;
}

Truth test_null(const Value& value, Comparison comparison) {
  const bool absent = value.kind == Value::Kind::absent;
  if (comparison == Comparison::equal || comparison == Comparison::in) return to_truth(absent);
  return comparison == Comparison::not_equal ? to_truth(!absent) : Truth::unknown;
}

Truth test(const Value& value, Comparison comparison, const Literal& literal) {
  if (literal.kind == Literal::Kind::null) return test_null(value, comparison);
  if (comparison == Comparison::contains || comparison == Comparison::like) {
    if (value.kind != Value::Kind::text) return Truth::unknown;
    return to_truth(comparison == Comparison::like ? like(value.text, literal.text)
                                                   : contains_text(value.text, literal.text));
  }
  const auto result = compare(value, literal);
  if (!result) return Truth::unknown;
  switch (comparison) {
    case Comparison::in:
    case Comparison::equal: return to_truth(*result == 0);
    case Comparison::not_equal: return to_truth(*result != 0);
    case Comparison::less: return to_truth(*result < 0);
    case Comparison::less_equal: return to_truth(*result <= 0);
    case Comparison::greater: return to_truth(*result > 0);
    case Comparison::greater_equal: return to_truth(*result >= 0);
    case Comparison::contains:
    case Comparison::like: break;
  }
  return Truth::unknown;
}

Truth test(const Value& value, const Term& term) {
  Truth truth = Truth::no;
  for (const Literal& literal : term.values) truth = std::max(truth, test(value, term.comparison, literal));
  return term.negated ? negate(truth) : truth;
}

// Walks a condition; `at_term` says what one term is.
template <class AtTerm>
Truth walk(const Condition& condition, const AtTerm& at_term) {
  switch (condition.kind) {
    case Condition::Kind::term: return at_term(condition.term);
    case Condition::Kind::negation: return negate(walk(condition.parts.front(), at_term));
    case Condition::Kind::all:
    case Condition::Kind::any: break;
  }
  const bool all = condition.kind == Condition::Kind::all;
  Truth truth = all ? Truth::yes : Truth::no;
  for (const Condition& part : condition.parts) {
    const Truth next = walk(part, at_term);
    truth = all ? std::min(truth, next) : std::max(truth, next);
  }
  return truth;
}

bool has_joins(const Condition& condition) {
  return !condition.term.field.joins.empty() || std::any_of(condition.parts.begin(), condition.parts.end(), has_joins);
}

void collect_lists(const Condition& condition, std::set<std::vector<std::string>>& lists) {
  if (condition.kind == Condition::Kind::term) lists.insert(condition.term.field.list);
  for (const Condition& part : condition.parts) collect_lists(part, lists);
}

Truth any_element(const RecordView& record, const Term& term) {
  Truth truth = Truth::no;
  const std::size_t count = record.count(term.field.list);
  for (std::size_t i = 0; i < count; ++i) {
    truth = std::max(truth, test(record.at(term.field.list, i, term.field.path), term));
  }
  return truth;
}

// True when one element of one list fits the whole condition; terms of other lists look at any of their elements.
bool element_matches(const RecordView& record, const Condition& condition) {
  std::set<std::vector<std::string>> lists;
  collect_lists(condition, lists);
  for (const std::vector<std::string>& list : lists) {
    const std::size_t count = record.count(list);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at_term = [&](const Term& term) {
        return term.field.list == list ? test(record.at(list, i, term.field.path), term) : any_element(record, term);
      };
      if (walk(condition, at_term) == Truth::yes) return true;
    }
  }
  return false;
}

bool is_id(const FieldName& field) {
  return field.list.empty() && field.joins.empty() && field.path.size() == 1 && field.path.front() == "id";
}

// Narrows the range to what the term allows; a term that is not about the id leaves it, and makes it inexact.
void narrow(IdRange& range, const Term& term) {
  constexpr double largest = 9e15;  // whole numbers that a double holds
  const bool numbers = std::all_of(term.values.begin(), term.values.end(), [](const Literal& literal) {
    return literal.kind == Literal::Kind::number && std::abs(literal.number) < largest;
  });
  if (!is_id(term.field) || term.negated || !numbers || term.values.empty()) {
    range.exact = false;
    return;
  }
  const auto [low, high] = std::minmax_element(term.values.begin(), term.values.end(),
                                               [](const Literal& a, const Literal& b) { return a.number < b.number; });
  const auto at_least = [&range](double id) { range.least = std::max(range.least, static_cast<std::int64_t>(id)); };
  const auto at_most = [&range](double id) { range.most = std::min(range.most, static_cast<std::int64_t>(id)); };
  switch (term.comparison) {
    case Comparison::greater: return at_least(std::floor(low->number) + 1);
    case Comparison::greater_equal: return at_least(std::ceil(low->number));
    case Comparison::less: return at_most(std::ceil(low->number) - 1);
    case Comparison::less_equal: return at_most(std::floor(low->number));
    case Comparison::equal:
    case Comparison::in:
      at_least(std::ceil(low->number));
      at_most(std::floor(high->number));
      range.exact = range.exact && term.values.size() == 1;
      return;
    case Comparison::not_equal:
    case Comparison::contains:
    case Comparison::like: range.exact = false; return;
  }
}

void narrow(IdRange& range, const Condition& condition) {
  if (condition.kind == Condition::Kind::term) {
    narrow(range, condition.term);
  } else if (condition.kind == Condition::Kind::all) {
    for (const Condition& part : condition.parts) narrow(range, part);
  } else {
    range.exact = false;
  }
}

}  // namespace

Filter::Filter(const connectwise::Catalog& catalog, const connectwise::Schema* schema, std::string_view conditions,
               std::string_view child_conditions, std::string_view custom_field_conditions, const Lookup* lookup)
    : lookup_(lookup) {
  const auto parse = [&](std::string_view text, Names::Scope scope, std::optional<Condition>& into) {
    if (!trim(text).empty()) into = parse_condition(text, Names(catalog, schema, scope, lookup));
  };
  parse(conditions, Names::Scope::members, record_);
  parse(child_conditions, Names::Scope::children, children_);
  parse(custom_field_conditions, Names::Scope::custom_fields, custom_fields_);
}

bool Filter::joins() const { return (part_ && has_joins(*part_)) || (record_ && has_joins(*record_)); }

IdRange Filter::ids() const {
  IdRange range;
  if (record_) narrow(range, *record_);
  range.exact = range.exact && !part_ && !children_ && !custom_fields_;
  return range;
}

bool Filter::matches(const RecordView& record) const {
  const auto at_term = [&](const Term& term) {
    return with_value(record, term.field, lookup_, [&](const Value& value) { return test(value, term); });
  };
  if (part_ && walk(*part_, at_term) != Truth::yes) return false;
  if (record_ && walk(*record_, at_term) != Truth::yes) return false;
  return (!children_ || element_matches(record, *children_)) &&
         (!custom_fields_ || element_matches(record, *custom_fields_));
}

}  // namespace leat::sandbox
