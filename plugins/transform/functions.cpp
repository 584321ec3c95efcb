#include "functions.hpp"

#include <cstdint>
#include <ctime>
#include <utility>

#include "decimal.hpp"
#include "leat/host.hpp"
#include "leat/xref.hpp"

namespace leat::transform {
namespace {

Failure wrong(std::string_view function, std::string_view expected, const Value& value) {
  return invalid(std::string(function) + "() takes " + std::string(expected) + ", found " +
                 std::string(name_of(value.type)));
}

std::string_view text_of(std::string_view function, const Value& value) {
  if (value.type != Type::string) throw wrong(function, "a string", value);
  return value.text();
}

// Unicode characters, of valid UTF-8: every byte but continuation bytes begins one.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

template <class Change>
Value mapped(Scope& scope, std::string_view function, const Value& value, Change change) {
  if (value.absent()) return {};
  std::string out(text_of(function, value));
  for (char& c : out) c = change(c);
  return Value::string(scope.keep(std::move(out)));
}

Value lower(Scope& scope, const Value* values) {
  return mapped(scope, "lower", values[0],
                [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

Value upper(Scope& scope, const Value* values) {
  return mapped(scope, "upper", values[0],
                [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
}

Value trim(Scope& /*scope*/, const Value* values) {
  if (values[0].absent()) return {};
  const std::string_view text = text_of("trim", values[0]);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Value::string("");
  return Value::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

Value length(Scope& scope, const Value* values) {
  const Value& value = values[0];
  if (value.absent()) return {};
  std::size_t count = 0;
  if (value.type == Type::string) {
    for (const char c : value.text()) count += begins_character(c) ? 1 : 0;
  } else if (value.type == Type::array || value.type == Type::object) {
    count = value.node.size();
  } else {
    throw wrong("length", "a string, an array or an object", value);
  }
  return Value::number(scope.keep(std::to_string(count)));
}

Value replace(Scope& scope, const Value* values) {
  if (values[0].absent()) return {};
  const std::string_view text = text_of("replace", values[0]);
  const std::string_view from = text_of("replace", values[1]);
  const std::string_view to = text_of("replace", values[2]);
  if (from.empty()) throw invalid("replace() takes a text to look for, found an empty one");
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, begin)) {
    (out += text.substr(begin, at - begin)) += to;
    begin = at + from.size();
  }
  out += text.substr(begin);
  return Value::string(scope.keep(std::move(out)));
}

Value truncate(Scope& /*scope*/, const Value* values) {
  if (values[0].absent()) return {};
  const std::string_view text = text_of("truncate", values[0]);
  const Value& most = values[1];
  const std::string_view digits = most.type == Type::number ? most.text() : std::string_view();
  if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    throw invalid("truncate() takes a whole number of characters as its second argument");
  }
  std::uint64_t left = 0;
  for (const char c : digits) left = left * 10 + static_cast<std::uint64_t>(c - '0');
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!begins_character(text[at])) continue;
    if (left == 0) return Value::string(text.substr(0, at));
    --left;
  }
  return Value::string(text);
}

Value join(Scope& scope, const Value* values) {
  if (values[0].absent()) return {};
  if (values[0].type != Type::array) throw wrong("join", "an array", values[0]);
  const std::string_view separator = text_of("join", values[1]);
  std::string out;
  bool first = true;
  for (const auto item : values[0].node) {
    const Value element = Value::of(item.value);
    if (element.absent()) continue;
    if (element.type == Type::array || element.type == Type::object) {
      throw wrong("join", "an array of plain values", element);
    }
    if (!first) out += separator;
    first = false;
    append_text(element, out);
  }
  return Value::string(scope.keep(std::move(out)));
}

Value to_text(Scope& scope, const Value* values) {
  if (values[0].absent()) return {};
  if (values[0].type == Type::string) return values[0];
  std::string out;
  append_text(values[0], out);
  return Value::string(scope.keep(std::move(out)));
}

Value to_number(Scope& /*scope*/, const Value* values) {
  if (values[0].absent() || values[0].type == Type::number) return values[0];
  const std::string_view text = text_of("number", values[0]);
  if (!is_json_number(text)) throw invalid("number() takes the text of a number, found \"" + std::string(text) + '"');
  return Value::number(text);
}

Value now(Scope& scope, const Value* /*values*/) {
  const std::time_t seconds = scope.now_ms() / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return Value::string(scope.keep(std::string(text, size)));
}

Value record(Scope& scope, const Value* /*values*/) { return Value::of(scope.record()); }

Value xref(Scope& scope, const Value* values) {
  const std::string_view set = text_of("xref", values[0]);
  if (values[1].absent()) return Value::null();
  if (values[1].type != Type::string && values[1].type != Type::number) {
    throw wrong("xref", "a string or a number to look up", values[1]);
  }
  auto found = xref_find(set, values[1].text(), scope.context());
  return found ? Value::string(scope.keep(std::move(*found))) : Value::null();
}

constexpr Function kFunctions[] = {
    {"join", 2, join},        {"length", 1, length},     {"lower", 1, lower},     {"now", 0, now},
    {"number", 1, to_number}, {"record", 0, record},     {"replace", 3, replace}, {"string", 1, to_text},
    {"trim", 1, trim},        {"truncate", 2, truncate}, {"upper", 1, upper},     {"xref", 2, xref},
};

}  // namespace

const Function* find_function(std::string_view name) {
  for (const Function& known : kFunctions) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

std::string function_names() {
  std::string out;
  for (const Function& known : kFunctions) {
    if (!out.empty()) out += ", ";
    out += known.name;
  }
  return out;
}

void append_text(const Value& value, std::string& out) {
  switch (value.type) {
    case Type::missing:
    case Type::null: break;
    case Type::boolean: out += value.boolean() ? "true" : "false"; break;
    case Type::number:
    case Type::string: out += value.text(); break;
    case Type::array:
    case Type::object: out += value.node.json(); break;
  }
}

}  // namespace leat::transform
