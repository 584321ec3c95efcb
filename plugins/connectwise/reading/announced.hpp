// Callback events made into records. An event is a hint: it may come late, twice, in another order, or never. What
// counts is the record as it is now, fetched by its id with the conditions of the source. One that is not there is
// {"deleted": true, "id": N} where an event says so, and else nothing: types of events reach further than the list that is
// read - tickets are also those of projects - and than what the API member may see. The sweep finds what is left.
// Threads  webhook(): any, beside poll(). poll(): one call at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/signatures.hpp"
#include "plugins/connectwise/reading/source.hpp"

namespace leat::connectwise {

class Announced {
 public:
  // fields_needed: what the records must have, whatever `fields` the user chose. What is borrowed outlives it.
  Announced(const Source& source, const leat::Client& client, const Chain& transformers, std::string type,
            std::vector<std::string> fields_needed)
      : source_(source),
        client_(client),
        transformers_(transformers),
        type_(std::move(type)),
        fields_needed_(std::move(fields_needed)),
        signatures_(client) {}

  // Verifies a callback; its event {"id", "action", "member", "message"} is kept. denied: not genuine.
  Result<Done> webhook(const Webhook& webhook, Batch& events, Context& context);

  // Reads the events that wait, and fetches what they are about: appended to `out`, deletions as well. How many events.
  // `own`: the member whose changes are not wanted; empty: nobody's. `deleted`: the ids of the deletions.
  Result<std::size_t> poll(Batch& out, const std::string& own, std::vector<std::int64_t>& deleted, Context& context);

 private:
  struct Event {
    std::int64_t id = 0;
    bool deleted = false;  // one of its events says so
  };
  struct Taken {
    std::size_t count = 0;      // of events
    std::vector<Event> events;  // one for each record
  };

  static Taken take(const std::string& own, Context& context);
  Result<std::vector<std::int64_t>> fetch(const std::vector<std::int64_t>& ids, Batch& out, Context& context) const;

  const Source& source_;
  const leat::Client& client_;
  const Chain& transformers_;
  const std::string type_;
  const std::vector<std::string> fields_needed_;
  Signatures signatures_;
};

}  // namespace leat::connectwise
