// Records in order, each with its own fate: what the ABI's leat_batch points to. Indexes never move.
// Owner    whoever makes the call it travels through; it owns the records until they are taken.
// Threads  one user at a time.
// Errors   std::bad_alloc; false or invalid where a plugin could be wrong: index, fate, text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/record/record.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

enum class Fate : std::uint8_t {
  live,       // on its way
  dropped,    // filtered out on purpose
  rejected,   // failed: see error()
  delivered,  // stored at the far side: see answer()
};

}  // namespace leat::host

struct leat_batch {
 public:
  using Fate = leat::host::Fate;
  using Record = leat::host::Record;

  leat_batch() = default;
  static std::unique_ptr<leat_batch> make_for_plugin();  // one that the ABI's release may free
  leat_batch(const leat_batch&) = delete;
  leat_batch& operator=(const leat_batch&) = delete;
  leat_batch(leat_batch&&) noexcept = default;
  leat_batch& operator=(leat_batch&&) noexcept = default;
  ~leat_batch() = default;

  std::size_t size() const { return slots_.size(); }  // every fate counted
  bool for_plugin() const { return for_plugin_; }
  bool empty() const { return slots_.empty(); }
  void reserve(std::size_t count) { slots_.reserve(count); }

  // i < size() for these.
  Fate fate(std::size_t i) const { return slots_[i].fate; }
  // Of any fate, so that a failed record can be kept with its task; nullptr once taken.
  Record* record(std::size_t i) const { return slots_[i].record.get(); }
  const leat::Error& error(std::size_t i) const { return *slots_[i].error; }  // of a rejected record
  std::string_view answer(std::size_t i) const { return slots_[i].answer; }   // JSON text; empty when none
  std::unique_ptr<Record> take(std::size_t i);                                // the slot and its fate stay

  std::optional<std::string> cursor() const { return cursor_; }
  bool ended() const { return ended_; }

  void append(std::unique_ptr<Record>&& record);  // takes it unless it throws
  // Each element of a JSON array as a record, or none: invalid names the byte offset. With `owner`, which must hold the
  // text, nothing is copied. Gives the number of records.
  leat::Result<std::size_t> append_array(std::string_view text, const leat::host::Buffer& owner);

  // False (or INVALID), and nothing changed, when there is no such record or it is no longer live.
  bool drop(std::size_t i);
  bool reject(std::size_t i, leat::Error error);
  // INVALID as well when the answer is neither empty nor JSON: the record counts as delivered, without the answer.
  leat_kind deliver(std::size_t i, std::string_view answer);
  void set_cursor(std::string_view cursor) { cursor_ = std::string(cursor); }
  void end() { ended_ = true; }
  void clear();  // as new

 private:
  struct Slot {
    std::unique_ptr<Record> record;
    std::unique_ptr<leat::Error> error;
    std::string answer;
    Fate fate = Fate::live;
  };
  bool live(std::size_t i) const { return i < slots_.size() && slots_[i].record && slots_[i].fate == Fate::live; }

  std::vector<Slot> slots_;
  std::optional<std::string> cursor_;
  bool ended_ = false;
  bool for_plugin_ = false;
};

namespace leat::host {

using Batch = ::leat_batch;

// The service "leat.batch/1".
const leat_batch_api& batch_api();

}  // namespace leat::host
