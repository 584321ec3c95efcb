// What single entities do beyond their schema, where the vendor's behaviour is documented.
// Threads  one at a time, as the store.
// Source   connectwise/README.md, "Writing" and "Values".
#pragma once

#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/engine/references.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

// One record on its way into the store.
struct Writing {
  ListPlace place;
  Method method = Method::post;
  Json body;      // as read from the request; of a PATCH the record with the changes
  Json previous;  // null when created
  Json record;    // what will be stored
  Seconds now = 0;
  std::vector<FieldError> errors;

  bool creating() const { return previous.is_null(); }
  const connectwise::Schema& schema() const { return *place.schema; }
};

class Rules {
 public:
  explicit Rules(Store& store) : store_(store), references_(store) {}

  // Values that the set-up gives where the body gives none; before references are resolved.
  void complete(Writing& writing);
  // What makes the record invalid; references are resolved.
  void verify(Writing& writing);
  // Values that follow from others; the record is valid.
  void settle(Writing& writing);
  // True when the record stays, changed into the deleted form given back.
  bool soft_delete(const ListPlace& place, Json& record, Seconds now) const;
  // Refusal when the record may not be deleted.
  void verify_delete(const ListPlace& place, const Json& record) const;

 private:
  void complete_ticket(Writing& writing);
  void settle_ticket(Writing& writing);
  void settle_time_entry(Writing& writing);

  Store& store_;
  References references_;
};

}  // namespace leat::sandbox
