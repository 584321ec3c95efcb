#include "host/config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "host/config/text_file.hpp"
#include "host/config/yaml.hpp"

namespace leat::host {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileMax = 4U << 20U;

void add_problem(Document& document, Position position, std::string path, std::string message) {
  document.problems.push_back({Severity::error, std::move(position), std::move(path), std::move(message)});
}

// In JSON a character beyond U+FFFF may be written as two \u escapes, which YAML does not know: as one \U escape.
std::string with_whole_escapes(std::string_view json) {
  const auto code_at = [&](std::size_t at) {
    unsigned code = 0;
    if (json.substr(at, 2) != "\\u" || at + 6 > json.size()) return code;
    for (const char c : json.substr(at + 2, 4)) {
      const std::string_view kDigits = "0123456789abcdef";
      const auto digit = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
      if (digit == std::string_view::npos) return 0U;
      code = code << 4U | static_cast<unsigned>(digit);
    }
    return code;
  };
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    const unsigned high = code_at(i);
    const unsigned low = high >= 0xd800 && high < 0xdc00 ? code_at(i + 6) : 0;
    if (low >= 0xdc00 && low < 0xe000) {
      out += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xd800) << 10U) + (low - 0xdc00));
      i += 12;
    } else {
      const std::size_t count = json[i] == '\\' ? 2 : 1;  // an escaped backslash begins no escape
      out += json.substr(i, count);
      i += count;
    }
  }
  return out;
}

// Gives the sections of one file to the document.
void merge(Document& document, Node file) {
  for (NodeMember& section : file.members) {
    const auto same = [&](const NodeMember& other) { return other.name == section.name; };
    auto& sections = document.root.members;
    const auto known = std::find_if(sections.begin(), sections.end(), same);
    if (known == sections.end()) {
      sections.push_back(std::move(section));
      continue;
    }
    if (section.name.starts_with("x-")) continue;  // each file's own anchors
    if (known->value.type != Node::Type::object || section.value.type != Node::Type::object) {
      add_problem(document, section.position, section.name,
                  fmt::format("\"{}\" is given twice and is not a map that could be merged; the first is at {}:{}",
                              section.name, known->position.file, known->position.line));
      continue;
    }
    for (NodeMember& member : section.value.members) {
      if (const NodeMember* first = known->value.find(member.name)) {
        add_problem(document, member.position, member_path(section.name, member.name),
                    fmt::format("\"{}\" is given twice; the first is at {}:{}", member.name, first->position.file,
                                first->position.line));
      } else {
        known->value.members.push_back(std::move(member));
      }
    }
  }
}

void add_text(Document& document, std::string_view text, const fs::path& file, const Environment& environment) {
  const auto expand = [&](std::string_view scalar) { return expand_references(scalar, document.folder, environment); };
  YamlResult yaml = file.extension() == ".json" ? parse_yaml(with_whole_escapes(text), file.string(), expand)
                                                : parse_yaml(text, file.string(), expand);
  for (Problem& problem : yaml.problems) document.problems.push_back(std::move(problem));
  if (!yaml.root) {
    document.complete = false;
  } else if (yaml.root->type == Node::Type::object) {
    merge(document, *std::move(yaml.root));
  } else if (yaml.root->type != Node::Type::null) {
    document.complete = false;
    add_problem(document, yaml.root->position, "",
                "a configuration is a map of sections: clients, incoming, outgoing, routes");
  }
}

void add_file(Document& document, const fs::path& file, const Environment& environment) {
  const auto text = read_text_file(file, kFileMax);
  if (text) return add_text(document, *text, file, environment);
  document.complete = false;
  add_problem(document, {file.string(), 0, 0}, "", fmt::format("cannot be read: {}", text.error().message));
}

std::vector<fs::path> files_of(const fs::path& folder, std::error_code& code) {
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    const fs::path& path = entry->path();
    const auto extension = path.extension();
    const bool known = extension == ".yaml" || extension == ".yml" || extension == ".json";
    if (known && !path.filename().string().starts_with('.')) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

Document make_document(const fs::path& folder, const fs::path& where) {
  Document document;
  document.root.type = Node::Type::object;
  document.root.position = {where.string(), 0, 0};
  std::error_code code;
  document.folder = fs::absolute(folder.empty() ? fs::path(".") : folder, code).lexically_normal();
  return document;
}

void check_content(Document& document) {
  if (!document.complete || !document.root.members.empty()) return;
  document.complete = false;
  add_problem(document, document.root.position, "",
              "the configuration is empty; it needs the sections incoming, outgoing and routes");
}

}  // namespace

const NodeMember* Node::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const NodeMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

Document load_document(const fs::path& where, const Environment& environment) {
  std::error_code code;
  if (!fs::is_directory(where, code)) {
    Document document = make_document(where.parent_path(), where);
    add_file(document, where, environment);
    check_content(document);
    return document;
  }
  Document document = make_document(where, where);
  const auto files = files_of(where, code);
  if (code || files.empty()) {
    document.complete = false;
    add_problem(document, {where.string(), 0, 0}, "",
                code ? fmt::format("cannot be read: {}", code.message())
                     : "there is no *.yaml, *.yml or *.json file in this folder");
  }
  for (const fs::path& file : files) add_file(document, file, environment);
  check_content(document);
  return document;
}

Document parse_document(std::string_view text, const fs::path& file, const Environment& environment) {
  Document document = make_document(file.parent_path(), file);
  add_text(document, text, file, environment);
  check_content(document);
  return document;
}

}  // namespace leat::host
