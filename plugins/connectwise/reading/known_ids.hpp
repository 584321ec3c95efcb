// The ids of the records that were given on and not deleted since, kept with the instance ("leat.kv/1").
// They are written before the host stores the records, so after a crash an id may be known whose record comes again: at
// worst its deletion is reported though nobody saw it. The other way round a deletion would be missed.
// They are of one list of one system, which is kept beside them: of another one the same numbers are other records.
// State    "leat.kv/1": "ids/0"..., a block each, and "list": {"path", "system"}.
// Ceiling  900 blocks of a million ids each: ids up to 943,718,400.
// Memory   128 KiB for each block in use.
// Threads  one call at a time.
// Errors   invalid: an id beyond the ceiling. busy, broken: the store's.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "leat/state.hpp"
#include "plugins/connectwise/reading/id_set.hpp"

namespace leat::connectwise {

class KnownIds {
 public:
  // Reads them; once, at the first use. Blocks that are damaged are told in the log and forgotten.
  void load(Context& context);
  const IdSet& ids() const { return ids_; }

  // path: of the list they are to be of. system: the host that has it; empty: that is not known, and asks nothing. True: those
  // of another list are forgotten.
  bool belong_to(const std::string& path, const std::string& system, Context& context);

  void add(const std::vector<std::int64_t>& ids, Context& context);
  void remove(const std::vector<std::int64_t>& ids, Context& context);

 private:
  void write(const std::set<std::int64_t>& blocks, Context& context);

  IdSet ids_;
  bool loaded_ = false;
};

}  // namespace leat::connectwise
