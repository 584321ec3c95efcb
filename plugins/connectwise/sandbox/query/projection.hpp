// Keeps the named members of a record, nested as they were and in the record's order.
// Threads  one.
// Source   guide C, nesting L: `fields` is a comma list with slash paths; `_info` only when named.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::sandbox {

class Projection {
 public:
  // All members of a schema: the reduced forms such as /info.
  explicit Projection(const connectwise::Schema& schema);
  // The `fields` parameter. `strict`: Refusal 400 ApiFindCondition for a first step the schema does not have; else it
  // is dropped.
  Projection(std::string_view fields, const connectwise::Schema* schema, bool strict);
  ~Projection();
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  // `record` is a JSON object; its buffer may be given more capacity.
  void write(std::string& record, std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leat::sandbox
