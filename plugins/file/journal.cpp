#include "journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <utility>

#include "hash.hpp"

namespace leat::file {
namespace {

constexpr std::string_view kTitle = "leat-journal-1";

std::string sealed(std::string line) { return line += ' ' + std::to_string(hash64(line)) + '\n'; }

// Takes the next word; empty at the line's end.
std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool take_number(std::string_view& line, std::uint64_t& out) {
  const std::string_view word = take_word(line);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
  return error == std::errc() && end == word.data() + word.size();
}

// The line without its checksum; empty when that is wrong.
std::string_view unsealed(std::string_view line) {
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos) return {};
  std::string_view seal = line.substr(space + 1);
  std::uint64_t hash = 0;
  if (!take_number(seal, hash) || hash != hash64(line.substr(0, space))) return {};
  return line.substr(0, space);
}

// Words are separated by spaces; a task whose name has some is not remembered.
bool is_word(std::string_view task) {
  for (const char c : task) {
    if (static_cast<unsigned char>(c) <= ' ') return false;
  }
  return !task.empty();
}

std::string to_line(const Entry& entry) {
  std::string line = std::to_string(entry.before) + ' ' + std::to_string(entry.after);
  for (const Mark& mark : entry.marks) {
    if (is_word(mark.task)) line += ' ' + mark.task + ' ' + std::to_string(mark.hash);
  }
  return sealed(std::move(line));
}

bool parse_line(std::string_view line, Entry& entry) {
  if (!take_number(line, entry.before) || !take_number(line, entry.after)) return false;
  while (!line.empty()) {
    Mark mark;
    mark.task = std::string(take_word(line));
    if (!take_number(line, mark.hash)) return false;
    entry.marks.push_back(std::move(mark));
  }
  return true;
}

std::string title_line(const FileIdentity& file) {
  return sealed(std::string(kTitle) + ' ' + std::to_string(file.device) + ' ' + std::to_string(file.inode));
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  char chunk[64 << 10];
  for (;;) {
    const ssize_t got = ::read(fd, chunk, sizeof(chunk));
    if (got == 0) return text;
    if (got < 0 && errno != EINTR) return system_error(path, "cannot be read");
    if (got > 0) text.append(chunk, static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::vector<Entry>> Journal::read(const FileIdentity& file) const {
  std::vector<Entry> entries;
  const Descriptor fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return entries;
  if (!fd) return system_error(path_, "cannot be opened");
  const auto text = read_all(fd.raw(), path_);
  if (!text) return text.error();
  std::string_view rest = *text;
  const std::string title = title_line(file);
  if (!rest.starts_with(title)) return entries;
  rest.remove_prefix(title.size());
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    Entry entry;
    if (!parse_line(unsealed(rest.substr(0, end)), entry)) break;
    entries.push_back(std::move(entry));
    rest.remove_prefix(end + 1);
  }
  return entries;
}

Result<Done> Journal::begin(const FileIdentity& file, const std::vector<Entry>& entries) {
  file_ = file;
  std::vector<std::string> lines;
  lines.reserve(entries.size());
  for (const Entry& entry : entries) lines.push_back(to_line(entry));
  return renew(std::move(lines));
}

Result<Done> Journal::append(const Entry& entry) {
  if (!fd_ || size_ > size_max_) {
    const std::size_t first = size_ > size_max_ ? lines_.size() / 2 : 0;
    if (auto done = renew({lines_.begin() + static_cast<std::ptrdiff_t>(first), lines_.end()}); !done) return done;
  }
  std::string line = to_line(entry);
  if (auto done = write(fd_, path_, size_, line); !done) return done;
  size_ += line.size();
  lines_.push_back(std::move(line));
  return Done{};
}

// Writes a journal of these lines and puts it in the old one's place, which stays what it is until then.
Result<Done> Journal::renew(std::vector<std::string> lines) {
  const std::string fresh = path_ + ".new";
  Descriptor fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd) return system_error(fresh, "cannot be made");
  std::string text = title_line(file_);
  for (const std::string& line : lines) text += line;
  auto done = write(fd, fresh, 0, text);
  if (done && std::rename(fresh.c_str(), path_.c_str()) != 0) done = system_error(path_, "cannot be replaced");
  if (!done) {
    ::unlink(fresh.c_str());
    return done;
  }
  fd_ = std::move(fd);
  lines_ = std::move(lines);
  size_ = text.size();
  if (sync_) done = synchronise_folder(path_);
  if (!done) fd_.close();  // a power cut may bring the old one back: nothing is appended before it was renewed
  return done;
}

Result<Done> Journal::write(const Descriptor& fd, const std::string& path, std::size_t offset,
                            std::string_view text) const {
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t got =
        ::pwrite(fd.raw(), text.data() + written, text.size() - written, static_cast<off_t>(offset + written));
    if (got < 0 && errno != EINTR) return system_error(path, "cannot be written");
    if (got > 0) written += static_cast<std::size_t>(got);
  }
  if (sync_ && ::fdatasync(fd.raw()) != 0) return system_error(path, "cannot be synchronised");
  return Done{};
}

void Journal::remove() {
  fd_.close();
  ::unlink(path_.c_str());
}

}  // namespace leat::file
