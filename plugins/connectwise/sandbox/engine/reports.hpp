// GET /system/reports: lists as tables of rows.
// Threads  as the store.
// Source   the reply's form: document C; the `columns` parameter: guide C; which reports there are and what their columns are called: U.
#pragma once

#include "plugins/connectwise/sandbox/engine/call.hpp"

namespace leat::sandbox {

class Reports {
 public:
  explicit Reports(Store& store) : store_(store) {}

  bool serves(const Call& call) const;
  Response answer(const Call& call);

 private:
  Store& store_;
};

}  // namespace leat::sandbox
