// POST, PUT, PATCH and DELETE on what the catalog describes: records, bulk lists, copies, and actions.
// Threads  one at a time, as the store.
// Source   guide C, clients C; statuses, and the shapes of bulk bodies and answers: document C.
#pragma once

#include "plugins/connectwise/sandbox/engine/actions.hpp"
#include "plugins/connectwise/sandbox/engine/reading.hpp"
#include "plugins/connectwise/sandbox/engine/writer.hpp"

namespace leat::sandbox {

class Acting {
 public:
  Acting(Store& store, Reading& reading, Writer& writer, const Variants& variants)
      : store_(store), reading_(reading), writer_(writer), variants_(variants), actions_(store, writer) {}

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
  void transfer_tickets(const Call& call, Id contact);
  Json write_one(const Call& call, const ListPlace& list, Id id, const Json& body);
  Response record_response(const Call& call, const connectwise::Schema* schema, const Json& record) const;

  Store& store_;
  Reading& reading_;
  Writer& writer_;
  const Variants& variants_;
  Actions actions_;
};

}  // namespace leat::sandbox
