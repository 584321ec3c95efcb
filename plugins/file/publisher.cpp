#include "publisher.hpp"

#include <unistd.h>

#include <utility>

#include "csv.hpp"
#include "hash.hpp"
#include "pipe_output.hpp"

namespace leat::file {
namespace {

constexpr std::string_view kTaskAttribute = "leat.task";

}  // namespace

Options<Publisher> Publisher::options() {
  return leat::options<Publisher>()
      .field("path", &Publisher::path, "The file to write, made with its folders when absent; - is standard output.",
             required)
      .field("format", &Publisher::format,
             "How records are written: one JSON document per line, one JSON array, or CSV with a header row. Without "
             "it the name's ending says it.",
             one_of({"ndjson", "json", "csv"}))
      .field("delimiter", &Publisher::delimiter, "Between the values of a CSV row.")
      .field("columns", &Publisher::columns,
             "The members that become columns of CSV, in this order; others are left out. Without it those of the "
             "first record, and a record with others is rejected.")
      .field("mode", &Publisher::mode, "append: behind what the file holds. replace: each run begins an empty file.",
             one_of({"append", "replace"}))
      .field("sync", &Publisher::sync, "Each batch is on the disk before its tasks are finished: survives power cuts.");
}

void Publisher::configure(Context& /*context*/) {
  format_ = value_of(choose_format(format, path.path));
  layout_ = layout_of(format_);
  const char separator = value_of(parse_delimiter(delimiter));
  if (format_ == Format::csv) rows_.emplace(separator);
  if (!rows_ && !columns.empty()) throw invalid("columns: only CSV has columns");
  if (!is_pipe()) file_.emplace(AppendOptions{path.path, mode == "replace", sync, format_ == Format::json});
}

void Publisher::open(Context& /*context*/) {
  if (file_) open_file();
}

void Publisher::open_file() {
  check(file_->open());
  if (rows_) read_columns();
}

// A file that has a header keeps it.
void Publisher::read_columns() {
  rows_->set_columns(columns, columns.empty());
  if (file_->empty()) return;
  const std::string line = value_of(file_->first_line());
  std::vector<std::string> found;
  auto count = parse_row(line, delimiter == "\\t" ? '\t' : delimiter[0], found);
  if (!count) throw denied(path.path + ": its first line is no CSV header: " + count.error().message);
  found.resize(*count);
  if (!columns.empty() && found != columns) {
    throw denied(path.path + ": its header is " + line + ", which differs from the option columns; name another file");
  }
  rows_->set_columns(std::move(found), columns.empty());
}

void Publisher::publish(Batch& batch, Context& context) {
  if (file_) open_file();  // also when it was moved away or changed since the last batch
  texts_.clear();
  std::vector<Line> lines;
  std::vector<Mark> marks;
  lines.reserve(batch.size());
  for (std::size_t i = 0, count = batch.size(); i < count; ++i) {
    const auto record = batch.at(i);
    if (!record) continue;
    const auto text = encode(*record, i, batch);
    if (!text) continue;
    if (const auto task = record->attribute(kTaskAttribute); task && file_) {
      Mark mark{std::string(*task), hash64(*text)};
      if (file_->holds(mark)) {
        batch.deliver(i);
        continue;
      }
      marks.push_back(std::move(mark));
    }
    lines.push_back({i, *text});
  }
  if (lines.empty()) return;
  if (file_) {
    append_to_file(lines, std::move(marks));
  } else {
    write_to_pipe(lines, batch, context);
  }
}

std::optional<std::string_view> Publisher::encode(Record record, std::size_t index, Batch& batch) {
  if (!rows_) return record.json();
  const Node root = record.root();
  const bool takes = rows_->columns().empty() && root.type() == Type::object;
  if (takes) rows_->take_columns(root);
  std::string& text = texts_.emplace_back();
  if (auto done = rows_->append_row(root, text); !done) {
    if (takes) rows_->set_columns({}, true);
    batch.reject(index, done.error());
    return std::nullopt;
  }
  return text;
}

void Publisher::append_to_file(const std::vector<Line>& lines, std::vector<Mark> marks) {
  const std::string header = rows_ ? rows_->header() : std::string();
  std::vector<std::string_view> pieces;
  pieces.reserve(3 * lines.size() + 1);
  bool first = file_->empty();
  if (first) pieces.push_back(header);
  for (const Line& line : lines) {
    pieces.push_back(std::exchange(first, false) ? layout_.first : layout_.between);
    pieces.push_back(line.text);
    pieces.push_back(layout_.behind);
  }
  check(file_->append(pieces, std::move(marks)));
}

// Record by record, so that those which are out when somebody stops are known to be.
void Publisher::write_to_pipe(const std::vector<Line>& lines, Batch& batch, Context& context) {
  PipeOutput out(STDOUT_FILENO, [&context] { return context.cancelled(); });
  std::string text;
  for (const Line& line : lines) {
    text.clear();
    if (!pipe_begun_) (text += format_ == Format::json ? "[" : "") += rows_ ? rows_->header() : std::string();
    ((text += pipe_begun_ ? layout_.between : layout_.first) += line.text) += layout_.behind;
    if (auto done = out.write(text); !done) {
      if (done.error().kind != ErrorKind::uncertain) throw Failure(done.error());
      batch.reject(line.index, done.error());
      throw failure(ErrorKind::cancelled, "asked to stop");
    }
    pipe_begun_ = true;
    batch.deliver(line.index);
  }
}

void Publisher::close(Context& context) {
  if (file_) {
    file_->close();
  } else if (format_ == Format::json) {
    PipeOutput out(STDOUT_FILENO, [&context] { return context.cancelled(); });
    check(out.write(pipe_begun_ ? "\n]\n" : "[\n]\n"));
    pipe_begun_ = false;
  }
}

}  // namespace leat::file
