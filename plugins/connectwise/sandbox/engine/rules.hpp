// What single entities do beyond their schema, where the vendor's behaviour is documented.
// Threads  one at a time, as the store.
// Source   clients L, unless a rule says more.
#pragma once

#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/engine/references.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

// One record on its way into the store.
struct Writing {
  ListPlace place;
  Method method = Method::post;
  Json body;      // as read from the request; of a PATCH the record with the changes
  Json previous;  // null when created
  Json record;    // what will be stored
  Seconds now = 0;
  std::string member;  // who writes
  std::vector<FieldError> errors;

  bool creating() const { return previous.is_null(); }
  const connectwise::Schema& schema() const { return *place.schema; }
  // The entity's name is the error's resource.
  void refuse(std::string code, std::string message, std::string field);
};

// Small readers that rules share.
bool is_flag(const Json& record, std::string_view member);
void set_default(Json& record, const std::string& member, Json value);
std::int64_t reference_id(const Json& record, std::string_view member);  // 0: none

class Rules {
 public:
  Rules(Store& store, const Variants& variants) : store_(store), variants_(variants), references_(store) {}

  // Values that the set-up gives where the body gives none; before references are resolved.
  void complete(Writing& writing);
  // What makes the record invalid; references are resolved.
  void verify(Writing& writing);
  // Values that follow from others; the record is valid.
  void settle(Writing& writing);
  // What other lists keep of a stored record.
  void follow(const ListPlace& place, const Json& record, bool deleted);
  // True when the record stays, changed into the deleted form given back.
  bool soft_delete(const ListPlace& place, Json& record, Seconds now, std::string_view member) const;
  // Refusal when the record may not be deleted.
  void verify_delete(const ListPlace& place, const Json& record) const;

 private:
  Store& store_;
  const Variants& variants_;
  References references_;
};

// Each entity's part of the above.
void complete_ticket(Writing& writing, Store& store, References& references);
void verify_ticket(Writing& writing);
void settle_ticket(Writing& writing, Store& store, References& references);
void complete_time_entry(Writing& writing);
void verify_time_entry(Writing& writing, Store& store);
void settle_time_entry(Writing& writing, Store& store, References& references);
void verify_schedule_entry(Writing& writing, Store& store);
void verify_contact(Writing& writing);
void settle_contact(Writing& writing, Store& store);
// Keeps a contact's communicationItems and its list of communications alike.
void follow_contact(Store& store, const ListPlace& place, const Json& record, bool deleted);

}  // namespace leat::sandbox
