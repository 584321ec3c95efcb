// The text of one configuration file, made ready for the YAML parser, and positions in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/problem.hpp"

namespace leat::host {

class Source {
 public:
  // Drops a byte order mark and turns every line end into \n.
  Source(std::string_view text, std::string file);

  // UTF-8 without control characters: what YAML allows (1.2, 5.1). Adds the first mistake and gives false otherwise.
  bool check(Problems& problems) const;

  const std::string& text() const { return text_; }
  const std::string& file() const { return file_; }
  // line and column as bytes from 0, as the parser counts; the position counts characters from 1.
  Position position(std::size_t line, std::size_t column) const;
  std::size_t offset(std::size_t line, std::size_t column) const;
  Position position_of(std::size_t offset) const;
  std::string_view line(std::size_t line) const;

 private:
  std::string text_;
  std::string file_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace leat::host
