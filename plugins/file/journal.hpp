// What is about to be appended to a file, written down first, so that after a crash it is known which batches are in
// it. A text file beside the file: a line that names the file (device and inode), then one line per batch, the last
// ones.
// Threads     one user at a time.
// Durability  with sync an entry survives a power cut before append() returns; without, a crash of the process only.
// Errors      as system_error(): the journal stays as it was. What cannot be read back (another file, a torn last line)
//             is no error: it is left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "descriptor.hpp"
#include "leat/result.hpp"

namespace leat::file {

// A task whose record is in a batch, and the hash of the record as it was written.
struct Mark {
  std::string task;
  std::uint64_t hash = 0;
};

struct Entry {
  std::uint64_t before = 0;  // where the batch begins in the file
  std::uint64_t after = 0;   // and ends
  std::vector<Mark> marks;
};

// Tells the file that the journal belongs to.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

class Journal {
 public:
  // size_max: a longer journal is written anew with its last half.
  Journal(std::string path, bool sync, std::size_t size_max = 1U << 20U)
      : path_(std::move(path)), sync_(sync), size_max_(size_max) {}

  // The entries about this file, oldest first; none when there is no journal.
  Result<std::vector<Entry>> read(const FileIdentity& file) const;
  // Begins a journal of the file with these entries.
  Result<Done> begin(const FileIdentity& file, const std::vector<Entry>& entries);
  Result<Done> append(const Entry& entry);
  // No crash to recover from: takes it away.
  void remove();

 private:
  Result<Done> write(const Descriptor& fd, const std::string& path, std::size_t offset, std::string_view text) const;
  Result<Done> renew(std::vector<std::string> lines);

  std::string path_;
  bool sync_;
  std::size_t size_max_;
  Descriptor fd_;  // none: it must be written anew
  FileIdentity file_;
  std::vector<std::string> lines_;  // what it holds
  std::size_t size_ = 0;
};

}  // namespace leat::file
