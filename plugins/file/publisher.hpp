// Appends records to a file.
// Threads     one user at a time.
// Durability  a batch that was published survives a crash of the process, and with `sync` a power cut. A task that
//             comes again after a crash is recognised by its number and content, and not written twice. Standard output
//             knows nothing of this.
// Errors      as AppendFile and PipeOutput. A record that the format cannot hold is rejected alone.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "append_file.hpp"
#include "layout.hpp"
#include "leat/component.hpp"

namespace leat::file {

class Publisher {
 public:
  static Options<Publisher> options();
  void configure(Context& context);
  void open(Context& context);
  void publish(Batch& batch, Context& context);
  void close(Context& context);
  bool replay_safe() const { return !is_pipe(); }
  std::uint32_t batch_max() const { return 1000; }

  File path;
  std::string format;
  std::string delimiter = ",";
  std::vector<std::string> columns;
  std::string mode = "append";
  bool sync = true;

 private:
  struct Line {  // a record to write
    std::size_t index;
    std::string_view text;
  };

  bool is_pipe() const { return path.path == "-"; }
  void open_file();
  void read_columns();
  // The record in the file's format; lives until texts_ is cleared or the record changes. Nothing: it was rejected.
  std::optional<std::string_view> encode(Record record, std::size_t index, Batch& batch);
  void append_to_file(const std::vector<Line>& lines, std::vector<Mark> marks);
  void write_to_pipe(const std::vector<Line>& lines, Batch& batch, Context& context);

  Format format_ = Format::ndjson;
  Layout layout_;
  std::optional<Rows> rows_;        // of CSV
  std::optional<AppendFile> file_;  // absent for standard output
  bool pipe_begun_ = false;         // something stands on standard output
  std::deque<std::string> texts_;   // of a batch: what is not the record's own text
};

}  // namespace leat::file
