// One record written: sent as it is, compared with the record at the server first, or looked up first.
// Repeats  A request is not marked as one that may be repeated, because a rehearsal tells reads by that. What leaves the
//          same when sent twice (PUT, DELETE, a PATCH of replaces) is unreachable instead of uncertain when no answer
//          came, so that it is tried again. A POST without an answer is looked for by `match`: found, it is done; else it
//          stays uncertain, and its next attempt looks again before it creates.
// Threads  any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/client.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/writing/compare.hpp"
#include "plugins/connectwise/writing/creations.hpp"
#include "plugins/connectwise/writing/match.hpp"
#include "plugins/connectwise/writing/names.hpp"
#include "plugins/connectwise/writing/payload_warnings.hpp"
#include "plugins/connectwise/writing/upload.hpp"

namespace leat::connectwise {

// The operations on one record and its list, by the path of the one that is configured; absent ones are nullptr.
struct Siblings {
  const Operation* read = nullptr;    // GET of the record
  const Operation* list = nullptr;    // GET of the list it is in
  const Operation* create = nullptr;  // POST to that list
  const Operation* patch = nullptr;   // PATCH of the record
};
Siblings siblings(const Catalog& catalog, const Operation& operation);

enum class PayloadCheck : std::uint8_t { strict, warn, off };

struct WriteRules {
  PayloadCheck check_payload = PayloadCheck::strict;
  bool custom_fields_operation = false;  // every PATCH of a record with custom fields has an operation for them
  std::size_t keep_answer = 4096;
  std::optional<ConflictRules> compare;  // of a PATCH; of an update by match these rules or the default ones
  std::optional<Match> match;
  bool leave_found = false;                                           // what match finds stays as it is
  std::chrono::milliseconds visible_after = std::chrono::seconds(2);  // how long a list may hide a new record
  UploadRules upload;
};

// What a record may have beside path, query and payload.
RequestRules request_rules(const WriteRules& rules);

class Writer {
 public:
  // creations: shared by all that write to this list; nullptr: the rules have no match.
  Writer(const Catalog& catalog, const Operation& operation, WriteRules rules, Names* names,
         std::shared_ptr<Creations> creations)
      : catalog_(catalog),
        operation_(operation),
        siblings_(siblings(catalog, operation)),
        rules_(std::move(rules)),
        names_(names),
        creations_(std::move(creations)) {}

  // What is kept of the answer. `input` is {path, query, payload} and, where the rules use them, base and match; names
  // in it become ids.
  Result<std::string> write(leat::Node input, const leat::Client& client, Context& context);

  // Names of the payload made ids, and what is wrong with it told where that is asked for.
  Result<Done> prepare(leat::Node input, const leat::Client& client, Context& context);

  // One call; `repeatable`: sent twice it leaves what sent once leaves.
  static Result<Answer> send(const Operation& operation, const PreparedRequest& prepared, const leat::Client& client,
                             Context& context);

 private:
  struct Call {
    leat::Node input;
    const leat::Client& client;
    Context& context;
    std::optional<NewRecord> current{};  // the record at the server, once it was read
    std::optional<NewRecord> given{};    // the input before its names became ids, for match

    leat::Node as_given() const { return given ? leat::Node(given->root()) : leat::Node(); }
  };

  Result<Done> read_current(Call& call) const;
  Result<Done> prepare(Call& call);
  Result<std::string> send_as_it_is(Call& call) const;
  Result<std::string> upload(Call& call) const;
  Result<std::string> change(Call& call, leat::Node current) const;
  Result<std::string> upsert(Call& call);
  Result<std::optional<NewRecord>> look_up(Call& call) const;
  Result<std::optional<NewRecord>> find(Call& call, const std::string& key) const;
  Result<std::optional<NewRecord>> by_id(Call& call, const std::string& id) const;
  Result<std::string> create(Call& call, const std::string& key);
  Result<std::string> settle(Call& call, Error unanswered) const;
  void add_custom_fields(std::string& patch, const Operation& operation) const;

  const Catalog& catalog_;
  const Operation& operation_;
  const Siblings siblings_;
  const WriteRules rules_;
  Names* names_;  // nullptr: names are sent as they are

  const std::shared_ptr<Creations> creations_;

  PayloadWarnings warnings_;
};

}  // namespace leat::connectwise
