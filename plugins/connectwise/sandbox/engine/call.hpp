// One request at its place in the API, and where the records it means are kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/access.hpp"
#include "plugins/connectwise/sandbox/engine/store.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

struct Call {
  const Request& request;
  const Caller& caller;
  Place place;
  const Operation& operation;
  std::vector<QueryParameter> query;
  std::string url;          // scheme, host and path of the request
  Level sees = Level::all;  // what the caller's role lets it read of this
  Level does = Level::all;  // ..., and do as asked; never none

  const std::string& pattern() const { return place.route->pattern; }
  // Names in any case; empty when absent (guide, C).
  std::string_view parameter(std::string_view name) const;
};

// The records behind a path: /count, /info and lists that are parts of others lead to the list that keeps them.
struct Source {
  ListPlace list;
  std::optional<Id> item;                     // a single record
  const connectwise::Schema* form = nullptr;  // the reduced form to show; nullptr: whole records
  std::string part;  // condition of a list that is a part of `list`, or that the caller sees a part of
};

// The one record of a path that is no list, such as "/service/knowledgebasesettings".
ListPlace single_place(const Store& store, const Call& call, const ListPlace& list);

// Refusal 404 when a parent or, for an item, its id is not there or not to be seen; 403 when it is not the caller's own and
// would have to be.
Source find_source(Store& store, const Call& call);
// The same for a record that the body names.
void check_reach(Store& store, const Call& call, const ListPlace& list, Id id);

}  // namespace leat::sandbox
