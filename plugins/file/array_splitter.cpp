// A JSON array: its elements, found by brackets, strings and commas. Whether an element is valid JSON is for others.
#include <utility>

#include "splitter.hpp"

namespace leat::file {
namespace {

class ArraySplitter final : public Splitter {
 public:
  ArraySplitter(const Position& start, std::size_t record_max)
      : state_(start.record == 0 ? State::array_begin : State::behind_element),
        line_(start.line),
        record_max_(record_max),
        overlong_(record_max) {}

  std::uint64_t line() const override { return line_; }

  Cut next(std::string_view window, bool last) override {
    Cut cut;
    if (!message_.empty()) return broken(std::move(cut), message_);
    while (state_ != State::in_element) {
      const std::size_t blank = window.find_first_not_of(kBlanks, cut.consumed);
      const std::size_t at = blank == std::string_view::npos ? window.size() : blank;
      line_ += count_lines(window.substr(cut.consumed, at - cut.consumed));
      cut.consumed = at;
      if (at == window.size()) return last ? ended(std::move(cut)) : cut;
      if (!step(window[at])) return broken(std::move(cut), unexpected(window[at]));
      if (state_ != State::in_element) ++cut.consumed;
    }
    return element(std::move(cut), window, last);
  }

 private:
  enum class State : std::uint8_t { array_begin, first_element, in_element, behind_element, behind_comma, array_end };

  // Outside of elements: takes the character, or enters the element that it begins.
  bool step(char c) {
    switch (state_) {
      case State::array_begin:
        if (c != '[') return false;
        state_ = State::first_element;
        return true;
      case State::first_element:
      case State::behind_comma:
        state_ = c == ']' && state_ == State::first_element ? State::array_end : State::in_element;
        return true;
      case State::behind_element:
        if (c != ',' && c != ']') return false;
        state_ = c == ',' ? State::behind_comma : State::array_end;
        return true;
      default: return false;
    }
  }

  Cut element(Cut cut, std::string_view window, bool last) {
    const std::string_view rest = window.substr(cut.consumed);
    const std::size_t end = scan(rest);
    const bool whole = end < rest.size();
    if (!whole && last) return ended(std::move(cut));
    if (end > record_max_) overlong_.skip(rest);
    if (!whole) {
      if (!overlong_.skipping()) return cut;
      line_skipped_ += count_lines(rest);
      cut.consumed += rest.size();
      scanned_ = 0;
      return cut;
    }
    scanned_ = 0;
    state_ = State::behind_element;
    // Not the blanks behind it: what makes an array grow overwrites them.
    const std::size_t used = rest.substr(0, end).find_last_not_of(kBlanks) + 1;
    cut.line = line_;
    line_ += std::exchange(line_skipped_, 0) + count_lines(rest.substr(0, used));
    cut.consumed += used;
    cut.text = rest.substr(0, used);
    cut.kind = Cut::Kind::record;
    if (overlong_.skipping()) {
      overlong_.report(cut);
    } else if (cut.text.empty()) {
      cut.kind = Cut::Kind::problem;
      cut.message = "an element is missing";
    }
    return cut;
  }

  // The offset of the comma or bracket that ends the element; the text's size when it goes on.
  std::size_t scan(std::string_view text) {
    std::size_t at = scanned_;
    while (at < text.size()) {
      if (in_string_) {
        if (escaped_) ++at;
        escaped_ = false;
        while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
        if (at >= text.size()) break;
        escaped_ = text[at] == '\\';
        in_string_ = escaped_;
        ++at;
        continue;
      }
      const char c = text[at];
      if (depth_ == 0 && (c == ',' || c == ']')) return at;
      if (c == '"') in_string_ = true;
      if (c == '{' || c == '[') ++depth_;
      if ((c == '}' || c == ']') && depth_ > 0) --depth_;
      ++at;
    }
    scanned_ = text.size();
    return text.size();
  }

  Cut ended(Cut cut) {
    if (state_ == State::array_end) {
      cut.kind = Cut::Kind::end;
      return cut;
    }
    return broken(std::move(cut), state_ == State::array_begin
                                      ? "the file is empty; a JSON array begins with \"[\""
                                      : "the array does not end with \"]\"; is the file still being written?");
  }

  std::string unexpected(char found) const {
    const std::string quoted = "\"" + std::string(1, found) + "\"";
    if (state_ == State::array_end) return "something follows the array's end: " + quoted;
    if (state_ == State::behind_element) return "expected \",\" or \"]\", found " + quoted;
    return "expected \"[\", found " + quoted + "; a file of one document per line has the format ndjson";
  }

  Cut broken(Cut cut, std::string message) {
    message_ = std::move(message);
    cut.kind = Cut::Kind::broken;
    cut.line = line_;
    cut.message = message_;
    return cut;
  }

  State state_;
  std::uint64_t line_;
  std::size_t record_max_;
  std::size_t scanned_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::uint64_t line_skipped_ = 0;
  Overlong overlong_;
  std::string message_;  // why nothing more can be read
};

}  // namespace

std::unique_ptr<Splitter> make_array_splitter(const Position& start, std::size_t record_max) {
  return std::make_unique<ArraySplitter>(start, record_max);
}

}  // namespace leat::file
