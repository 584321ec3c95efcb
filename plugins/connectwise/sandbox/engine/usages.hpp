// Where a record is referred to.
// Threads  as the store.
// Source   the reply's members: document C; what is counted: U (here: references in tickets, time, companies, contacts,
//          configurations, agreements, members and boards).
#pragma once

#include "plugins/connectwise/sandbox/engine/store.hpp"

namespace leat::sandbox {

// Per list {type, count, typeKey}; with `each` per place {type, id, description, hyperlink, typeKey}, 1,000 at most.
Json usages_of(Store& store, const ListPlace& list, Id id, bool each);

}  // namespace leat::sandbox
