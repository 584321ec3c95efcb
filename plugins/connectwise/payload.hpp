// What a request carries: checked against the schema before anything is sent, and a plain object made into a JSON
// Patch.
// Threads  one user of the record at a time; pure.
#pragma once

#include <string>
#include <vector>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// One line for each thing that is wrong with a payload, the first few of them; each names the member and what it must
// be ("payload.company.nmae is not a member of CompanyReference (did you mean name?)"):
//   members that the schema does not have (the server refuses them)
//   objects where it has text, texts that are no number, no date or no boolean where it has one
//   texts that are too long; the length is counted as the server does, in UTF-16 units
//   members that a new record needs, and a change that clears one of these
// Not checked, because the server knows better: enum values (they grow from release to release), and what its set-up
// requires beyond the document. Numbers and booleans given as text are let through: it converts them.
std::vector<std::string> payload_problems(const Catalog& catalog, const Operation& operation, leat::Node payload);

// invalid: all problems in one line.
Result<Done> check_payload(const Catalog& catalog, const Operation& operation, leat::Node payload);

struct Patch {
  std::string body;           // the JSON-Patch array
  bool only_replaces = true;  // sent twice it leaves what sent once leaves
};

// An array is a JSON Patch: each element has op (add, replace, remove), path and value. A plain object becomes one
// replace for each member, so a reference in it is replaced whole, as the vendor's guide asks: patching inside one may
// answer 200 without effect.
Result<Patch> make_patch(leat::Node payload);

}  // namespace leat::connectwise
