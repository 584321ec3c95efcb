// What an expression gives, and what it is evaluated in.
// Lifetime  a Value: until the record changes or the scope is cleared; it copies no text.
#pragma once

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <utility>

#include "leat/context.hpp"
#include "leat/record.hpp"

namespace leat::transform {

// A value of the record (node), or one that was made (text and truth). Arrays and objects are always of the record.
struct Value {
  Type type = Type::missing;
  Node node;              // missing for values that were made
  std::string_view made;  // a made string's characters, a made number's text
  bool truth = false;     // a made boolean

  static Value of(Node node) { return {node.type(), node, {}, false}; }
  static Value of(bool truth) { return {Type::boolean, Node(), {}, truth}; }
  static Value string(std::string_view text) { return {Type::string, Node(), text, false}; }
  static Value number(std::string_view text) { return {Type::number, Node(), text, false}; }
  static Value null() { return {Type::null, Node(), {}, false}; }

  bool absent() const { return type == Type::missing || type == Type::null; }
  // Of a string or a number.
  std::string_view text() const {
    if (!node) return made;
    return (type == Type::string ? node.str() : node.number()).value_or(std::string_view());
  }
  bool boolean() const { return node ? node.boolean().value_or(false) : truth; }
};

// "a string", "an array", "nothing" for a missing value.
constexpr std::string_view name_of(Type type) {
  switch (type) {
    case Type::missing: return "nothing";
    case Type::null: return "null";
    case Type::boolean: return "a boolean";
    case Type::number: return "a number";
    case Type::string: return "a string";
    case Type::array: return "an array";
    case Type::object: return "an object";
  }
  return "an unknown type";
}

class Scope {
 public:
  // context: of the call, for functions that ask the host.
  Scope(Node record, std::int64_t now_ms, Context& context) : record_(record), now_ms_(now_ms), context_(context) {}

  Node record() const { return record_; }
  std::int64_t now_ms() const { return now_ms_; }
  Context& context() const { return context_; }
  // Keeps a text that was made as long as the scope.
  std::string_view keep(std::string text) { return texts_.emplace_front(std::move(text)); }

 private:
  Node record_;
  std::int64_t now_ms_;
  Context& context_;
  std::forward_list<std::string> texts_;
};

}  // namespace leat::transform
