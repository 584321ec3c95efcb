// Files that the server gives - documents, PDFs, pictures - kept in a folder, and the record that refers to one.
// A file is there whole or not at all: it is written under another name, synced, and renamed. Its name is what the server
// calls it, in front of it the numbers of its path ("12-offer.pdf"), so that two files of one name do not meet and the
// same one read again takes its place. No name leads out of the folder.
// Threads  one call at a time.
// Errors   denied: the folder cannot be written, which a person has to change.
#pragma once

#include <string>
#include <string_view>

#include "leat/http.hpp"
#include "leat/record.hpp"
#include "leat/result.hpp"

namespace leat::connectwise {

// A name for a file, made of what the server says: no separators, no control characters, not hidden, at most 150 bytes.
std::string safe_file_name(std::string_view said);
// The file's name in a Content-Disposition header (RFC 6266; raw UTF-8 was seen); empty: it has none.
std::string name_of_disposition(std::string_view header);

class Download {
 public:
  Download() = default;
  explicit Download(std::string folder) : folder_(std::move(folder)) {}

  // {"path", "file_name", "size", "sha256", "content_type"}. `url` is the request's path and query.
  Result<NewRecord> keep(const Answer& answer, std::string_view url) const;

 private:
  std::string folder_;  // absolute; made when it is not there
};

}  // namespace leat::connectwise
