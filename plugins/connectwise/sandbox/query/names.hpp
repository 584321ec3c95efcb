// Field names of conditions, orderBy and fields, looked up in the catalog's schema of an entity.
// Owner    the catalog outlives it.
// Threads  any.
// Source   connectwise/README.md, "Conditions".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog.hpp"

namespace leat::sandbox {

struct FieldName {
  std::vector<std::string> list;  // the list whose elements are looked at; empty for a member of the record itself
  std::vector<std::string> path;  // spelled as the schema does
  const connectwise::Type* type = nullptr;
};

class Names {
 public:
  // members: what `conditions` may name. children: first step a list. custom_fields: members of the customFields
  // entries.
  enum class Scope { members, children, custom_fields };

  Names(const connectwise::Catalog& catalog, const connectwise::Schema* schema, Scope scope);
  // "company/id" in any case. Refusal 400 "foo is not a recognized name.", also for lists within `members`.
  FieldName resolve(std::string_view written) const;

 private:
  const connectwise::Catalog& catalog_;
  const connectwise::Schema* schema_;
  Scope scope_;
};

}  // namespace leat::sandbox
