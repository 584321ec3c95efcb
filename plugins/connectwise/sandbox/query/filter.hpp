// The three condition parameters of a request as one test on a record.
// Threads  constant once made; each thread brings its own RecordView.
// Source   guide C. A comparison with a missing value is neither true nor false, as in SQL; `= null` asks for it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "plugins/connectwise/sandbox/query/condition.hpp"
#include "plugins/connectwise/sandbox/query/record_view.hpp"

namespace leat::sandbox {

// Where the ids of all records that a filter lets through are.
struct IdRange {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool exact = true;  // the filter lets every record in it through
};

class Filter {
 public:
  Filter() = default;
  // Empty texts mean no condition. Refusal as parse_condition().
  Filter(const connectwise::Catalog& catalog, const connectwise::Schema* schema, std::string_view conditions,
         std::string_view child_conditions, std::string_view custom_field_conditions, const Lookup* lookup = nullptr);

  // A further condition on the record, of a list that is a part of another.
  void restrict(Condition condition) { part_ = std::move(condition); }

  bool empty() const { return !record_ && !children_ && !custom_fields_ && !part_; }
  bool matches(const RecordView& record) const;
  // As a data base with an index on the id would find them: paging by id would read the whole list for each page else.
  IdRange ids() const;
  // Whether the answer also depends on records of other lists.
  bool joins() const;

 private:
  std::optional<Condition> part_;
  std::optional<Condition> record_;
  std::optional<Condition> children_;
  std::optional<Condition> custom_fields_;
  const Lookup* lookup_ = nullptr;
};

}  // namespace leat::sandbox
