#include "plugins/connectwise/sandbox/engine/store_lookup.hpp"

#include "plugins/connectwise/sandbox/engine/reference_kinds.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

// Nothing for lists below another record: a reference alone does not tell which.
std::optional<ListPlace> StoreLookup::list_of(std::string_view reference) const {
  const ReferenceKind* kind = reference_kind(reference);
  if (kind == nullptr || kind->path.find('{') != std::string_view::npos) return std::nullopt;
  return store_.place(lower(kind->path), {});
}

const connectwise::Schema* StoreLookup::target(std::string_view reference) const {
  const auto list = list_of(reference);
  return list ? list->schema : nullptr;
}

bool StoreLookup::read(std::string_view reference, std::int64_t id, std::string& out) const {
  const auto list = list_of(reference);
  if (!list) return false;
  const Collection& collection = store_.open(*list);
  if (!collection.contains(id)) return false;
  collection.write(id, out);
  return true;
}

}  // namespace leat::sandbox
