// Deletions that nobody announced: from time to time all ids of the list are read (fields=id) and compared with the ids
// that are known. The API keeps no trace of what was deleted, and a read that went wrong looks just like it; so
//   - nothing is reported before the list was read to its end, and its length is at least what /count says before and after;
//   - an id that the list does not show is asked for by itself, without the conditions: a record that is there is not deleted.
//     One that only stopped to match the conditions is no longer watched; one that matches - it came while the list was
//     read, or moved over the border of a page - still is;
//   - more deletions than the threshold allows, or an empty list, are an error for a person, and nothing is reported.
// A deletion is the record {"deleted": true, "id": N}. Its id is known until the host has stored it.
// Memory   the ids of the list, one bit each, and the deletions that the threshold allows.
// State    "leat.kv/1": "sweep", when it was done last, and whether it stopped.
// Threads  one call at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/known_ids.hpp"
#include "plugins/connectwise/reading/source.hpp"
#include "plugins/connectwise/reading/walk.hpp"

namespace leat::connectwise {

// The record that says so.
NewRecord deletion_of(std::int64_t id);

struct SweepSetup {
  std::chrono::milliseconds every{std::chrono::hours(24)};  // 0: never
  double threshold = 0.1;                                   // share of the known ids
};

class Sweep {
 public:
  Sweep(const Source& source, const leat::Client& client, const Chain& transformers, SweepSetup setup)
      : source_(source), client_(client), transformers_(transformers), setup_(setup) {}

  // At the end of a read: whether it is time. The first read of an instance is what later ones are compared with.
  bool due(Context& context) const;
  // A step: a page of ids, a question about some that are missing, or deletions. True: there is no further one.
  Result<bool> poll(Batch& out, const Poll& poll, KnownIds& known, Context& context);
  // At the beginning of a run: the known ids are of another list now.
  static void forget(Context& context);
  // Deletions given to the host and not yet stored: what makes the cursor of their batch different from others.
  std::size_t reported() const { return reported_; }
  // The batch of the deletions given last has this cursor.
  void given(std::string cursor);
  void settle(std::string_view cursor, bool stored, KnownIds& known, Context& context);
  void close();

 private:
  enum class Stage : std::uint8_t { idle, listing, checking, reporting };
  struct Given {
    std::string cursor;  // empty: not known yet
    std::vector<std::int64_t> ids;
  };

  Result<Done> begin(const KnownIds& known, Context& context);
  Result<Done> list(Context& context);
  Result<bool> is_complete(Context& context);
  Result<std::int64_t> count(Context& context) const;
  Result<bool> check_some(KnownIds& known, Context& context);
  Error stop(std::size_t gone, std::size_t known, Context& context) const;
  Error stopped(std::size_t gone, std::size_t known) const;
  std::size_t allowed(std::size_t known) const;
  void finish(Context& context);

  const Source& source_;
  const leat::Client& client_;
  const Chain& transformers_;
  SweepSetup setup_;

  Stage stage_ = Stage::idle;
  Question question_;
  std::optional<Walk> walk_;
  IdSet found_;
  std::int64_t count_before_ = 0;
  std::int64_t checked_to_ = -1;
  std::size_t gone_count_ = 0;
  std::vector<std::int64_t> gone_;  // empty when more are gone than may be reported
  std::size_t given_ = 0;           // of gone_
  std::size_t reported_ = 0;
  std::deque<Given> open_;  // batches that the host has not stored yet
  bool finished_ = false;   // all was given
};

}  // namespace leat::connectwise
