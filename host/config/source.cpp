#include "host/config/source.hpp"

#include <algorithm>
#include <utility>

#include "host/config/text_file.hpp"

namespace leat::host {

Source::Source(std::string_view text, std::string file) : file_(std::move(file)), line_starts_{0} {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  text_.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool both = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (both) ++i;
    text_ += text[i] == '\r' ? '\n' : text[i];
    if (text_.back() == '\n') line_starts_.push_back(text_.size());
  }
}

bool Source::check(Problems& problems) const {
  const auto fail = [&](std::size_t at, const char* what) {
    problems.push_back({Severity::error, position_of(at), "", what});
    return false;
  };
  if (const auto at = find_invalid_utf8(text_)) {
    return fail(*at, "this is not UTF-8 text; save the file with the encoding UTF-8");
  }
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t' && c != '\n') || c == '\x7f'; };
  const auto found = std::find_if(text_.begin(), text_.end(), is_control);
  if (found == text_.end()) return true;
  return fail(static_cast<std::size_t>(found - text_.begin()), "a control character; remove it");
}

std::size_t Source::offset(std::size_t line, std::size_t column) const {
  return std::min(line_starts_[std::min(line, line_starts_.size() - 1)] + column, text_.size());
}

Position Source::position(std::size_t line, std::size_t column) const { return position_of(offset(line, column)); }

Position Source::position_of(std::size_t offset) const {
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t start = *(next - 1);
  const auto before = std::string_view(text_).substr(start, offset - start);
  const auto characters = std::count_if(before.begin(), before.end(),
                                        [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; });
  return {file_, static_cast<int>(next - line_starts_.begin()), static_cast<int>(characters) + 1};
}

std::string_view Source::line(std::size_t line) const {
  if (line >= line_starts_.size()) return {};
  const std::size_t start = line_starts_[line];
  return std::string_view(text_).substr(start, text_.find('\n', start) - start);
}

}  // namespace leat::host
