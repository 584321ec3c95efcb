#include "plugins/connectwise/reading/download.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "plugins/connectwise/reading/digest.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

constexpr std::size_t name_max = 150;  // bytes; file systems take 255

Error cannot(std::string_view what, const std::string& path) {
  return Error{ErrorKind::denied,
               "download_folder: cannot " + std::string(what) + " " + path + ": " +
                   std::error_code(errno, std::generic_category()).message(),
               0};
}

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The numbers in a path: "/system/documents/12/download" gives "12-".
std::string numbers_of(std::string_view url) {
  std::string text;
  for (const std::string_view segment : split(url.substr(0, url.find('?')), '/')) {
    const bool number = !segment.empty() && segment.find_first_not_of("0123456789") == segment.npos;
    if (number) text += std::string(segment) + "-";
  }
  return text;
}

// What the last word of the path says of a file without a name: "download", "pdf".
std::string last_word(std::string_view url) {
  const std::string_view path = url.substr(0, url.find('?'));
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

std::string safe_file_name(std::string_view said) {
  std::string name;
  for (const char c : said) {
    const auto byte = static_cast<unsigned char>(c);
    const bool bad = byte < 0x20 || byte == 0x7F || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    name += bad ? '_' : c;
  }
  name = std::string(trim(name));
  // Not hidden, and not "..".
  for (std::size_t i = 0; i < name.size() && name[i] == '.'; ++i) name[i] = '_';
  if (name.size() > name_max) {
    const std::size_t dot = name.rfind('.');
    const std::string ending = dot != name.npos && name.size() - dot <= 16 ? name.substr(dot) : std::string();
    std::size_t size = name_max - ending.size();
    // Not inside a UTF-8 sequence.
    while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) --size;
    name = name.substr(0, size) + ending;
  }
  return name;
}

std::string name_of_disposition(std::string_view header) {
  for (std::string_view parameter : split(header, ';')) {
    parameter = trim(parameter);
    const std::size_t equals = parameter.find('=');
    if (equals == parameter.npos || !same_letters(trim(parameter.substr(0, equals)), "filename")) continue;
    std::string_view value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return {};
}

Result<NewRecord> Download::keep(const Answer& answer, std::string_view url) const {
  std::string name = safe_file_name(name_of_disposition(answer.header("content-disposition").value_or("")));
  if (name.empty()) name = safe_file_name(last_word(url));
  name = numbers_of(url) + name;
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  const std::string path = folder_ + "/" + name;
  const std::string unfinished = folder_ + "/." + name + ".part";
  {
    const OpenFile file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (file.get() < 0) return cannot("write", unfinished);
    if (!write_all(file.get(), answer.body()) || ::fsync(file.get()) != 0) {
      Error error = cannot("write", unfinished);
      ::unlink(unfinished.c_str());
      return error;
    }
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0) {
    Error error = cannot("rename to", path);
    ::unlink(unfinished.c_str());
    return error;
  }
  // The name is durable with its folder.
  const OpenFile folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return cannot("sync", folder_);
  NewRecord record("{}");
  record.set("path", path);
  record.set("file_name", name);
  record.set("size", answer.body().size());
  record.set("sha256", hex(sha256(answer.body())));
  record.set("content_type", answer.header("content-type").value_or("application/octet-stream"));
  return record;
}

}  // namespace leat::connectwise
