// Bodies of multipart/form-data.
// Threads  any.
// Source   RFC 7578, RFC 2046 5.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leat::sandbox {

struct FormPart {
  std::string name;
  std::string file_name;  // empty: a field
  std::string content;
};

// Refusal 400 when the boundary is missing or a part does not end.
std::vector<FormPart> parse_form(std::string_view content_type, std::string_view body);
// The first part of a name, in any case; nullptr: none.
const FormPart* find(const std::vector<FormPart>& parts, std::string_view name);

}  // namespace leat::sandbox
