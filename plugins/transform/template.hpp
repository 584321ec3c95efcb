// A template: the shape of a JSON value whose strings may hold {{ expressions }}.
//   "{{ id }}"           the value with its type and exact text; left out when missing
//   "Ticket {{ id }}"    text around values; an absent value is the empty text
//   anything else        itself; objects and arrays hold templates
// Threads  a parsed template is constant.
// Errors   parse: one line per mistake, beginning with where it is. write throws Failure (invalid), the same way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expression.hpp"
#include "leat/record.hpp"
#include "value.hpp"

namespace leat::transform {

class Template {
 public:
  // where: names the template in messages ("fields.summary"). Mistakes are added to `problems`.
  static Template parse(Node value, const std::string& where, std::vector<std::string>& problems);

  // Appends the value as JSON text. False, and nothing is written: there is none.
  bool write(Scope& scope, std::string& out) const;
  // The same of what is the same for every record: objects have only such members. False: nothing is.
  bool write_constant(std::string& out) const;

 private:
  enum class Kind : std::uint8_t { constant, value, text, object, array };
  struct Piece {  // a text's constant characters and what follows them
    std::string before;
    std::vector<Expression> placeholder;  // one, or none behind the last
  };

  void parse_text(std::string_view text, std::vector<std::string>& problems);
  void write_text(Scope& scope, std::string& out) const;
  bool write_value(Scope& scope, std::string& out) const;
  void write_children(Scope& scope, std::string& out) const;

  Kind kind_ = Kind::constant;
  std::string where_;
  std::string constant_;                                    // JSON text
  std::vector<Piece> pieces_;                               // of a value: one, with its placeholder
  std::vector<std::pair<std::string, Template>> children_;  // object: with "key": in JSON; array: with nothing
};

// The problems as one line. Nothing: there are none.
void throw_problems(const std::vector<std::string>& problems);

}  // namespace leat::transform
