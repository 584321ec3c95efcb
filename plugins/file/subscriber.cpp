#include "subscriber.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "csv.hpp"
#include "hash.hpp"
#include "json_text.hpp"

namespace leat::file {
namespace {

constexpr std::size_t kBatchBytes = 8U << 20U;  // a batch ends with the record that reaches it
constexpr std::chrono::milliseconds kPipeSlice{100};

// The hash of the bytes in front of the offset.
std::uint64_t hash_before(int fd, std::uint64_t offset) {
  char bytes[kBeforeMax];
  const std::size_t size = std::min<std::uint64_t>(offset, sizeof(bytes));
  const ssize_t got = ::pread(fd, bytes, size, static_cast<off_t>(offset - size));
  return got < 0 ? 0 : hash64({bytes, static_cast<std::size_t>(got)});
}

}  // namespace

Options<Subscriber> Subscriber::options() {
  return leat::options<Subscriber>()
      .field("path", &Subscriber::path, "The file to read; - is standard input.", required)
      .field("format", &Subscriber::format,
             "How records are written: one JSON document per line, one JSON array, or CSV with a header row. Without "
             "it the name's ending says it.",
             one_of({"ndjson", "json", "csv"}))
      .field("delimiter", &Subscriber::delimiter, "Between the values of a CSV row.")
      .field("max_record", &Subscriber::max_record, "Longer records are rejected.");
}

void Subscriber::configure(Context& /*context*/) {
  reading_.format = value_of(choose_format(format, path.path));
  reading_.delimiter = value_of(parse_delimiter(delimiter));
  reading_.record_max = max_record.bytes;
}

void Subscriber::open(std::string_view cursor, Context& context) {
  cursor_ = cursor.empty() ? Cursor{} : value_of(parse_cursor(cursor));
  reader_.reset();
  if (is_pipe()) {
    reader_.emplace(STDIN_FILENO, true, "standard input", reading_, Position{});
  } else {
    open_file(context);
  }
}

void Subscriber::close(Context& /*context*/) {
  reader_.reset();
  file_.close();
}

void Subscriber::open_file(const Context& context) {
  file_ = Descriptor(::open(path.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file_) throw Failure(system_error(path.path, "cannot be opened"));
  struct stat status {};
  if (::fstat(file_.raw(), &status) != 0) throw Failure(system_error(path.path, "cannot be examined"));
  if (!S_ISREG(status.st_mode)) throw denied(path.path + ": is not a regular file; use - to read a pipe");
  device_ = status.st_dev;
  inode_ = status.st_ino;

  const std::uint64_t offset = cursor_.position.offset;
  const bool by_hand = cursor_.inode == 0;
  const bool same = offset <= static_cast<std::uint64_t>(status.st_size) &&
                    (by_hand || (cursor_.device == device_ && cursor_.inode == inode_ &&
                                 cursor_.before == hash_before(file_.raw(), offset)));
  if (offset > 0 && !same) {
    context.info(path.path + ": is not the file that was read before, or is shorter; reading it from its begin");
    cursor_ = {};
  }
  columns_.clear();
  if (reading_.format == Format::csv && cursor_.position.offset > 0) read_header();
  reader_.emplace(file_.raw(), false, path.path, reading_, cursor_.position);
}

// The header row of a file that is read on.
void Subscriber::read_header() {
  Reader reader(file_.raw(), false, path.path, reading_, Position{});
  const Cut cut = value_of(reader.next(std::chrono::milliseconds(0)));
  if (cut.kind == Cut::Kind::record || cut.kind == Cut::Kind::problem) use_header(cut);
}

void Subscriber::use_header(const Cut& cut) {
  if (cut.kind == Cut::Kind::problem) throw denied(place(cut) + ": the header: " + cut.message);
  const auto parsed = parse_row(cut.text, reading_.delimiter, values_);
  if (!parsed) throw denied(place(cut) + ": the header: " + parsed.error().message);
  const std::size_t count = *parsed;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = values_[i];
    if (!is_utf8(name)) throw denied(place(cut) + ": the header is not valid UTF-8; save the file as UTF-8");
    if (name.empty()) throw denied(place(cut) + ": column " + std::to_string(i + 1) + " of the header has no name");
    if (!seen.insert(name).second) throw denied(place(cut) + ": the header names the column " + name + " twice");
    std::string key;
    append_json_string(name, key);
    columns_.push_back(key + ':');
  }
}

void Subscriber::poll(Batch& out, const Poll& poll, Context& context) {
  if (!reader_) open_file(context);  // the last poll met the end
  const auto until = std::chrono::steady_clock::now() + poll.wait;
  const std::uint64_t begin = reader_->position().offset;
  while (out.size() < poll.max && reader_->position().offset - begin < kBatchBytes && !context.cancelled()) {
    const Position before = reader_->position();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const auto wait = out.size() > 0 || left.count() < 0 ? std::chrono::milliseconds(0) : std::min(left, kPipeSlice);
    const Cut cut = value_of(reader_->next(wait));
    if (cut.kind == Cut::Kind::more) {
      if (wait.count() == 0) break;
      continue;
    }
    if (cut.kind == Cut::Kind::broken) {
      if (out.size() > 0) break;  // these first; the next poll comes here again
      throw denied(place(cut) + ": " + cut.message);
    }
    if (cut.kind == Cut::Kind::end) return finish(before, out);
    if (!take(cut, out, context)) {
      context.warn(place(cut) + ": the last line is incomplete; it is read when it ends with a line end");
      return finish(before, out);
    }
  }
  if (out.size() > 0) set_cursor(reader_->position(), out);
}

bool Subscriber::take(const Cut& cut, Batch& out, Context& context) {
  if (reading_.format == Format::csv && columns_.empty()) {
    if (!cut.terminated && !is_pipe()) return false;
    use_header(cut);
  } else if (cut.kind == Cut::Kind::problem) {
    reject(cut, cut.message, out);
  } else if (reading_.format != Format::csv) {
    return take_document(cut, out, context);
  } else {
    take_row(cut, out, context);
  }
  return true;
}

bool Subscriber::take_document(const Cut& cut, Batch& out, Context& context) {
  // The begin of a number is a number, that of an object is none: only what has an end of its own needs no line end.
  const bool growing = !cut.terminated && !is_pipe();
  if (growing && std::string_view("{[\"").find(cut.text.front()) == std::string_view::npos) return false;
  try {
    NewRecord record;
    record.set_json(cut.text, context);
    out.append(std::move(record));
  } catch (const Failure& failure) {
    if (failure.error().kind != ErrorKind::invalid) throw;
    if (growing) return false;
    reject(cut, failure.error().message, out);
  }
  return true;
}

void Subscriber::take_row(const Cut& cut, Batch& out, Context& context) {
  const auto count = parse_row(cut.text, reading_.delimiter, values_);
  if (!count) return reject(cut, count.error().message, out);
  if (*count != columns_.size()) {
    return reject(
        cut,
        "the row has " + std::to_string(*count) + " values, the header " + std::to_string(columns_.size()) + " columns",
        out);
  }
  text_.clear();
  for (std::size_t i = 0; i < *count; ++i) {
    text_ += i == 0 ? '{' : ',';
    text_ += columns_[i];
    append_json_string(values_[i], text_);
  }
  text_ += '}';
  try {
    NewRecord record;
    record.set_json(text_, context);
    out.append(std::move(record));
  } catch (const Failure& failure) {
    if (failure.error().kind != ErrorKind::invalid) throw;
    reject(cut, "the row is not valid UTF-8; save the file as UTF-8", out);
  }
}

// The raw text goes with the failed task, as a string.
void Subscriber::reject(const Cut& cut, const std::string& message, Batch& out) const {
  NewRecord record;
  record.root().set(repaired_utf8(cut.text));
  out.append(std::move(record));
  out.reject(out.size() - 1, {ErrorKind::invalid, place(cut) + ": " + message, 0});
}

void Subscriber::finish(const Position& position, Batch& out) {
  out.end();
  if (is_pipe()) return;
  set_cursor(position, out);
  reader_.reset();
  file_.close();
}

void Subscriber::set_cursor(const Position& position, Batch& out) {
  if (is_pipe()) return;
  cursor_ = {position, device_, inode_, hash_before(file_.raw(), position.offset)};
  out.set_cursor(to_text(cursor_));
}

std::string Subscriber::place(const Cut& cut) const {
  const std::string name = is_pipe() ? "standard input" : path.path.substr(path.path.rfind('/') + 1);
  return name + " line " + std::to_string(cut.line);
}

}  // namespace leat::file
