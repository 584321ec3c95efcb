// CSV: a row ends at a line end outside of quotes. A quote opens only at the begin of a value (RFC 4180, 2.5 to 2.7).
#include <utility>

#include "splitter.hpp"

namespace leat::file {
namespace {

class RowSplitter final : public Splitter {
 public:
  RowSplitter(char delimiter, const Position& start, std::size_t record_max)
      : delimiter_(delimiter), line_(start.line), record_max_(record_max), overlong_(record_max) {}

  std::uint64_t line() const override { return line_; }

  Cut next(std::string_view window, bool last) override {
    Cut cut;
    for (;;) {
      const std::string_view rest = window.substr(cut.consumed);
      if (overlong_.skipping()) return first_line_only(std::move(cut), rest, last);
      const std::size_t end = scan(rest);
      const bool terminated = end < rest.size();
      const bool long_row = (terminated ? end : rest.size()) > record_max_;
      if (!terminated && !last && !long_row) {
        cut.kind = Cut::Kind::more;
        return cut;
      }
      const bool open = !terminated && state_ == State::quoted;
      state_ = State::value_begin;
      scanned_ = 0;
      if (long_row) overlong_.skip(rest.substr(0, rest.find('\n')));
      if (open || long_row) return first_line_only(std::move(cut), rest, last);
      const std::string_view text = rest.substr(0, end);
      cut.consumed += text.size() + (terminated ? 1 : 0);
      cut.line = line_;
      line_ += count_lines(text) + (terminated ? 1 : 0);
      cut.text = text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
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
  enum class State : std::uint8_t { value_begin, plain, quoted, quote_seen };

  // The offset of the row's line end; the text's size when it has none.
  std::size_t scan(std::string_view text) {
    std::size_t at = scanned_;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (state_ == State::quoted) {
        at = text.find('"', at);
        if (at == std::string_view::npos) break;
        state_ = State::quote_seen;
      } else if (c == '\n') {
        return at;
      } else if (c == delimiter_) {
        state_ = State::value_begin;
      } else if (c == '"' && state_ != State::plain) {
        state_ = State::quoted;
      } else if (state_ == State::value_begin || c != '\r') {
        state_ = State::plain;
      }
    }
    scanned_ = text.size();
    return text.size();
  }

  // A quote that nothing closes swallows all that follows: gives up the row's first line only and reads on behind it.
  Cut first_line_only(Cut cut, std::string_view rest, bool last) {
    const std::size_t end = rest.find('\n');
    const bool terminated = end != std::string_view::npos;
    const std::string_view text = rest.substr(0, end);
    cut.consumed += text.size() + (terminated ? 1 : 0);
    cut.kind = Cut::Kind::more;
    if (!terminated && !last) return cut;  // the line goes on behind the window
    cut.line = line_;
    if (terminated) ++line_;
    if (overlong_.skipping()) {
      overlong_.report(cut);
      cut.message += "; is a quote not closed?";
    } else {
      cut.kind = Cut::Kind::problem;
      cut.text = text;
      cut.message = "a quote is not closed";
    }
    return cut;
  }

  char delimiter_;
  std::uint64_t line_;
  std::size_t record_max_;
  std::size_t scanned_ = 0;
  State state_ = State::value_begin;
  Overlong overlong_;
};

}  // namespace

std::unique_ptr<Splitter> make_row_splitter(char delimiter, const Position& start, std::size_t record_max) {
  return std::make_unique<RowSplitter>(delimiter, start, record_max);
}

}  // namespace leat::file
