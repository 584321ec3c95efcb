// What the commands print: tables, colours where a terminal shows them, numbers as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace leat::host {

// Colours of one output stream; none when it is no terminal or NO_COLOR is set (no-color.org).
class Style {
 public:
  // fd: 1 or 2.
  static Style of(int fd);
  explicit Style(bool colour) : colour_(colour) {}

  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool colour_;
};

bool is_terminal(int fd);
// Columns of the terminal on stderr; 80 when unknown.
int terminal_width();

// Rows with columns as wide as their widest cell (UTF-8 characters counted, escape sequences not).
class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  void print(std::ostream& out, const Style& style) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string human_count(std::uint64_t value);                     // 12,345
std::string counted(std::uint64_t count, std::string_view what);  // 1 task; 12,345 tasks
std::string human_bytes(std::uint64_t bytes);                     // 4.2 MiB
std::string human_duration(std::chrono::milliseconds time);       // 1m 05s, 250 ms
std::string utc_time(std::chrono::milliseconds since_epoch);      // 2026-02-03T10:11:12Z

// Texts from outside, which must not drive the terminal: control characters as blanks. One line, cut with "..."; or
// with its line breaks.
std::string one_line(std::string_view text, std::size_t most = std::string_view::npos);
std::string some_lines(std::string_view text);

}  // namespace leat::host
