#include "filter.hpp"

#include <utility>

#include "each.hpp"

namespace leat::transform {

Options<Filter> Filter::options() {
  return leat::options<Filter>().field("when", &Filter::when,
                                       "The condition under which a record goes on, such as status.name != \"Closed\".",
                                       required, example("status.name != \"Closed\""));
}

void Filter::configure(Context& /*context*/) {
  auto condition = Expression::parse(when);
  if (!condition) throw invalid("when: " + condition.error().message + " of \"" + when + '"');
  condition_ = std::move(*condition);
}

void Filter::process(Batch& batch, Context& context) {
  const std::int64_t now_ms = context.now().count();
  each(batch, context, [&](Record record) { return holds(record, now_ms, context); });
}

bool Filter::holds(Record record, std::int64_t now_ms, Context& context) const {
  try {
    Scope scope(record.root(), now_ms, context);
    return condition_->holds(scope);
  } catch (const Failure& failure) {
    throw leat::failure(failure.error().kind, "when: " + failure.error().message);
  }
}

}  // namespace leat::transform
