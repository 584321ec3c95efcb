#include "append_file.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <utility>

namespace leat::file {
namespace {

constexpr std::size_t kMarksKept = 16384;  // more than a host has in flight between two commits of its store

Result<Done> make_folders(const std::string& path) {
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return system_error(folder.string(), "cannot be made", error.value());
  return Done{};
}

Result<Done> synchronise(int fd, const std::string& path) {
  if (::fdatasync(fd) != 0) return system_error(path, "cannot be synchronised");
  return Done{};
}

std::size_t total(std::span<const std::string_view> pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                         [](std::size_t sum, std::string_view piece) { return sum + piece.size(); });
}

}  // namespace

AppendFile::AppendFile(AppendOptions options)
    : options_(std::move(options)), journal_(options_.path + ".journal", options_.sync) {}

Result<Done> AppendFile::open() {
  if (fd_ && is_current()) return Done{};
  fd_.close();
  journal_begun_ = false;
  const FileIdentity before = identity_;
  auto done = open_file();
  const bool same = opened_before_ && before.device == identity_.device && before.inode == identity_.inode;
  if (done && !(same && is_current())) done = recover();
  if (!done) {
    fd_.close();
    identity_ = {};
  }
  opened_before_ = opened_before_ || done;
  return done;
}

Result<Done> AppendFile::open_file() {
  if (auto done = make_folders(options_.path); !done) return done;
  const std::string& path = options_.path;
  fd_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!fd_) return system_error(path, "cannot be opened for writing");
  struct stat status {};
  if (::fstat(fd_.raw(), &status) != 0) return system_error(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorKind::denied, path + ": is not a regular file; use - to write to a pipe", 0};
  }
  std::array<char, 512> head{};
  const ssize_t known = ::pread(fd_.raw(), head.data(), head.size(), 0);
  if (known > 0 && std::memchr(head.data(), '\0', static_cast<std::size_t>(known)) != nullptr) {
    return Error{
        ErrorKind::denied,
        path +
            ": is not a text but a file of another program (a database, the store?), to which nothing is added; "
            "choose another path",
        0};
  }
  identity_ = {status.st_dev, status.st_ino};
  if (::flock(fd_.raw(), LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::busy, path + ": another publisher or process writes to this file", 0};
  }
  return options_.sync && status.st_size == 0 ? synchronise_folder(path) : Result<Done>(Done{});
}

// Finds where the next batch goes. What the journal says is believed while the file fits it.
Result<Done> AppendFile::recover() {
  auto found = size();
  if (!found) return std::move(found).error();
  auto entries = journal_.read(identity_);
  if (!entries) return std::move(entries).error();
  begin_ = options_.array ? 1 : 0;
  recent_.clear();
  hashes_.clear();
  recent_marks_ = 0;
  const Entry last = entries->empty() ? Entry{} : entries->back();
  const bool fits = !entries->empty() && *found >= last.before && *found <= last.after + tail().size();
  if (!fits) {
    if (options_.replace && !opened_before_ && *found > 0) {
      if (::ftruncate(fd_.raw(), 0) != 0) return system_error(options_.path, "cannot be emptied");
      *found = 0;
    }
    return options_.array ? adopt_array(*found) : adopt(*found);
  }
  recovered_ = true;
  const bool whole = *found == last.after + tail().size();
  end_ = whole ? last.after : last.before;
  if (!whole) entries->pop_back();
  for (std::size_t i = 0; i < entries->size(); ++i) {
    // An entry whose place was given to the next one was cut back.
    const bool kept =
        i + 1 == entries->size() ? (*entries)[i].after <= end_ : (*entries)[i + 1].before >= (*entries)[i].after;
    if (kept) remember(std::move((*entries)[i]));
  }
  return whole ? Result<Done>(Done{}) : cut_back(end_);
}

// A file of others: its last line may lack its end, which is added and nothing is taken.
Result<Done> AppendFile::adopt(std::uint64_t size) {
  end_ = size;
  char last = '\n';
  if (size > 0 && ::pread(fd_.raw(), &last, 1, static_cast<off_t>(size - 1)) != 1) {
    return system_error(options_.path, "cannot be read");
  }
  if (last == '\n') return Done{};
  const std::string_view line_end[] = {"\n"};
  if (auto done = write_at(end_, line_end); !done) return full(std::move(done).error());
  end_ += 1;
  return Done{};
}

Result<Done> AppendFile::adopt_array(std::uint64_t size) {
  constexpr std::string_view kEmptyArray = "[\n]\n";
  constexpr std::size_t kTailMax = 4096;
  char bytes[kTailMax];
  const std::size_t held = std::min<std::uint64_t>(size, kTailMax);
  const ssize_t got = ::pread(fd_.raw(), bytes, held, static_cast<off_t>(size - held));
  if (got != static_cast<ssize_t>(held)) return system_error(options_.path, "cannot be read");
  const std::string_view text(bytes, held);
  constexpr std::string_view kBlanks = " \t\r\n";
  const bool blank = text.find_first_not_of(kBlanks) == std::string_view::npos;
  const bool begun = kEmptyArray.starts_with(text) && text != kEmptyArray;
  if (held == size && (blank || begun)) {
    const std::string_view pieces[] = {kEmptyArray};
    end_ = begin_;
    if (auto done = cut_back(0); !done) return done;
    if (auto done = write_at(0, pieces); !done) return full(std::move(done).error());
    return Done{};
  }
  const std::size_t bracket = text.find_last_not_of(kBlanks);
  const bool closed = bracket != std::string_view::npos && bracket > 0 && text[bracket] == ']';
  const std::size_t last = closed ? text.find_last_not_of(kBlanks, bracket - 1) : std::string_view::npos;
  if (last == std::string_view::npos) {
    return Error{ErrorKind::denied,
                 options_.path + ": does not end as a JSON array does (\"]\"); move it away or name another file", 0};
  }
  end_ = size - held + last + 1;
  if (text[last] == '[') begin_ = end_;
  return text.substr(last + 1) == tail() ? Result<Done>(Done{}) : adopt_tail(size);
}

// Gives an array of others our tail. It has no journal yet: at each moment the file is an array.
Result<Done> AppendFile::adopt_tail(std::uint64_t size) {
  std::string bytes(tail());
  if (size < end_ + bytes.size()) {
    const std::string line_ends(end_ + bytes.size() - size, '\n');
    const std::string_view pieces[] = {line_ends};
    if (auto done = write_at(size, pieces); !done) return full(std::move(done).error());
  } else {
    bytes.resize(size - end_, '\n');
  }
  const std::string_view pieces[] = {bytes};
  if (auto done = write_at(end_, pieces); !done) return full(std::move(done).error());
  if (::ftruncate(fd_.raw(), static_cast<off_t>(end_ + tail().size())) == 0) return Done{};
  return system_error(options_.path, "cannot be cut");
}

bool AppendFile::is_current() const {
  struct stat status {};
  if (::stat(options_.path.c_str(), &status) != 0) return false;
  return status.st_dev == identity_.device && status.st_ino == identity_.inode &&
         static_cast<std::uint64_t>(status.st_size) == end_ + tail().size();
}

Result<std::uint64_t> AppendFile::size() const {
  struct stat status {};
  if (::fstat(fd_.raw(), &status) != 0) return system_error(options_.path, "cannot be examined");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> AppendFile::first_line() const {
  constexpr std::size_t kHeaderMax = 64U << 10U;
  std::string text(std::min<std::uint64_t>(end_, kHeaderMax), '\0');
  const ssize_t got = ::pread(fd_.raw(), text.data(), text.size(), 0);
  if (got < 0) return system_error(options_.path, "cannot be read");
  text.resize(static_cast<std::size_t>(got));
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

bool AppendFile::holds(const Mark& mark) const {
  const auto known = hashes_.find(mark.task);
  return known != hashes_.end() && known->second == mark.hash;
}

Result<Done> AppendFile::append(std::span<const std::string_view> pieces, std::vector<Mark> marks) {
  if (!journal_begun_) {
    if (auto done = journal_.begin(identity_, {recent_.begin(), recent_.end()}); !done) {
      return full(std::move(done).error());
    }
    journal_begun_ = true;
  }
  Entry entry{end_, end_ + total(pieces), std::move(marks)};
  if (auto done = journal_.append(entry); !done) return full(std::move(done).error());
  std::vector<std::string_view> all(pieces.begin(), pieces.end());
  if (options_.array) all.push_back(tail());
  auto done = write_at(end_, all);
  if (done && options_.sync) done = synchronise(fd_.raw(), options_.path);
  if (!done) {
    // Where even that fails, the next open() repairs it from the journal.
    if (!cut_back(end_)) fd_.close();
    return full(std::move(done).error());
  }
  end_ = entry.after;
  remember(std::move(entry));
  return Done{};
}

// The file ends at `end`, with its tail behind.
Result<Done> AppendFile::cut_back(std::uint64_t end) {
  if (::ftruncate(fd_.raw(), static_cast<off_t>(end)) != 0) return system_error(options_.path, "cannot be cut back");
  const std::string_view pieces[] = {tail()};
  if (end == 0 || tail().empty()) return Done{};
  return write_at(end, pieces);
}

Result<Done> AppendFile::write_at(std::uint64_t offset, std::span<const std::string_view> pieces) {
  std::vector<iovec> parts;
  parts.reserve(pieces.size());
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) parts.push_back({const_cast<char*>(piece.data()), piece.size()});
  }
  for (std::size_t first = 0; first < parts.size();) {
    const auto count = static_cast<int>(std::min<std::size_t>(parts.size() - first, IOV_MAX));
    const ssize_t got = ::pwritev(fd_.raw(), &parts[first], count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(options_.path, "cannot be written");
    offset += static_cast<std::uint64_t>(got);
    auto left = static_cast<std::size_t>(got);
    for (; first < parts.size() && left >= parts[first].iov_len; ++first) left -= parts[first].iov_len;
    if (left > 0) {
      parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + left;
      parts[first].iov_len -= left;
    }
  }
  return Done{};
}

// Adds how much room the disk has.
Error AppendFile::full(Error error) const {
  struct statvfs disk {};
  if (::statvfs(options_.path.c_str(), &disk) == 0) {
    error.message += " (" + std::to_string(disk.f_bavail * disk.f_frsize) + " bytes free on its disk)";
  }
  return error;
}

void AppendFile::remember(Entry entry) {
  for (const Mark& mark : entry.marks) hashes_[mark.task] = mark.hash;
  recent_marks_ += entry.marks.size();
  recent_.push_back(std::move(entry));
  while (recent_marks_ > kMarksKept && recent_.size() > 1) {
    for (const Mark& mark : recent_.front().marks) {
      const auto known = hashes_.find(mark.task);
      if (known != hashes_.end() && known->second == mark.hash) hashes_.erase(known);
    }
    recent_marks_ -= recent_.front().marks.size();
    recent_.pop_front();
  }
}

void AppendFile::close() {
  if (!fd_) return;
  if (journal_begun_ || recovered_) journal_.remove();
  journal_begun_ = false;
  recovered_ = false;
  fd_.close();
}

}  // namespace leat::file
