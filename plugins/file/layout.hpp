// How a format lays records out in a file: what stands before, between and behind them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format.hpp"
#include "leat/record.hpp"

namespace leat::file {

struct Layout {
  std::string first;    // in front of a file's first record
  std::string between;  // in front of every other one
  std::string behind;   // each record
};

Layout layout_of(Format format);

// Records as CSV rows, all with the same columns.
class Rows {
 public:
  explicit Rows(char delimiter) : delimiter_(delimiter) {}

  const std::vector<std::string>& columns() const { return columns_; }
  // exclusive: records may have no other members.
  void set_columns(std::vector<std::string> columns, bool exclusive);
  // The members of the record as columns.
  void take_columns(Node record);

  std::string header() const;
  // Appends the record's row without a line end. invalid: it is no object, has a member that is no column, or one that
  // holds an object or array.
  Result<Done> append_row(Node record, std::string& out) const;

 private:
  bool is_column(std::string_view name) const;

  char delimiter_;
  std::vector<std::string> columns_;
  bool exclusive_ = true;
};

}  // namespace leat::file
