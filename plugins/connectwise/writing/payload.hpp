// What a request carries: checked against the schema before anything is sent, and a plain object made into a JSON
// Patch. Threads  one user of the record at a time; pure.
#pragma once

#include <string>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// Members that the schema does not have (the server refuses them), objects where it has text, and the like. Not
// checked, because the server knows better: required members (its defaults fill them in), lengths, enum values (they
// grow from release to release), numbers given as text (it converts them). invalid: names the member
// ("payload.company.nmae is not a member of CompanyReference (did you mean name?)").
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
