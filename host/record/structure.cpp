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

std::string_view without_spaces_around(std::string_view text) {
  while (!text.empty() && Scanner::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && Scanner::is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t find_backslash(std::string_view text, std::size_t from) {
  const void* const found = std::memchr(text.data() + from, '\\', text.size() - from);
  return found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// Steps from token to token of text without any white space, which is how servers send it: each token begins where the one
// before it ends. False: it is not such text, or not JSON; Walk below knows which.
// Its state is in locals, in registers: with that it takes half of Walk's time.
// slice_level: how many containers are around each slice. depth: how many may be in it.
bool walk_compact(const std::string_view text, const Tokens& tokens, const std::size_t slice_level,
                  const std::size_t depth, std::vector<Slice>& out) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  const std::uint32_t* next = tokens.structural_indexes.get();  // behind the last one simdjson puts the text's size
  std::size_t token = *next++;
  std::size_t backslash = find_backslash(text, 0);  // the first one that is not yet checked
  if (token != 0) return false;

  // Each goes on to the next token, which must be right behind the present one.
  const auto character = [&]() __attribute__((always_inline)) {
    const std::size_t end = token + 1;
    token = *next++;
    return token == end;
  };
  const auto string = [&]() __attribute__((always_inline)) {
    const std::size_t end = *next;
    if (end < token + 2 || data[end - 1] != '"') return false;
    if (backslash < end) {
      Scanner scanner(text, token);
      if (!scanner.string() || scanner.at() != end) return false;
      backslash = find_backslash(text, end);
    }
    token = *next++;
    return true;
  };
  const auto scalar = [&]() __attribute__((always_inline)) {
    const std::size_t end = *next;
    const char first = data[token];
    if (first >= '1' && first <= '9') {  // most numbers are whole
      std::size_t at = token + 1;
      while (at < end && Scanner::is_digit(data[at])) ++at;
      if (at == end) {
        token = *next++;
        return true;
      }
    }
    Scanner scanner(text, token);
    const bool number = first == '-' || Scanner::is_digit(first);
    if (!(number ? scanner.number() : scanner.literal()) || scanner.at() != end) return false;
    token = *next++;
    return true;
  };
  const auto name = [&]() __attribute__((always_inline)) {
    return token < size && data[token] == '"' && string() && token < size && data[token] == ':' && character();
  };

  std::array<bool, depth_max + 1> in_object;
  std::size_t level = 0;  // containers that are open
  std::size_t start = 0;  // of a slice
  for (;;) {
    if (token >= size) return false;
    if (level == slice_level) start = token;
    const char first = data[token];
    if (first == '"') {
      if (!string()) return false;
    } else if (first == '{' || first == '[') {
      if (level == depth + slice_level) return false;
      const bool object = first == '{';
      in_object[level] = object;
      if (!character() || token >= size) return false;
      if (data[token] != (object ? '}' : ']')) {
        ++level;
        if (object && !name()) return false;
        continue;
      }
      if (!character()) return false;
    } else if (!scalar()) {
      return false;
    }
    // Behind a value: what follows it, and the ends of containers that end with it.
    for (;;) {
      if (level == slice_level) out.push_back({text.substr(start, token - start), true});
      if (level == 0) return token >= size;
      if (token >= size) return false;
      const bool object = in_object[level - 1];
      const char c = data[token];
      if (!character()) return false;
      if (c == ',') {
        if (object && !name()) return false;
        break;
      }
      if (c != (object ? '}' : ']')) return false;
      --level;
    }
  }
}

// The same for text with white space between its tokens.
class Walk {
 public:
  Walk(std::string_view text, const Tokens& tokens) : text_(text), next_(tokens.structural_indexes.get()) {
    backslash_ = find_backslash(text_, 0);
    token_ = *next_++;
  }

  bool run(std::size_t slice_level, std::size_t depth, std::vector<Slice>& out);

 private:
  char here() const { return text_[token_]; }
  bool over() const { return token_ >= text_.size(); }

  // On to the next token; the present one ends at `end`. White space between two tokens of a slice is counted.
  void advance(std::size_t end) {
    spaces_ += gap_;
    end_ = end;
    token_ = *next_++;
    gap_ = token_ - end;
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
      backslash_ = find_backslash(text_, end);
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
  text = without_spaces_around(text);
  return with_tokens(text, [&](const Tokens& tokens) {
    std::vector<Slice> slices;
    const auto depth_allowed = static_cast<std::size_t>(depth);
    if (!walk_compact(text, tokens, 0, depth_allowed, slices)) {
      slices.clear();
      if (!Walk(text, tokens).run(0, depth_allowed, slices)) return false;
    }
    out = slices.front();
    return true;
  });
}

bool accept_array(std::string_view text, std::vector<Slice>& out) {
  text = without_spaces_around(text);
  if (!text.starts_with('[')) return false;
  return with_tokens(text, [&](const Tokens& tokens) {
    const std::size_t before = out.size();
    if (walk_compact(text, tokens, 1, depth_max, out)) return true;
    out.resize(before);
    return Walk(text, tokens).run(1, depth_max, out);
  });
}

}  // namespace leat::host
