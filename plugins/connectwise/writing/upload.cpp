#include "plugins/connectwise/writing/upload.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

namespace fs = std::filesystem;
using JsonType = leat::Type;

constexpr std::string_view documents = "/system/documents";

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

struct OpenedFile {
  std::string name;  // its last part, as the server keeps it
  std::string content;
};

bool is_below(const fs::path& folder, const fs::path& path) {
  const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return in_folder == folder.end() && in_path != path.end();
}

// Links are followed first, so none leads out of the folder.
Result<OpenedFile> open_file(std::string_view given, const UploadRules& rules) {
  const std::string shown = "payload.file: " + std::string(given.substr(0, 200));
  if (rules.folder.empty()) return refuse("payload.file: set upload_folder to the folder whose files may be sent");
  std::error_code error;
  const fs::path folder = fs::canonical(rules.folder, error);
  if (error) return refuse("upload_folder " + rules.folder + " cannot be opened: " + error.message());
  const fs::path path = fs::canonical(folder / fs::path(std::string(given)), error);
  if (error) return refuse(shown + " cannot be opened in upload_folder: " + error.message());
  if (!is_below(folder, path)) return refuse(shown + " is outside of upload_folder");
  if (!fs::is_regular_file(path, error)) return refuse(shown + " is no file");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return refuse(shown + " cannot be read: " + error.message());
  const std::string limit = "; upload_max is " + std::to_string(rules.bytes_max) + " bytes";
  if (size > rules.bytes_max) return refuse(shown + " has " + std::to_string(size) + " bytes" + limit);
  std::ifstream in(path, std::ios::binary);
  OpenedFile file{.name = path.filename().string(), .content = std::string(size, '\0')};
  in.read(file.content.data(), static_cast<std::streamsize>(size));
  if (!in && !in.eof()) return refuse(shown + " cannot be read");
  file.content.resize(static_cast<std::size_t>(in.gcount()));
  if (in.peek() != std::ifstream::traits_type::eof()) return refuse(shown + " grew while it was read; send it again");
  return file;
}

// A name or a file name inside the quotes of Content-Disposition. Browsers escape these three so: WHATWG, form
// submission, "multipart/form-data encoding algorithm".
std::string disposition_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"') {
      result += "%22";
    } else if (c == '\r') {
      result += "%0D";
    } else if (c == '\n') {
      result += "%0A";
    } else {
      result += c;
    }
  }
  return result;
}

struct Part {
  std::string name;
  std::string file_name;  // empty: a value
  std::string content;
};

// Of the same parts the same, so that a plan and what is sent later are one request.
std::uint64_t hash_of_parts(const std::vector<Part>& parts, std::uint64_t seed) {
  std::uint64_t hash = hash_start ^ seed;
  for (const Part& part : parts) {
    hash = hash_of(part.content, hash_of(part.file_name, hash_of(part.name, hash)));
  }
  return hash;
}

// No part may hold it: RFC 2046, 5.1.1.
std::string boundary_for(const std::vector<Part>& parts) {
  for (std::uint64_t seed = 0;; ++seed) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash_of_parts(parts, seed)));
    std::string boundary = std::string("----leat-") + digits.data();
    const bool inside =
        std::ranges::any_of(parts, [&](const Part& part) { return part.content.find(boundary) != std::string::npos; });
    if (!inside) return boundary;
  }
}

Form encode(std::vector<Part> parts) {
  const std::string boundary = boundary_for(parts);
  Form form{.content_type = "multipart/form-data; boundary=" + boundary, .body = {}};
  std::size_t size = 0;
  for (const Part& part : parts) size += part.content.size() + part.name.size() + part.file_name.size() * 3 + 200;
  form.body.reserve(size + 100);
  for (Part& part : parts) {
    form.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + disposition_text(part.name) + "\"";
    if (!part.file_name.empty()) {
      form.body += "; filename=\"" + disposition_text(part.file_name) + "\"\r\nContent-Type: application/octet-stream";
    }
    form.body += "\r\n\r\n";
    form.body += part.content;
    form.body += "\r\n";
    part.content = {};
  }
  form.body += "--" + boundary + "--\r\n";
  return form;
}

Result<Done> check_members(const Schema& schema, leat::Node payload) {
  std::vector<std::string_view> names;
  for (const Field& field : schema.fields) {
    if (field.name != "readOnlyFlay") names.push_back(field.name);
  }
  names.emplace_back("readOnlyFlag");
  for (const auto item : payload) {
    if (std::ranges::find(names, item.key) == names.end()) {
      return refuse("payload." + std::string(item.key) + " is not a part of an upload" + did_you_mean(item.key, names));
    }
    const JsonType type = item.value.type();
    if (type == JsonType::object || type == JsonType::array) {
      return refuse("payload." + std::string(item.key) + " must be text, a number or a boolean");
    }
  }
  return Done{};
}

}  // namespace

bool is_upload(const Operation& operation) {
  if (operation.body == BodyKind::multipart) return true;
  // The document names no body of the one that updates.
  return operation.method == Method::post && operation.path.starts_with(documents) &&
         operation.response_schema == "DocumentInfo";
}

Result<Form> make_form(const Catalog& catalog, const Operation& operation, leat::Node payload,
                       const UploadRules& rules) {
  const Schema* schema = catalog.schema("DocumentFormData");
  if (payload.type() != JsonType::object) return refuse("payload must be an object with recordType, recordId and file");
  if (auto done = check_members(*schema, payload); !done) return done.error();
  const bool creates = operation.path_parameters.empty();
  const bool has_file = !is_absent(payload["file"]);
  if (has_file && !is_absent(payload["url"])) return refuse("payload has a file and a url: a document is one of them");
  if (creates && !has_file && is_absent(payload["url"])) {
    return refuse("payload.file is missing: the path of the file to send, or url for a link");
  }
  for (const std::string_view name : {"recordType", "recordId"}) {
    if (creates && is_absent(payload[name])) {
      return refuse("payload." + std::string(name) + " is missing: it says what the document belongs to");
    }
  }
  std::vector<Part> parts;
  // The server wants one.
  if (creates && is_absent(payload["title"])) {
    const std::string_view from = has_file ? payload["file"].text() : payload["url"].text();
    parts.push_back({"title", {}, std::string(from.substr(from.rfind('/') + 1))});
  }
  for (const auto item : payload) {
    if (is_absent(item.value)) continue;
    if (item.key == "file") {
      auto file = open_file(item.value.text(), rules);
      if (!file) return file.error();
      parts.push_back({"file", std::move(file->name), std::move(file->content)});
      continue;
    }
    parts.push_back({std::string(item.key), {}, std::string(item.value.text())});
    if (item.key == "readOnlyFlag") parts.push_back({"readOnlyFlay", {}, std::string(item.value.text())});
  }
  return encode(std::move(parts));
}

}  // namespace leat::connectwise
