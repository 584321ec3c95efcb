#include "plugins/connectwise/sandbox/engine/json.hpp"

#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

namespace {

constexpr int depth_max = 64;

// Trees are walked recursively, so depth is refused before one is made.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > depth_max) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Json parse_body(std::string_view text) {
  if (too_deep(text)) throw api_error(400, "The request body is nested deeper than 64 levels.");
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw api_error(400, std::string("The request body is not JSON: ") + error.what());
  }
}

std::string to_text(const Json& json) { return json.dump(); }

std::string text_at(const Json& object, std::string_view member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t id_at(const Json& object, std::string_view member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool is_absent(const Json& object, std::string_view member) {
  const auto found = object.find(member);
  return found == object.end() || found->is_null();
}

}  // namespace leat::sandbox
