// Follows references through the store.
// Owner    the store outlives it.
// Threads  as the store.
#pragma once

#include "plugins/connectwise/sandbox/engine/store.hpp"
#include "plugins/connectwise/sandbox/query/lookup.hpp"

namespace leat::sandbox {

class StoreLookup : public Lookup {
 public:
  explicit StoreLookup(Store& store) : store_(store) {}

  const connectwise::Schema* target(std::string_view reference) const override;
  bool read(std::string_view reference, std::int64_t id, std::string& out) const override;

 private:
  std::optional<ListPlace> list_of(std::string_view reference) const;

  Store& store_;
};

}  // namespace leat::sandbox
