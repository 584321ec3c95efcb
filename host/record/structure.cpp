#include "host/record/structure.hpp"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <memory>

#include "host/record/scanner.hpp"

namespace leat::host {
namespace {

// Shorter text is scanned sooner than this is set up.
constexpr std::size_t size_min = 128;
// Room for the tokens of text up to this size stays with its thread.
constexpr std::size_t kept_max = std::size_t{8} << 20;

using Tokens = simdjson::internal::dom_parser_implementation;

// simdjson's first stage alone: its token starts are a public member of the parser implementation, though meant for its
// own second stage. That one would parse every number and copy every string, and refuses numbers beyond a double.
template <class Use>
bool with_tokens(std::string_view text, Use&& use) {
  if (text.size() < size_min || text.size() > document_size_max) return false;
  static thread_local std::unique_ptr<Tokens> tokens;
  if (!tokens || tokens->capacity() < text.size()) {
    tokens.reset();
    const auto& simd = simdjson::get_active_implementation();
    if (simd->create_dom_parser_implementation(text.size(), 1, tokens) != simdjson::SUCCESS) return false;
  }
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto found = tokens->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  const bool accepted = found == simdjson::SUCCESS && use(*tokens);
  if (tokens->capacity() > kept_max) tokens.reset();
  return accepted;
}

// Steps from token to token. Behind the last one simdjson puts the text's size.
class Walk {
 public:
  Walk(std::string_view text, const Tokens& tokens) : text_(text), next_(tokens.structural_indexes.get()) {
    find_backslash(0);
    token_ = *next_++;
  }

  // slice_level: how many containers are around each slice. depth: how many may be in it.
  bool run(std::size_t slice_level, std::size_t depth, std::vector<Slice>& out);
  char here() const { return text_[token_]; }

 private:
  bool over() const { return token_ >= text_.size(); }

  // On to the next token; the present one ends at `end`. White space between two tokens of a slice is counted.
  void advance(std::size_t end) {
    spaces_ += gap_;
    end_ = end;
    token_ = *next_++;
    gap_ = token_ - end;
  }

  void find_backslash(std::size_t from) {
    const void* const found = std::memchr(text_.data() + from, '\\', text_.size() - from);
    backslash_ =
        found == nullptr ? text_.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
  }

  bool string() {
    // Only white space can be between its end and the next token.
    std::size_t end = *next_;
    while (text_[end - 1] != '"') --end;
    if (end <= token_ + 1) return false;
    if (backslash_ < end) {
      Scanner scanner(text_, token_);
      if (!scanner.string()) return false;
      end = scanner.at();
      find_backslash(end);
    }
    advance(end);
    return true;
  }

  bool scalar() {
    Scanner scanner(text_, token_);
    const bool number = here() == '-' || Scanner::is_digit(here());
    if (number ? !scanner.number() : !scanner.literal()) return false;
    const std::size_t end = scanner.at();
    for (std::size_t i = end; i < *next_; ++i) {
      if (!Scanner::is_space(text_[i])) return false;
    }
    advance(end);
    return true;
  }

  bool name() {
    if (over() || here() != '"' || !string() || over() || here() != ':') return false;
    advance(token_ + 1);
    return true;
  }

  const std::string_view text_;
  const std::uint32_t* next_;  // the token after this one
  std::size_t token_ = 0;
  std::size_t end_ = 0;        // of the token before this one
  std::size_t gap_ = 0;        // white space between the two
  std::size_t spaces_ = 0;     // white space inside the slice so far
  std::size_t backslash_ = 0;  // the first one that is not yet checked
  std::array<bool, depth_max + 1> in_object_{};
};

bool Walk::run(std::size_t slice_level, std::size_t depth, std::vector<Slice>& out) {
  std::size_t level = 0;  // containers that are open
  std::size_t start = 0;  // of a slice
  for (;;) {
    if (over()) return false;
    if (level == slice_level) {
      start = token_;
      gap_ = spaces_ = 0;
    }
    if (here() == '"') {
      if (!string()) return false;
    } else if (here() == '{' || here() == '[') {
      if (level == depth + slice_level) return false;
      const bool object = here() == '{';
      in_object_[level] = object;
      advance(token_ + 1);
      if (over()) return false;
      if (here() != (object ? '}' : ']')) {
        ++level;
        if (object && !name()) return false;
        continue;
      }
      advance(token_ + 1);
    } else if (!scalar()) {
      return false;
    }
    // Behind a value: what follows it, and the ends of containers that end with it.
    for (;;) {
      if (level == slice_level) out.push_back({text_.substr(start, end_ - start), spaces_ == 0});
      if (level == 0) return over();
      if (over()) return false;
      const bool object = in_object_[level - 1];
      const char c = here();
      advance(token_ + 1);
      if (c == ',') {
        if (object && !name()) return false;
        break;
      }
      if (c != (object ? '}' : ']')) return false;
      --level;
    }
  }
}

}  // namespace

bool accept_document(std::string_view text, int depth, Slice& out) {
  return with_tokens(text, [&](const Tokens& tokens) {
    std::vector<Slice> slices;
    if (!Walk(text, tokens).run(0, static_cast<std::size_t>(depth), slices)) return false;
    out = slices.front();
    return true;
  });
}

bool accept_array(std::string_view text, std::vector<Slice>& out) {
  return with_tokens(text, [&](const Tokens& tokens) {
    Walk walk(text, tokens);
    return walk.here() == '[' && walk.run(1, depth_max, out);
  });
}

}  // namespace leat::host
