// POST, PUT, PATCH and DELETE on what the catalog describes: records, bulk lists, copies, and actions.
// Threads  one at a time, as the store.
// Source   connectwise/README.md, "Writing"; statuses are the catalog's.
#pragma once

#include "plugins/connectwise/sandbox/engine/reading.hpp"
#include "plugins/connectwise/sandbox/engine/writer.hpp"

namespace leat::sandbox {

class Acting {
 public:
  Acting(Store& store, Reading& reading, const Variants& variants, Clock clock)
      : store_(store), reading_(reading), variants_(variants), writer_(store, variants, std::move(clock)) {}

  Response post(const Call& call);
  // PUT and PATCH.
  Response change(const Call& call);
  Response erase(const Call& call);

 private:
  Response create(const Call& call, const ListPlace& place);
  Response copy(const Call& call, const Source& source);
  Response bulk(const Call& call);
  // An action whose effect is not described: the documented answer, made of the body's members.
  Response act(const Call& call);
  Json write_one(const Call& call, const ListPlace& list, Id id, const Json& body);
  Response record_response(const Call& call, const connectwise::Schema* schema, const Json& record) const;

  Store& store_;
  Reading& reading_;
  const Variants& variants_;
  Writer writer_;
};

}  // namespace leat::sandbox
