#include "host/record/scan.hpp"

#include <array>
#include <cstdio>

#include "host/record/scanner.hpp"
#include "host/record/structure.hpp"

namespace leat::host {

std::string to_string(const Mistake& mistake, std::string_view text) {
  std::string found = "the end";
  if (mistake.offset < text.size()) {
    const char c = text[mistake.offset];
    std::array<char, 16> shown{};
    std::snprintf(shown.data(), shown.size(), c > ' ' && c < 0x7F ? "'%c'" : "byte 0x%02X",
                  static_cast<unsigned char>(c));
    found = shown.data();
  }
  return "byte " + std::to_string(mistake.offset) + ": expected " + mistake.expected + ", found " + found;
}

Checked check_document(std::string_view text, int depth) {
  Checked checked;
  if (accept_document(text, depth, checked.document)) return checked;
  Scanner scanner(text);
  if (!scanner.document(depth, checked.document)) checked.mistake = scanner.mistake();
  return checked;
}

std::optional<Mistake> split_array(std::string_view text, std::vector<Slice>& out) {
  const std::size_t before = out.size();
  if (accept_array(text, out)) return std::nullopt;
  out.resize(before);
  Scanner scanner(text);
  if (scanner.array(out)) return std::nullopt;
  out.resize(before);
  return scanner.mistake();
}

bool is_number(std::string_view text) {
  Scanner scanner(text);
  return scanner.number() && scanner.at_end();
}

}  // namespace leat::host
