// GET, and POST search: lists with conditions, order, fields and both ways of paging, counts, single records.
// Threads  any, at the same time, while nobody writes.
// Source   guide C and clients; see query/.
#pragma once

#include "plugins/connectwise/sandbox/engine/call.hpp"
#include "plugins/connectwise/sandbox/engine/store_lookup.hpp"
#include "plugins/connectwise/sandbox/query/selection.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

// Where the conditions come from: the query, or the body of a search.
struct ListQuery {
  std::string conditions;
  std::string child_conditions;
  std::string custom_field_conditions;
  std::string order;
};

class Reading {
 public:
  Reading(Store& store, const Variants& variants) : store_(store), variants_(variants), lookup_(store) {}

  Response list(const Call& call);
  Response list(const Call& call, const Source& source);
  Response count(const Call& call);
  Response count(const Call& call, const Source& source);
  // Where the record of a path is referred to: how often per list, or each place.
  Response usages(const Call& call);
  Response item(const Call& call);
  Response search(const Call& call, const Source& source);
  // A record's text as the `fields` parameter wants it.
  std::string shown(const Call& call, const connectwise::Schema* schema, std::string record) const;

 private:
  struct Found;
  Found find(const Source& source, const ListQuery& query);
  Response page(const Call& call, const Source& source, const ListQuery& query);
  std::vector<Id> page_ids(const Call& call, const Source& source, const ListQuery& query,
                           std::optional<std::string>& link);

  Store& store_;
  const Variants& variants_;
  StoreLookup lookup_;
  SelectionCache selections_;
};

}  // namespace leat::sandbox
