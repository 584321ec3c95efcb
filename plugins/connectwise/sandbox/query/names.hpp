// Field names of conditions, orderBy and fields, looked up in the catalog's schema of an entity.
// Owner    the catalog outlives it.
// Threads  any.
// Source   names in any case, slash paths over several levels: guide C; the error's text: clients C.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/query/lookup.hpp"

namespace leat::sandbox {

// On through a reference: its schema, and the path in the record that it refers to.
struct Join {
  std::string reference;  // "ContactReference"
  std::vector<std::string> path;
};

struct FieldName {
  std::vector<std::string> list;  // the list whose elements are looked at; empty for a member of the record itself
  std::vector<std::string> path;  // spelled as the schema does
  const connectwise::Type* type = nullptr;
  std::vector<Join> joins{};  // `path` then ends at the first one's reference
};

class Names {
 public:
  // members: what `conditions` may name. children: first step a list. custom_fields: members of the customFields
  // entries.
  enum class Scope { members, children, custom_fields };

  // Without `lookup` a name ends within the record.
  Names(const connectwise::Catalog& catalog, const connectwise::Schema* schema, Scope scope,
        const Lookup* lookup = nullptr);
  // "company/id" in any case. Refusal 400 "foo is not a recognized name.", also for lists within `members`.
  FieldName resolve(std::string_view written) const;
  // From now on only these names are known: lower case, to the field they stand for.
  void rename(std::map<std::string, std::string> names) { renamed_ = std::move(names); }

 private:
  const connectwise::Catalog& catalog_;
  const connectwise::Schema* schema_;
  Scope scope_;
  const Lookup* lookup_;
  std::map<std::string, std::string> renamed_;
};

}  // namespace leat::sandbox
