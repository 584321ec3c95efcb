// Which changes are new: the watermark of a list, and what was read at its border.
//
// A pass reads all records with `lastUpdated >= since`, in the order of their ids, while the system goes on changing. It
// misses no change, for this reason. P is the newest lastUpdated that there is when the pass begins, asked for before its
// first page. What is changed later has lastUpdated >= P, but for transactions that were open at P: the overlap is for
// them. The next pass reads from P minus overlap on, so a change that came to a record whose id this pass had gone by
// already is seen by the next one. P is not of our own clock, and not above the server's (a record dated into the
// future would lift the watermark over everything). Only a pass that was read to its end moves the watermark, in the
// cursor that is stored together with its last records.
//
// What the overlap shows again is left out: a record whose id, lastUpdated and content were stored. The content counts
// because a record may change twice in one second. Kept are those from P minus overlap on, at most seen_max of them;
// beyond that records come again rather than be lost.
// Threads  one user at a time; pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <nlohmann/json_fwd.hpp>

namespace leat::connectwise {

struct IncrementalSetup {
  std::string field = "lastUpdated";
  std::int64_t overlap = 120;        // seconds
  std::optional<std::int64_t> from;  // of the first pass; nothing: everything
};

class Incremental {
 public:
  static constexpr std::size_t seen_max = 2000;

  explicit Incremental(IncrementalSetup setup) : setup_(std::move(setup)) {}

  // Takes "watermark", "since", "next" and "seen" out of a cursor: what is not there, or not a time, is as at first.
  void load(const nlohmann::json& cursor);
  void save(nlohmann::json& cursor) const;

  bool in_pass() const { return in_pass_; }
  // The first one: it reads what there is, not what is new.
  bool first() const { return !watermark_; }
  // The term that selects what a pass reads; empty: everything. Of the pass that is under way, else of the next one.
  std::string condition() const;

  // newest: the largest value of the field among the records of the pass, when it begins; absent where records do not
  // show it. server: the server's clock then. Without either the watermark stays.
  void begin(std::optional<std::int64_t> newest, std::optional<std::int64_t> server);
  // The server's clock when the pass under way began, if it was begun here.
  std::optional<std::int64_t> begun() const { return begun_; }
  // Whether a record is new, of a pass or announced beside it; it counts as stored with the batch it is in. One that is
  // older than what was given of it is not: its page was asked for before it changed.
  bool is_new(std::int64_t id, std::int64_t changed, std::uint64_t print);
  // Whether is_new() may say no to it, or will remember it.
  bool matters(std::int64_t id, std::int64_t changed) const {
    return in_window(changed) || seen_.contains(changed) || newest_.contains(id);
  }
  // Whether the pass after this one reads it again: so that it may have changed since this one began.
  bool in_window(std::int64_t changed) const;
  // The pass was read to its end.
  void finish();

 private:
  std::optional<std::int64_t> since() const;
  void remember(std::int64_t id, std::int64_t changed, std::uint32_t print);
  void forget_oldest();
  void forget_before(std::int64_t time);

  IncrementalSetup setup_;
  std::optional<std::int64_t> watermark_;
  bool in_pass_ = false;
  std::optional<std::int64_t> since_;  // of the pass under way; nothing: everything
  std::optional<std::int64_t> next_;   // the watermark behind it
  std::optional<std::int64_t> begun_;
  std::map<std::int64_t, std::map<std::int64_t, std::uint32_t>> seen_;  // time -> id -> print
  std::size_t seen_count_ = 0;
  std::unordered_map<std::int64_t, std::int64_t> newest_;  // id -> its largest time in seen_
};

}  // namespace leat::connectwise
