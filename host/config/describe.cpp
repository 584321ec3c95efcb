#include "host/config/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "host/config/problem.hpp"
#include "host/config/schema_text.hpp"

namespace leat::host {

namespace {

std::string type_text(const Json& schema) {
  std::string meaning = schema_meaning(schema);
  if (meaning == "client") return "name of a client";
  if (meaning == "transformers") return "array of transformers";
  if (!meaning.empty()) return meaning;
  const auto types = schema_types(schema);
  if (types.empty()) return "any";
  std::string text;
  for (const std::string& type : types) text += (text.empty() ? "" : " or ") + type;
  if (types.front() == "array" && schema.contains("items")) text += " of " + type_text(schema.at("items"));
  return text;
}

void add_options(Json& options, const Json& schema, const std::string& path) {
  if (schema.contains("items")) return add_options(options, schema.at("items"), path + "[]");
  if (!schema.contains("properties")) return;
  const Json required = schema.value("required", Json::array());
  for (const auto& property : schema.at("properties").items()) {
    const Json& option = property.value();
    const std::string name = path.empty() ? property.key() : path + "." + property.key();
    Json line = {{"name", name},
                 {"type", type_text(option)},
                 {"required", std::find(required.begin(), required.end(), property.key()) != required.end()},
                 {"secret", option.value("writeOnly", false)}};
    const std::pair<const char*, const char*> kept[] = {
        {"default", "default"},     {"enum", "choices"},        {"minimum", "minimum"},  {"maximum", "maximum"},
        {"minLength", "minLength"}, {"maxLength", "maxLength"}, {"description", "help"}, {"examples", "examples"}};
    for (const auto& [from, to] : kept) {
      if (option.contains(from)) line[to] = option.at(from);
    }
    options.push_back(std::move(line));
    add_options(options, option, name);
  }
}

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string joined(const Json& values) {
  std::string text;
  for (const Json& value : values) text += (text.empty() ? "" : ", ") + plain(value);
  return text;
}

// "(required, secret)", "(default 30s)".
std::string remarks(const Json& option) {
  std::vector<std::string> parts;
  if (option.at("required").get<bool>()) parts.emplace_back("required");
  if (option.at("secret").get<bool>()) parts.emplace_back("secret: give ${NAME} or ${file:PATH}");
  if (option.contains("default") && !option.at("default").empty())
    parts.push_back("default " + plain(option.at("default")));
  if (option.contains("choices")) parts.push_back("one of " + joined(option.at("choices")));
  const std::string unit = option.at("type") == "duration" ? "ms" : option.at("type") == "size" ? " bytes" : "";
  if (option.contains("minimum")) parts.push_back("at least " + plain(option.at("minimum")) + unit);
  if (option.contains("maximum")) parts.push_back("at most " + plain(option.at("maximum")) + unit);
  if (option.contains("examples")) parts.push_back("for example " + joined(option.at("examples")));
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "(" : "; ") + part;
  return text.empty() ? text : text + ")";
}

// Words into lines of at most `width` columns, each line behind `margin` blanks.
std::string wrapped(std::string_view text, std::size_t margin, std::size_t width) {
  const std::string blanks(margin, ' ');
  std::string out;
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const auto word = text.substr(0, end);
    if (!line.empty() && margin + line.size() + 1 + word.size() > width) {
      out += blanks + line + "\n";
      line.clear();
    }
    if (!word.empty()) line += (line.empty() ? "" : " ") + std::string(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return line.empty() ? out : out + blanks + line + "\n";
}

}  // namespace

Json describe_json(ComponentKind kind, const ComponentInfo& info) {
  Json options = Json::array();
  add_options(options, info.schema, "");
  return {{"kind", to_string(kind)}, {"type", info.type},  {"title", info.title},
          {"summary", info.summary}, {"options", options}, {"schema", info.schema}};
}

std::string describe_text(ComponentKind kind, const ComponentInfo& info, std::size_t width) {
  constexpr std::size_t kMargin = 6;
  const Json page = describe_json(kind, info);
  std::string text = fmt::format("{} {}: {}\n", to_string(kind), info.type, info.title);
  text += wrapped(info.summary, 0, width);
  if (page.at("options").empty()) return text + "\nIt has no options.\n";
  text += "\nOptions\n";
  for (const Json& option : page.at("options")) {
    text += fmt::format("  {}  {}\n", option.at("name").get<std::string>(), option.at("type").get<std::string>());
    if (option.contains("help")) text += wrapped(option.at("help").get<std::string>(), kMargin, width);
    text += wrapped(remarks(option), kMargin, width);
  }
  return text;
}

}  // namespace leat::host
