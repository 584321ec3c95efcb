// Writes records {path, query, payload} through one POST, PUT, PATCH or DELETE operation.
// Replays  PUT and DELETE leave the same when sent twice. A PATCH of replace operations too, so a call of it without an
//          answer is tried again; but a record may hold other operations, so after a crash a PATCH counts as unknown.
//          POST may never be repeated blindly.
// Threads  calls run at the same time.
#pragma once

#include <cstdint>
#include <string>

#include "leat/component.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

class Publisher {
 public:
  static constexpr bool parallel = true;

  static auto options() {
    return leat::options<Publisher>()
        .field("client", &Publisher::client_, "The client to write through: its name under `clients`.", leat::required)
        .field("entity", &Publisher::entity_,
               "What to write: `PUT /path`, an operationId, or the label of the API reference. `leat entities WORDS` "
               "finds it.",
               leat::required, leat::example("AddressFormats - Put AddressFormat"))
        .field("method", &Publisher::method_, "The entity's method, said again; needed when entity is a path alone.",
               leat::schema(R"("type": "string", "enum": ["POST", "PUT", "PATCH", "DELETE"])"))
        .field("request_transformers", &Publisher::request_transformers_,
               "Transformers of {path, query, payload}, run before each request.")
        .field("check_payload", &Publisher::check_payload_,
               "Refuses members of the payload that the API reference does not have; false sends them.")
        .field("keep_answer", &Publisher::keep_answer_,
               "Longest answer kept whole with its task; of a longer one the id is kept.");
  }

  // invalid: entity or method cannot be used.
  Result<Done> configure(Context& context);

  Result<Done> publish(Batch& batch, Context& context);
  bool replay_safe() const { return operation_->method == Method::put || operation_->method == Method::del; }
  std::uint32_t batch_max() const { return 1; }

 private:
  Result<std::string> send(Record record, Context& context) const;
  Result<std::string> read_answer(const Answer& answer) const;

  leat::Client client_;
  std::string entity_;
  std::string method_;
  Chain request_transformers_;
  bool check_payload_ = true;
  Size keep_answer_{4096};

  const Operation* operation_ = nullptr;
};

}  // namespace leat::connectwise
