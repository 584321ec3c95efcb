// What of a record is to be changed: the members that a payload has and the record at the server does not have so.
// Threads  one user of the records at a time; pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// Who wins a member that was changed at the server after the state that the payload is based on.
enum class Winner : std::uint8_t { refuse, ours, theirs };

struct ConflictRules {
  Winner otherwise = Winner::refuse;
  std::map<std::string, Winner, std::less<>> members;  // of single members
};

struct Comparison {
  std::string patch;                // a JSON-Patch array; empty: nothing is to be changed
  std::vector<std::string> theirs;  // members left as they are at the server, as the rules say
};

// `wanted` is a plain object. References are compared by id (or name), numbers as decimals, dates as moments, custom
// fields by id or caption, lists of records by their ids; absent, null and empty text are the same. What differs is
// replaced: references and lists whole, of custom fields only the entries that differ, of records inside the record
// (communicationItems) only the members that differ (list_changes.hpp). Members that the API takes at creation only are
// left out.
//
// `base` (or a missing node) is what the payload is based on: the record as it was read, or as much of it as is known,
// with lastUpdated at its top or in _info. Where the server's lastUpdated is newer, `rules` decide about each member
// that differs, unless base has its value and the server still has the same.
//
// invalid: refused by the rules, naming the members, who changed the record and when; base has no time.
Result<Comparison> compare(const Catalog& catalog, const Schema& schema, leat::Node wanted, leat::Node current,
                           leat::Node base, const ConflictRules& rules);

}  // namespace leat::connectwise
