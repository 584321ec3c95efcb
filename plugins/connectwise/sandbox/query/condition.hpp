// The `conditions` language: text to a tree whose names are checked against an entity's schema.
// Threads  a tree is constant once parsed.
// Errors   Refusal 400 ApiFindCondition: bad syntax (with the position), an unknown name, an impossible value.
// Source   guide C, clients C: operators, words, literals, names in any case, `_info` values under their bare name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/query/names.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

enum class Comparison : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, contains, like, in };

struct Literal {
  enum class Kind : std::uint8_t { null, boolean, number, text, time };
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  Seconds time = 0;
  std::string text;  // of a text; of a number as written
};

// `field op value`; `in` has several values.
struct Term {
  FieldName field;
  Comparison comparison = Comparison::equal;
  bool negated = false;
  std::vector<Literal> values;
};

struct Condition {
  enum class Kind : std::uint8_t { term, all, any, negation };
  Kind kind = Kind::term;
  Term term;                     // of a term
  std::vector<Condition> parts;  // of the others
};

// Precedence: NOT before AND before OR.
Condition parse_condition(std::string_view text, const Names& names);

}  // namespace leat::sandbox
