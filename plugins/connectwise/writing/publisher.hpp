// Writes records {path, query, payload} through one POST, PUT, PATCH or DELETE operation.
// Replays  PUT and DELETE leave the same when sent twice; so does a PATCH that compares first, and a POST that looks the
//          record up first. A PATCH of replace operations too, so a call of it without an answer is tried again; but a
//          record may hold other operations, so after a crash a PATCH that does not compare counts as unknown. Another
//          POST may never be repeated blindly.
// Threads  calls run at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "leat/component.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/writing/writer.hpp"

namespace leat::connectwise {

class Publisher {
 public:
  static constexpr bool parallel = true;
  // Changes are POST, PUT, PATCH and DELETE through the client, and none is marked as one that may be repeated.
  static constexpr bool rehearsable = true;

  static auto options() {
    return leat::options<Publisher>()
        .field("client", &Publisher::client_name_, "The client to write through: its name under `clients`.",
               leat::required, leat::schema(R"("type": "string", "x-leat": "client")"))
        .field("entity", &Publisher::entity_,
               "What to write: `PUT /path`, an operationId, or the label of the API reference. `leat entities WORDS` "
               "finds it.",
               leat::required, leat::example("AddressFormats - Put AddressFormat"))
        .field("method", &Publisher::method_, "The entity's method, said again; needed when entity is a path alone.",
               leat::schema(R"("type": "string", "enum": ["POST", "PUT", "PATCH", "DELETE"])"))
        .field("request_transformers", &Publisher::request_transformers_,
               "Transformers of {path, query, payload}, run before each request.")
        .field("check_payload", &Publisher::check_payload_,
               "Refuses payloads that the API reference does not allow: unknown members, wrong types, texts that are "
               "too long, members that a new record needs. warn: only says so, and sends them; false: does not look.",
               leat::schema(R"("type": ["boolean", "string"], "enum": [true, false, "strict", "warn", "off"])"))
        .field("names", &Publisher::names_option_,
               "Looks ids up by names in the payload: `status: In Progress`, `customFields: { Asset: x }`. "
               "{ cache: 10m }: how long lists of names are kept.",
               leat::schema(R"("type": ["boolean", "object"], "additionalProperties": false, "properties": {)"
                            R"("cache": {"type": ["string", "number"], "x-leat": "duration", "minimum": 1, )"
                            R"("default": "10m", "description": "How long lists of names are kept."}})"))
        .field("compare", &Publisher::compare_option_,
               "Of a PATCH: reads the record first and sends only what differs, or nothing. With `base` in the record "
               "(the state it was made from) changes made at the server since then are conflicts.",
               leat::schema(R"("type": ["boolean", "object"], "additionalProperties": false, "properties": {)"
                            R"("conflict": {"type": "string", "enum": ["refuse", "ours", "theirs"], )"
                            R"("default": "refuse", "description": "Who wins what both sides changed."}, )"
                            R"("fields": {"type": "object", "description": "The same for single members.", )"
                            R"("additionalProperties": )"
                            R"({"type": "string", "enum": ["refuse", "ours", "theirs"]}}})"))
        .field(
            "match", &Publisher::match_option_,
            "Of a POST: looks for the record first; creates it when there is none, changes what differs when there "
            "is one. Names of members (externalXRef, company/id), or { conditions: 'externalXRef = "
            "{payload.externalXRef}' }.",
            leat::schema(R"("type": ["string", "array", "object"], "items": {"type": "string"}, )"
                         R"("additionalProperties": false, "properties": {)"
                         R"("conditions": {"type": "string", "description": "With values of the record in braces."}, )"
                         R"("childConditions": {"type": "string", "description": "About lists in the record."}, )"
                         R"("customFieldConditions": {"type": "string", "description": "About custom fields."}, )"
                         R"("xref": {"type": "string", "description": "A set of cross-references to ask first."}, )"
                         R"("source": {"type": "string", )"
                         R"("description": "Path of the source in the record, for xref."}})"))
        .field("when_found", &Publisher::when_found_, "What becomes of a record that match finds.",
               leat::one_of({"update", "leave"}))
        .field("batch", &Publisher::batch_, "Most records in one call of a bulk entity.", leat::range(1, 1000))
        .field("custom_fields_operation", &Publisher::custom_fields_operation_,
               "Adds an empty customFields operation to each PATCH without one: some servers refuse it otherwise.")
        .field("upload_folder", &Publisher::upload_folder_, "Where the files of document uploads are.")
        .field("upload_max", &Publisher::upload_max_, "Largest file of a document upload.")
        .field("keep_answer", &Publisher::keep_answer_,
               "Longest answer kept whole with its task; of a longer one the id is kept.");
  }

  // invalid: entity, method or another option cannot be used.
  Result<Done> configure(Context& context);

  Result<Done> publish(Batch& batch, Context& context);
  bool replay_safe() const;
  std::uint32_t batch_max() const;

  // Can the list be read, what right writing needs, are the names that every record will have known.
  void doctor(Record known, Findings& out, Context& context);

 private:
  Result<Done> configure_operation();
  Result<Done> configure_compare(WriteRules& rules) const;
  Result<Done> configure_match(WriteRules& rules) const;
  Result<Done> publish_bulk(Batch& batch, Context& context);
  void check_required_fields(const std::string& list, Record known, Findings& out, Context& context) const;
  void check_constants(leat::Node payload, Findings& out, Context& context);

  std::string client_name_;
  std::string entity_;
  std::string method_;
  Chain request_transformers_;
  Json check_payload_{"true"};
  Json names_option_{"false"};
  Json compare_option_{"false"};
  Json match_option_;
  std::string when_found_ = "update";
  std::uint32_t batch_ = 100;
  bool custom_fields_operation_ = false;
  File upload_folder_;
  Size upload_max_{20 * 1024 * 1024};
  Size keep_answer_{4096};

  leat::Client client_;
  const Operation* operation_ = nullptr;
  WriteRules rules_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace leat::connectwise
