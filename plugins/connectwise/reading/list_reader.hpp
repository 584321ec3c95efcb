// One read of a source: the whole list, or what changed in it since the last pass.
// Where it stands is a JSON object of its own, so that it can be part of a cursor:
//   {"paging": {"mode", "pageId"...}, "request": {path, query} of a read that transformers shaped, and of incremental ones
//    "watermark", "since", "next", "seen" (incremental.hpp)}
// Threads  one call at a time.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>

#include "plugins/connectwise/reading/incremental.hpp"
#include "plugins/connectwise/reading/source.hpp"
#include "plugins/connectwise/reading/walk.hpp"

namespace leat::connectwise {

class ListReader {
 public:
  // The source, the client and the transformers outlive it.
  ListReader(const Source& source, const leat::Client& client, const Chain& transformers,
             std::optional<IncrementalSetup> incremental, std::vector<std::string> fields_needed = {});

  // Where it goes on; an empty object: from the beginning.
  void open(const nlohmann::json& state);
  // Begins the read that poll() goes on with; state() then tells its pass. False: there is nothing to read.
  Result<bool> start(Context& context);
  // Appends a page; true: this was the last one. What has been stored already is dropped from the batch.
  Result<bool> poll(Batch& out, Context& context);
  // Sends the requests for the pages behind, as far as they can be known.
  void ask_ahead(Context& context);
  nlohmann::json state() const;
  // Whether the records come in the order of their ids.
  bool in_id_order() const;
  void close() { walk_.reset(); }

  // Records from elsewhere, behind `begin`: those that were stored already are dropped, the others count as stored.
  void leave_out_known(Batch& out, std::size_t begin, Context& context);
  // Records that were deleted during the read: pages that were asked for before may show them.
  void leave_out_gone(const std::vector<std::int64_t>& ids) {
    if (walk_) gone_.insert(ids.begin(), ids.end());
  }
  // Of an incremental read: whether the record may have changed since the pass under way began.
  bool may_have_changed(const Record& record) const;
  // From now on counts what a pass finds new although callbacks should have announced it.
  void prove_callbacks() { proves_callbacks_ = true; }
  // Records that this member changed last are dropped from what poll() reads; empty: nobody's.
  void leave_out_changes_of(std::string member) { own_ = std::move(member); }
  // What `fields` must have: what was asked for with the constructor, and what it looks at itself.
  const std::vector<std::string>& fields_needed() const { return fields_needed_; }

 private:
  Result<bool> begin(Context& context);
  Result<bool> begin_pass(const Question& question, Context& context);
  Result<std::vector<Question>> parts_of(Question question) const;
  void leave_out_own(Batch& out, std::size_t begin, Context& context) const;
  void leave_out_gone(Batch& out, std::size_t begin) const;
  void count_missed(const Batch& out, std::size_t begin, Context& context) const;
  void finish();

  const Source& source_;
  const leat::Client& client_;
  const Chain& transformers_;
  std::optional<IncrementalSetup> setup_;
  std::vector<std::string> fields_needed_;

  PagingSetup paging_;  // page_size: smaller while the server is too slow
  std::optional<Incremental> incremental_;
  nlohmann::json paging_state_;
  std::string input_;  // of the read under way
  std::optional<Walk> walk_;
  bool proves_callbacks_ = false;
  std::unordered_set<std::int64_t> gone_;  // deleted since the walk began
  std::string own_;                        // whose changes are not wanted
  std::int64_t pages_ = 0;                 // of this run
  std::int64_t records_ = 0;
};

}  // namespace leat::connectwise
