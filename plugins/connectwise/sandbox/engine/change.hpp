// What a write did, for those who are told of it.
// Threads  called under the service's lock for writing.
#pragma once

#include <functional>
#include <string_view>

#include "plugins/connectwise/sandbox/engine/store.hpp"

namespace leat::sandbox {

struct Change {
  enum class Kind { added, updated, deleted };
  Kind kind = Kind::updated;
  const ListPlace& place;
  const Json& record;       // of a deletion the one that was
  std::string_view member;  // who did it
};
using ChangeSink = std::function<void(const Change&)>;

}  // namespace leat::sandbox
