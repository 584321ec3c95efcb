// Reads records from a file or a pipe, holding little more than one record.
// Threads  one user at a time.
// Errors   system errors as system_error() makes them; what is wrong with the content comes as a Cut.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "splitter.hpp"

namespace leat::file {

struct ReaderOptions {
  Format format = Format::ndjson;
  char delimiter = ',';
  std::size_t record_max = 16U << 20U;
  std::size_t chunk = 256U << 10U;  // bytes read at once
};

class Reader {
 public:
  // fd: of a regular file, read from `start` on; or of a pipe, read as it comes. Stays its owner's.
  Reader(int fd, bool pipe, std::string name, const ReaderOptions& options, const Position& start);

  // The next record, problem, end or broken; more: a pipe has nothing to read within `wait`. A Cut's text lives until
  // the next call. A mark of the byte order at the file's begin is skipped.
  Result<Cut> next(std::chrono::milliseconds wait);
  // Behind the last Cut that was given.
  const Position& position() const { return position_; }

 private:
  Result<bool> fill(std::chrono::milliseconds wait);
  Result<std::size_t> read_some(char* to, std::size_t size, std::chrono::milliseconds wait, bool& nothing_yet);

  int fd_;
  bool pipe_;
  std::string name_;
  std::size_t chunk_;
  std::size_t record_max_;
  std::unique_ptr<Splitter> splitter_;
  Position position_;
  std::vector<char> buffer_;  // [begin_, end_) is read and not consumed
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_;  // of begin_ in the stream
  bool over_ = false;     // all is read
};

}  // namespace leat::file
