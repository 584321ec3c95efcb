// Cuts a stream of bytes into records without holding more of it than one record needs.
// Threads  one user at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "format.hpp"

namespace leat::file {

struct Cut {
  enum class Kind : std::uint8_t {
    record,   // text is a record (of CSV: a row)
    problem,  // text is no record, message says why; what follows may be read on
    more,     // the window holds no whole record; nothing, or a part that will not be needed, is consumed
    end,      // the stream is over
    broken,   // nothing behind this place can be told apart; message says why. Repeated for ever
  };
  Kind kind = Kind::more;
  std::size_t consumed = 0;  // bytes at the window's begin that are done with
  std::string_view text;     // inside the window, or of the splitter until its next call
  std::uint64_t line = 0;    // the text's first line, counted from 1
  std::string message;
  bool terminated = true;  // false: the stream ended where a line end was due
};

// Where reading goes on: behind the last record that was handed out.
struct Position {
  std::uint64_t offset = 0;  // bytes
  std::uint64_t line = 1;    // the line at the offset
  std::uint64_t record = 0;  // records handed out before
};

class Splitter {
 public:
  virtual ~Splitter() = default;
  // window: all bytes that are not consumed yet; it grew since a call that said `more`. last: nothing follows it.
  virtual Cut next(std::string_view window, bool last) = 0;
  // The line at the first byte that is not consumed.
  virtual std::uint64_t line() const = 0;
};

// start: where the stream begins. record_max: longer records become problems.
std::unique_ptr<Splitter> make_splitter(Format format, char delimiter, const Position& start, std::size_t record_max);

std::unique_ptr<Splitter> make_line_splitter(const Position& start, std::size_t record_max);
std::unique_ptr<Splitter> make_array_splitter(const Position& start, std::size_t record_max);
std::unique_ptr<Splitter> make_row_splitter(char delimiter, const Position& start, std::size_t record_max);

// What the splitters share.
inline constexpr std::string_view kBlanks = " \t\r\n";
std::uint64_t count_lines(std::string_view text);
std::string_view trimmed(std::string_view text);

// A record that is too long while its end is looked for: of its text a little is kept, for its report.
class Overlong {
 public:
  explicit Overlong(std::size_t record_max) : record_max_(record_max) {}
  bool skipping() const { return skipping_; }
  // The text belongs to such a record.
  void skip(std::string_view text);
  // The record is over: the cut becomes its problem, whose text lives until the next such record.
  void report(Cut& cut);

 private:
  std::size_t record_max_;
  bool skipping_ = false;
  std::string head_;
};

}  // namespace leat::file
