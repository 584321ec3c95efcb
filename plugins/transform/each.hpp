// Runs an operation over the records of a batch.
#pragma once

#include <cstddef>

#include "leat/batch.hpp"
#include "leat/context.hpp"

namespace leat::transform {

// keep(record) says whether the record stays; what it throws rejects that record alone.
template <class Keep>
void each(Batch& batch, Context& context, Keep keep) {
  for (std::size_t i = 0, count = batch.size(); i < count; ++i) {
    const auto record = batch.at(i);
    if (!record) continue;
    if (context.cancelled()) throw failure(ErrorKind::cancelled, "asked to stop");
    try {
      if (!keep(*record)) batch.drop(i);
    } catch (...) {
      batch.reject(i, current_error());
    }
  }
}

}  // namespace leat::transform
