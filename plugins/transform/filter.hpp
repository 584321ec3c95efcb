// The operation filter: only records for which a condition holds go on; the others are dropped on purpose.
// Threads  parallel: configured once, constant afterwards.
// Errors   configure throws Failure (invalid). A record whose values the condition cannot compare is rejected.
#pragma once

#include <optional>
#include <string>

#include "expression.hpp"
#include "leat/batch.hpp"
#include "leat/schema.hpp"

namespace leat::transform {

class Filter {
 public:
  static constexpr bool parallel = true;
  static Options<Filter> options();
  void configure(Context& context);
  void process(Batch& batch, Context& context);
  void constants(Record /*known*/, Context& /*context*/) const {}  // records that go on are as they were

  std::string when;

 private:
  bool holds(Record record, std::int64_t now_ms, Context& context) const;

  std::optional<Expression> condition_;
};

}  // namespace leat::transform
