// An answer made into records: each element of a list, one object, each row of a report under the names of its columns,
// or a file that is kept.
// Threads  one call at a time.
// Errors   unreachable: broken JSON - bodies cut short were seen, and asking again is harmless.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "leat/batch.hpp"
#include "leat/http.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/reading/download.hpp"

namespace leat::connectwise {

bool is_report(const Operation& operation);  // it answers with a table
bool is_file(const Operation& operation);

class Rows {
 public:
  Rows() = default;
  Rows(const Operation& operation, Download download) : operation_(&operation), download_(std::move(download)) {}

  // Appends them; how many there were. `url` is the request's path and query.
  Result<std::size_t> append(const Answer& answer, std::string_view url, Batch& out, Context& context) const;

 private:
  std::size_t read(const Answer& answer, std::string_view url, Batch& out, Context& context) const;

  const Operation* operation_ = nullptr;
  Download download_;
};

// The id of a record; nothing when it has none that is a whole number.
std::optional<std::int64_t> id_of(const Record& record);

}  // namespace leat::connectwise
