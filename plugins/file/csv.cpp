#include "csv.hpp"

#include <algorithm>

namespace leat::file {
namespace {

Error wrong(const char* what, std::size_t index) {
  return {ErrorKind::invalid, std::string(what) + " in value " + std::to_string(index + 1) + " of the row", 0};
}

// `at` stands at the opening quote; afterwards behind the closing one. False: there is none.
bool read_quoted(std::string_view row, std::size_t& at, std::string& out) {
  for (++at;;) {
    const std::size_t quote = row.find('"', at);
    if (quote == std::string_view::npos) return false;
    out += row.substr(at, quote - at);
    at = quote + 1;
    if (at >= row.size() || row[at] != '"') return true;
    out += '"';
    ++at;
  }
}

}  // namespace

Result<std::size_t> parse_row(std::string_view row, char delimiter, std::vector<std::string>& values) {
  std::size_t count = 0;
  for (std::size_t at = 0;; ++at) {
    if (values.size() == count) values.emplace_back();
    std::string& value = values[count];
    value.clear();
    if (at < row.size() && row[at] == '"') {
      if (!read_quoted(row, at, value)) return wrong("a quote is not closed", count);
      if (at < row.size() && row[at] != delimiter) return wrong("something follows the closing quote", count);
    } else {
      const std::size_t end = std::min(row.find(delimiter, at), row.size());
      value = row.substr(at, end - at);
      at = end;
    }
    ++count;
    if (at >= row.size()) return count;
  }
}

void append_value(std::string_view value, char delimiter, std::string& out) {
  const char special[] = {delimiter, '"', '\r', '\n'};
  if (value.find_first_of(std::string_view(special, sizeof(special))) == std::string_view::npos) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace leat::file
