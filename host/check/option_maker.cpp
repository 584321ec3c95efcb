#include "host/check/option_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "host/check/check_host.hpp"
#include "host/check/samples.hpp"
#include "host/config/schema_text.hpp"

namespace leat::host::check {
namespace {

std::string unused_address(const std::string& text) {
  const auto scheme = text.find("://");
  if (scheme == std::string::npos || text.compare(0, 4, "http") != 0) return text;
  const auto path = text.find_first_of("/?#", scheme + 3);
  return text.substr(0, scheme + 3) + "127.0.0.1:9" + (path == std::string::npos ? "" : text.substr(path));
}

// Makes values from schemas, in the form of a configuration.
class Maker {
 public:
  Maker(std::uint32_t kind, const std::filesystem::path& folder) : kind_(kind), folder_(folder) {}

  Json make(const Json& schema, const std::string& name) {
    if (schema.value("writeOnly", false)) return fmt::format("${{{}{}}}", kSecretVariable, ++secrets_);
    const std::string meaning = schema_meaning(schema);
    if (meaning == "client") return std::string(kCheckClient);
    if (meaning == "file") return file();
    if (meaning == "transformers") return Json::array({Json{{"type", kCheckTransformer}}});
    if (schema.contains("examples")) return local(schema.at("examples").at(0));
    if (schema.contains("default")) return local(schema.at("default"));
    if (schema.contains("enum")) return schema.at("enum").at(0);
    if (meaning == "duration") return "1s";
    if (meaning == "size") return 65536;
    const auto types = schema_types(schema);
    const std::string type = types.empty() ? "string" : types.front();
    if (type == "object") return object(schema);
    if (type == "array") return Json::array({schema.contains("items") ? make(schema.at("items"), name) : Json("text")});
    if (type == "integer" || type == "number") return number(schema);
    if (type == "boolean") return true;
    if (type == "null") return nullptr;
    std::string text = name;
    const auto least = schema.value("minLength", std::size_t{0});
    while (text.size() < least) text += 'x';
    return text.substr(0, std::max(least, schema.value("maxLength", text.size())));
  }

  Json object(const Json& schema) {
    if (schema.contains("examples")) return local(schema.at("examples").at(0));
    Json made = Json::object();
    for (const Json& name : schema.value("required", Json::array())) {
      const std::string text = name.get<std::string>();
      made[text] = make(schema.value("properties", Json::object()).value(text, Json::object()), text);
    }
    // Of an object that takes any member: one, so that it is not empty.
    const auto further = schema.find("additionalProperties");
    if (made.empty() && further != schema.end() && further->is_object()) made["name"] = make(*further, "name");
    return made;
  }

  std::filesystem::path source() const { return source_; }

 private:
  Json number(const Json& schema) {
    if (schema.contains("minimum")) return schema.at("minimum");
    if (schema.contains("maximum")) return schema.at("maximum");
    return 1;
  }
  Json local(Json value) {
    if (value.is_string()) return unused_address(value.get<std::string>());
    if (value.is_structured()) {
      for (auto& member : value) member = local(member);
    }
    return value;
  }
  std::string file() {
    if (kind_ == LEAT_KIND_PUBLISHER) return (folder_ / "out.ndjson").string();
    source_ = folder_ / "in.ndjson";
    return source_.string();
  }

  std::uint32_t kind_;
  const std::filesystem::path& folder_;
  std::filesystem::path source_;
  int secrets_ = 0;
};

}  // namespace

MadeOptions make_from_schema(const Json& schema, std::uint32_t kind, const std::filesystem::path& folder,
                             const std::string& further) {
  Maker maker(kind, folder);
  MadeOptions made;
  made.value = maker.object(schema);
  if (!further.empty()) made.value[further] = maker.make(schema.at("properties").at(further), further);
  made.source = maker.source();
  return made;
}

std::vector<std::string> further_examples(const Json& schema) {
  const Json required = schema.value("required", Json::array());
  const Json properties = schema.value("properties", Json::object());
  std::vector<std::string> names;
  for (const auto& option : properties.items()) {
    const bool needed = std::find(required.begin(), required.end(), option.key()) != required.end();
    if (!needed && option.value().contains("examples")) names.push_back(option.key());
  }
  return names;
}

}  // namespace leat::host::check
