#include "plugins/connectwise/reading/rows.hpp"

#include <string>
#include <vector>

#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

// {"column_definitions": [{"Name": {"type", ...}}], "row_values": [[...]]}
std::size_t append_report(std::string_view body, Batch& out) {
  const NewRecord report(body);
  std::vector<std::string> columns;
  for (const auto definition : report["column_definitions"]) {
    for (const auto column : definition.value) columns.emplace_back(column.key);
  }
  std::size_t count = 0;
  for (const auto row : report["row_values"]) {
    NewRecord record("{}");
    std::size_t i = 0;
    for (const auto cell : row.value) {
      // A cell without a name is not lost.
      record.root().put(i < columns.size() ? columns[i] : "column" + std::to_string(i + 1)).set(cell.value);
      ++i;
    }
    out.append(std::move(record));
    ++count;
  }
  return count;
}

}  // namespace

bool is_report(const Operation& operation) { return operation.response_schema == "ReportDataResponse"; }

bool is_file(const Operation& operation) {
  return operation.response == ResponseKind::binary || operation.response == ResponseKind::text;
}

std::size_t Rows::read(const Answer& answer, std::string_view url, Batch& out, Context& context) const {
  if (is_file(*operation_)) {
    auto record = download_.keep(answer, url);
    if (!record) throw Failure(record.error());
    out.append(std::move(*record));
    return 1;
  }
  const std::string_view body = trim(answer.body());
  if (body.empty()) return 0;
  if (body.front() == '[') return out.append_array(body, answer.owner(), context);
  if (is_report(*operation_)) return append_report(body, out);
  out.append(NewRecord(body));
  return 1;
}

Result<std::size_t> Rows::append(const Answer& answer, std::string_view url, Batch& out, Context& context) const {
  try {
    return read(answer, url, out, context);
  } catch (const Failure& failure) {
    if (failure.error().kind != ErrorKind::invalid) return failure.error();
    return Error{ErrorKind::unreachable,
                 name_of(*operation_) + " was answered with broken JSON: " + failure.error().message, 0};
  }
}

std::optional<std::int64_t> id_of(const Record& record) {
  const Node id = record["id"];
  if (const auto number = id.i64()) return number;
  const auto text = id.str();
  if (!text) return {};
  return whole_number(*text);
}

}  // namespace leat::connectwise
