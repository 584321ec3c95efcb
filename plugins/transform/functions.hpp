// The functions that expressions may call.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "value.hpp"

namespace leat::transform {

struct Function {
  std::string_view name;
  std::size_t arguments;
  // `arguments` values. Throws Failure (invalid) for one of a type it does not take.
  Value (*call)(Scope& scope, const Value* values);
};

// Null when there is none.
const Function* find_function(std::string_view name);

// "join, length, ..."
std::string function_names();

// The value as text: strings as they are, numbers as written, arrays and objects as JSON. Nothing for an absent value.
void append_text(const Value& value, std::string& out);

}  // namespace leat::transform
