// Where the records that a reference names are listed: `BoardReference` speaks of the records of GET /service/boards.
// Derived from the catalog: the list whose elements have the reference's schema without "Reference". Told by hand are
// the names that differ, and the lists that hang below another record (the statuses of a board).
// Threads  any; pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

struct ReferenceList {
  const Operation* list = nullptr;         // "GET /service/boards/{parentId}/statuses"
  std::string_view scope{};                // the member of the same record whose id is {parentId}: "board"; else empty
  std::vector<std::string_view> names{};   // members of a listed record by which it is called: identifier, name
  bool person = false;                     // is also called by firstName and lastName
  bool mailed = false;                     // is also found by an e-mail address
  std::string_view owner{};                // the member that tells whose it is, where names repeat: "company"
  std::vector<std::string_view> closed{};  // members that are true of one out of use: inactiveFlag, deletedFlag
};

// Nothing: the catalog has no list of these.
std::optional<ReferenceList> reference_list(const Catalog& catalog, std::string_view reference_schema);

}  // namespace leat::connectwise
