#include "plugins/connectwise/sandbox/engine/form.hpp"

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

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

const FormPart* find(const std::vector<FormPart>& parts, std::string_view name) {
  for (const FormPart& part : parts) {
    if (same_text(part.name, name)) return &part;
  }
  return nullptr;
}

}  // namespace leat::sandbox
