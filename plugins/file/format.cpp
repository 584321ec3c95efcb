#include "format.hpp"

#include <string>

namespace leat::file {
namespace {

struct Named {
  std::string_view name;
  Format format;
};
constexpr Named kNames[] = {{"ndjson", Format::ndjson}, {"json", Format::json}, {"csv", Format::csv}};
constexpr Named kExtensions[] = {
    {".ndjson", Format::ndjson}, {".jsonl", Format::ndjson}, {".json", Format::json}, {".csv", Format::csv}};

}  // namespace

Result<Format> choose_format(std::string_view option, std::string_view path) {
  for (const Named& known : kNames) {
    if (option == known.name) return known.format;
  }
  if (!option.empty()) {
    return Error{ErrorKind::invalid, "format: \"" + std::string(option) + "\" is none of ndjson, json, csv", 0};
  }
  if (path == "-") return Format::ndjson;
  for (const Named& known : kExtensions) {
    if (path.ends_with(known.name)) return known.format;
  }
  return Error{ErrorKind::invalid,
               "format: set it to ndjson, json or csv; the name " + std::string(path) +
                   " ends in none of .ndjson, .jsonl, .json, .csv",
               0};
}

Result<char> parse_delimiter(std::string_view option) {
  if (option == "\\t") return '\t';
  if (option.size() == 1 && option != "\"" && option != "\r" && option != "\n" &&
      static_cast<unsigned char>(option[0]) < 0x80) {
    return option[0];
  }
  return Error{
      ErrorKind::invalid,
      "delimiter: one ASCII character is needed (not a quote or line end), found \"" + std::string(option) + '"', 0};
}

}  // namespace leat::file
