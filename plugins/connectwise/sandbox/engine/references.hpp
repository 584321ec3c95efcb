// References in a record being written: looked up by id, identifier or name, and filled in as the live system shows
// them.
// Threads  one at a time, as the store.
// Source   by id, identifier or name, and their form in replies: clients C; the error of a status of another board: clients C.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/engine/reference_kinds.hpp"
#include "plugins/connectwise/sandbox/engine/store.hpp"
#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

class References {
 public:
  explicit References(Store& store) : store_(store) {}

  // Resolves every reference of a known kind, in the schema's order; adds an error for each that leads nowhere.
  void resolve(const connectwise::Schema& schema, Json& record, std::vector<FieldError>& errors);
  // The reference to a record, as `schema` shows it.
  Json refer(std::string_view schema, const ListPlace& place, Id id);
  // The record with a text in `member`, ignoring case.
  std::optional<Id> find(const ListPlace& place, std::string_view member, std::string_view text);
  // The list that a kind points into from a record: board and company of the record fill the path. Nothing: it has
  // none.
  std::optional<ListPlace> list_of(const ReferenceKind& kind, const Json& record) const;

 private:
  struct Context;
  void resolve_one(const connectwise::Type& type, Json& value, const Context& context);

  Store& store_;
};

}  // namespace leat::sandbox
