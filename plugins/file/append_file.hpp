// A file that only grows, by whole batches: after a crash each batch is in it wholly or not at all, and it is known
// which tasks' records the last ones hold.
// Threads     one user at a time; a lock on the file keeps other processes and instances out.
// Durability  with sync: what append() wrote survives a power cut; without: a crash of the process.
// Errors      busy: another one writes to the file, or the device fails. denied: it cannot be opened for writing, does
//             not end as its format says, or the disk is full. Nothing of the batch is in the file then.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "descriptor.hpp"
#include "journal.hpp"
#include "leat/result.hpp"

namespace leat::file {

struct AppendOptions {
  std::string path;
  bool replace = false;  // begin with an empty file, unless the last run crashed
  bool sync = true;
  bool array = false;  // a JSON array: begins with "[", ends with "]"; else each batch ends with a line end
};

class AppendFile {
 public:
  explicit AppendFile(AppendOptions options);

  // Opens the file, made with its folders when absent, and repairs what a crash left. A file that was not closed and is
  // still the same goes on without.
  Result<Done> open();
  bool empty() const { return end_ == begin_; }  // holds no record
  // The first line; nothing for an empty file. Of CSV: the header.
  Result<std::string> first_line() const;

  // True: this task's record with this hash is in one of the last batches.
  bool holds(const Mark& mark) const;
  // Appends the pieces as one batch: all or nothing.
  Result<Done> append(std::span<const std::string_view> pieces, std::vector<Mark> marks);

  // After a run without a crash.
  void close();

 private:
  Result<Done> open_file();
  Result<Done> recover();
  Result<Done> adopt(std::uint64_t size);
  Result<Done> adopt_array(std::uint64_t size);
  Result<Done> adopt_tail(std::uint64_t size);
  bool is_current() const;
  Result<std::uint64_t> size() const;
  Result<Done> cut_back(std::uint64_t end);
  Result<Done> write_at(std::uint64_t offset, std::span<const std::string_view> pieces);
  Error full(Error error) const;
  void remember(Entry entry);
  std::string_view tail() const { return options_.array ? std::string_view("\n]\n") : std::string_view(); }

  AppendOptions options_;
  Journal journal_;
  bool journal_begun_ = false;
  bool recovered_ = false;  // there is the journal of a run that crashed
  bool opened_before_ = false;
  Descriptor fd_;
  FileIdentity identity_;
  std::uint64_t begin_ = 0;  // where the first record goes
  std::uint64_t end_ = 0;    // where the next batch goes; the tail stands there now
  std::deque<Entry> recent_;
  std::size_t recent_marks_ = 0;
  std::unordered_map<std::string, std::uint64_t> hashes_;  // of the recent entries' tasks
};

}  // namespace leat::file
