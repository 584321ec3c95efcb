#include "layout.hpp"

#include <algorithm>
#include <utility>

#include "csv.hpp"

namespace leat::file {
namespace {

constexpr std::string_view kRowEnd = "\r\n";  // RFC 4180, 2.1

Error rejected(std::string message) { return {ErrorKind::invalid, std::move(message), 0}; }

}  // namespace

Layout layout_of(Format format) {
  switch (format) {
    case Format::ndjson: break;
    case Format::json: return {"\n", ",\n", ""};
    case Format::csv: return {"", "", std::string(kRowEnd)};
  }
  return {"", "", "\n"};
}

void Rows::set_columns(std::vector<std::string> columns, bool exclusive) {
  columns_ = std::move(columns);
  exclusive_ = exclusive;
}

void Rows::take_columns(Node record) {
  columns_.clear();
  for (const auto item : record) columns_.emplace_back(item.key);
  exclusive_ = true;
}

std::string Rows::header() const {
  std::string out;
  for (const std::string& column : columns_) {
    if (&column != &columns_.front()) out += delimiter_;
    append_value(column, delimiter_, out);
  }
  return out += kRowEnd;
}

bool Rows::is_column(std::string_view name) const {
  return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
}

Result<Done> Rows::append_row(Node record, std::string& out) const {
  if (record.type() != Type::object) return rejected("a CSV row is made of an object");
  if (record.size() == 0) return rejected("a CSV row is made of an object with members; this one has none");
  std::size_t found = 0;
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out += delimiter_;
    const Node value = record[std::string_view(columns_[i])];
    if (value) ++found;
    switch (value.type()) {
      case Type::missing:
      case Type::null: break;
      case Type::boolean: out += value.boolean().value_or(false) ? "true" : "false"; break;
      case Type::number: out += value.number().value_or(""); break;
      case Type::string: append_value(value.str().value_or(""), delimiter_, out); break;
      case Type::array:
      case Type::object:
        out.resize(begin);
        return rejected("the member " + columns_[i] +
                        " is an object or array, which CSV cannot hold; map it to plain values first");
    }
  }
  // A row of one empty value would be a blank line, which readers skip.
  if (out.size() == begin) out += "\"\"";
  if (!exclusive_ || found == record.size()) return Done{};
  out.resize(begin);
  for (const auto item : record) {
    if (!is_column(item.key)) return rejected("the member " + std::string(item.key) + " is no column of the file");
  }
  return rejected("a member is named twice");
}

}  // namespace leat::file
