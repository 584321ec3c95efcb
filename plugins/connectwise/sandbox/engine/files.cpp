#include "plugins/connectwise/sandbox/engine/files.hpp"

#include <array>

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"

namespace leat::sandbox {

using connectwise::ResponseKind;

namespace {

constexpr std::string_view documents = "/system/documents";

// One transparent pixel.
constexpr std::array<unsigned char, 67> pixel = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01,
    0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

// The value of `name="..."` in a header.
std::string quoted_value(std::string_view header, std::string_view name) {
  const std::string start = std::string(name) + "=\"";
  std::size_t at = header.find(start);
  while (at != std::string_view::npos && at > 0 && header[at - 1] != ' ' && header[at - 1] != ';')
    at = header.find(start, at + 1);
  if (at == std::string_view::npos) return {};
  at += start.size();
  return std::string(header.substr(at, header.find('"', at) - at));
}

Response bytes(std::string content, std::string_view type) {
  Response response;
  response.body = std::move(content);
  response.content_type = type;
  return response;
}

const FormPart* find(const std::vector<FormPart>& parts, std::string_view name) {
  for (const FormPart& part : parts) {
    if (same_text(part.name, name)) return &part;
  }
  return nullptr;
}

}  // namespace

std::vector<FormPart> parse_form(std::string_view content_type, std::string_view body) {
  constexpr std::string_view name = "boundary=";
  const std::size_t at = content_type.find(name);
  if (at == std::string_view::npos) throw api_error(400, "The multipart body has no boundary.");
  std::string_view boundary = trim(content_type.substr(at + name.size()));
  if (!boundary.empty() && boundary.front() == '"') boundary = boundary.substr(1, boundary.find('"', 1) - 1);
  boundary = trim(boundary.substr(0, boundary.find(';')));
  const std::string mark = "--" + std::string(boundary);
  std::vector<FormPart> parts;
  std::size_t begin = body.find(mark);
  while (begin != std::string_view::npos && body.substr(begin + mark.size(), 2) != "--") {
    begin += mark.size() + 2;
    const std::size_t end = body.find("\r\n" + mark, begin);
    const std::size_t blank = body.find("\r\n\r\n", begin);
    if (end == std::string_view::npos || blank == std::string_view::npos || blank > end) {
      throw api_error(400, "A part of the multipart body does not end.");
    }
    const std::string_view header = body.substr(begin, blank - begin);
    const std::size_t content = blank + 4;
    parts.push_back({quoted_value(header, "name"), quoted_value(header, "filename"),
                     content <= end ? std::string(body.substr(content, end - content)) : std::string()});
    begin = end + 2;
  }
  return parts;
}

bool Files::serves(const Call& call) const {
  const ResponseKind kind = call.operation.response;
  const bool read = call.operation.method == Method::get &&
                    (kind == ResponseKind::binary || kind == ResponseKind::text || kind == ResponseKind::none);
  const bool document_list = call.operation.method == Method::get &&
                             (call.pattern() == documents || call.pattern() == "/system/documents/count");
  return read || document_list || (call.operation.method == Method::post && call.pattern() == documents);
}

Response Files::upload(const Call& call) {
  const std::string_view type = call.request.header("Content-Type");
  if (!contains_text(type, "multipart/form-data"))
    throw api_error(415, "A document is uploaded as multipart/form-data.");
  const std::vector<FormPart> parts = parse_form(type, call.request.body);
  std::vector<FieldError> errors;
  for (const char* name : {"recordType", "recordId", "title"}) {
    if (find(parts, name) == nullptr) {
      errors.push_back(
          {"MissingRequiredField", std::string("The ") + name + " field is required.", "documentInfo", name});
    }
  }
  const FormPart* file = find(parts, "file");
  const FormPart* link = find(parts, "url");
  if (file == nullptr && link == nullptr)
    errors.push_back({"MissingRequiredField", "The file field is required.", "documentInfo", "file"});
  if (!errors.empty()) throw invalid_object("documentInfo", errors);
  const ListPlace place = store_.place(std::string(documents), {});
  const Id id = store_.next_id(place);
  Json record = sample_record(store_.catalog(), *place.schema, id);
  record["title"] = find(parts, "title")->content;
  record["fileName"] = file != nullptr ? file->file_name : link->content;
  record["linkFlag"] = file == nullptr;
  record["size"] = file != nullptr ? file->content.size() : 0;
  store_.open(place).put(id, to_text(record));
  if (file != nullptr) contents_[id] = file->content;
  Response response;
  response.status = call.operation.success;
  response.body = to_text(record);
  response.headers.push_back({"Location", call.url + "/" + std::to_string(id)});
  return response;
}

Response Files::download(const Call& call) const {
  const ListPlace place = store_.place(std::string(documents), {});
  const Id id = to_integer(call.place.arguments.at(0)).value_or(0);
  const Json record = store_.read(place, id);
  if (record.is_null()) throw not_found("Document", call.place.arguments.at(0));
  const auto content = contents_.find(id);
  std::string name = text_at(record, "fileName");
  if (name.empty()) name = "document" + std::to_string(id) + ".txt";
  Response response = bytes(content == contents_.end() ? "Document " + std::to_string(id) + "\n" : content->second,
                            "application/octet-stream");
  const bool quote = name.find(' ') != std::string::npos;
  response.headers.push_back({"Content-Disposition", "attachment; filename=" + (quote ? "\"" + name + "\"" : name)});
  return response;
}

Response Files::answer(const Call& call) {
  const Route& route = *call.place.route;
  if (call.operation.method == Method::post) return upload(call);
  if (route.pattern == documents || route.ends_with("count")) {
    if (call.parameter("recordType").empty() || call.parameter("recordId").empty()) {
      throw invalid_object("documentInfo", {{"MissingRequiredField", "recordType and recordId are required.",
                                             "documentInfo", "recordType"}});
    }
    return route.ends_with("count") ? reading_.count(call) : reading_.list(call);
  }
  if (route.ends_with("download") && route.pattern == "/system/documents/{}/download") return download(call);
  if (route.ends_with("pdf"))
    return bytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count "
        "0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "application/pdf");
  if (route.ends_with("uploadsample"))
    return bytes("<html><body><form method=\"post\" enctype=\"multipart/form-data\"></form></body></html>",
                 "text/html");
  if (route.ends_with("download")) return bytes("Log of the sandbox\n", "text/plain");
  return bytes({reinterpret_cast<const char*>(pixel.data()), pixel.size()}, "image/png");
}

}  // namespace leat::sandbox
