// Reads a file's records from where it stopped the last time.
// Threads     one user at a time.
// Durability  the cursor is the offset behind the last record, and what tells the file from another: device, inode, and
//             the bytes in front of the offset. A file that is not the same any more, or shorter, is read from its
//             begin. Standard input has no cursor: what a crash took before it was stored is gone.
// Errors      denied: the file is absent or cannot be opened, the content cannot be told into records, or the cursor is
//             not one of a file; tried again, it goes on where it stopped. A record that is none is appended as a
//             string and rejected (invalid) with its line; the others go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cursor.hpp"
#include "descriptor.hpp"
#include "leat/component.hpp"
#include "reader.hpp"

namespace leat::file {

class Subscriber {
 public:
  static Options<Subscriber> options();
  void configure(Context& context);
  void open(std::string_view cursor, Context& context);
  void poll(Batch& out, const Poll& poll, Context& context);
  void close(Context& context);

  File path;
  std::string format;
  std::string delimiter = ",";
  Size max_record{16U << 20U};

 private:
  bool is_pipe() const { return path.path == "-"; }
  void open_file(const Context& context);
  void read_header();
  void use_header(const Cut& cut);
  // Appends what the cut holds. False: it is a last line that is still being written.
  bool take(const Cut& cut, Batch& out, Context& context);
  bool take_document(const Cut& cut, Batch& out, Context& context);
  void take_row(const Cut& cut, Batch& out, Context& context);
  void reject(const Cut& cut, const std::string& message, Batch& out) const;
  // The batch ends in front of the position, and so does what there is to read.
  void finish(const Position& position, Batch& out);
  void set_cursor(const Position& position, Batch& out);
  std::string place(const Cut& cut) const;

  ReaderOptions reading_;
  Cursor cursor_;  // of the last batch
  Descriptor file_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::optional<Reader> reader_;
  std::vector<std::string> columns_;  // of CSV: each as "name": in JSON
  std::vector<std::string> values_;   // of a row
  std::string text_;                  // a row as JSON
};

}  // namespace leat::file
