// The value of a field name in a record, also where the name leads into other records.
// Threads  any.
#pragma once

#include <utility>

#include "plugins/connectwise/sandbox/query/lookup.hpp"
#include "plugins/connectwise/sandbox/query/names.hpp"
#include "plugins/connectwise/sandbox/query/record_view.hpp"

namespace leat::sandbox {

// Gives the value to `use`, whose result it returns; views into text live meanwhile. `lookup` may be nullptr where no name joins.
template <class Use>
auto with_value(const RecordView& record, const FieldName& field, const Lookup* lookup, Use&& use) {
  if (field.joins.empty() || lookup == nullptr) return use(record.at(field.path));
  std::vector<std::string> path = field.path;
  path.emplace_back("id");
  Value reference = record.at(path);
  for (std::size_t i = 0;; ++i) {
    const Join& join = field.joins[i];
    std::string text;
    const bool found = reference.kind == Value::Kind::number &&
                       lookup->read(join.reference, static_cast<std::int64_t>(reference.number), text);
    if (!found) return use(Value());
    RecordView target;
    target.open(text);
    if (i + 1 == field.joins.size()) return use(target.at(join.path));
    path = join.path;
    path.emplace_back("id");
    reference = target.at(path);
  }
}

}  // namespace leat::sandbox
