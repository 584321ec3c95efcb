// NDJSON: a record ends at its line's end. Blank lines are no records.
#include <algorithm>
#include <utility>

#include "splitter.hpp"

namespace leat::file {
namespace {

constexpr std::size_t kHeadKept = 200;

class LineSplitter final : public Splitter {
 public:
  LineSplitter(const Position& start, std::size_t record_max)
      : line_(start.line), record_max_(record_max), overlong_(record_max) {}

  std::uint64_t line() const override { return line_; }

  Cut next(std::string_view window, bool last) override {
    Cut cut;
    for (;;) {
      const std::size_t end = window.find('\n', cut.consumed + scanned_);
      const bool terminated = end != std::string_view::npos;
      const std::string_view text =
          terminated ? window.substr(cut.consumed, end - cut.consumed) : window.substr(cut.consumed);
      if (!terminated && !last) return wait(std::move(cut), text);
      scanned_ = 0;
      cut.consumed += text.size() + (terminated ? 1 : 0);
      cut.line = line_;
      if (terminated) ++line_;
      if (overlong_.skipping() || text.size() > record_max_) {
        overlong_.skip(text);
        overlong_.report(cut);
        return cut;
      }
      cut.text = trimmed(text);
      cut.terminated = terminated;
      cut.kind = Cut::Kind::record;
      if (!cut.text.empty()) return cut;
      if (!terminated) {
        cut.kind = Cut::Kind::end;
        return cut;
      }
    }
  }

 private:
  // The line goes on behind the window.
  Cut wait(Cut cut, std::string_view text) {
    cut.kind = Cut::Kind::more;
    scanned_ = text.size();
    if (!overlong_.skipping() && text.size() <= record_max_) return cut;
    overlong_.skip(text);
    cut.consumed += text.size();
    scanned_ = 0;
    return cut;
  }

  std::uint64_t line_;
  std::size_t record_max_;
  std::size_t scanned_ = 0;  // bytes of the line in vain so far
  Overlong overlong_;
};

}  // namespace

std::unique_ptr<Splitter> make_line_splitter(const Position& start, std::size_t record_max) {
  return std::make_unique<LineSplitter>(start, record_max);
}

std::unique_ptr<Splitter> make_splitter(Format format, char delimiter, const Position& start, std::size_t record_max) {
  switch (format) {
    case Format::ndjson: break;
    case Format::json: return make_array_splitter(start, record_max);
    case Format::csv: return make_row_splitter(delimiter, start, record_max);
  }
  return make_line_splitter(start, record_max);
}

void Overlong::skip(std::string_view text) {
  if (!skipping_) head_ = std::string(text.substr(0, std::min(kHeadKept, record_max_)));
  skipping_ = true;
}

void Overlong::report(Cut& cut) {
  skipping_ = false;
  cut.kind = Cut::Kind::problem;
  cut.text = head_;
  cut.message = "the record is longer than max_record (" + std::to_string(record_max_) + " bytes)";
}

std::uint64_t count_lines(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++count;
  return count;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace leat::file
