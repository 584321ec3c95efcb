// Where a value sits in a JSON document: `company.id`, `customFields[0].value`, `["a.b"].c`.
//
//   path     = first { "." name | "[" index-or-key "]" }         first = name | "[" index-or-key "]"
//   name     = letters, digits, _ - $ @ and everything beyond ASCII; not empty
//   index    = decimal digits; elements count from 0
//   key      = "..." with the escapes of a JSON string; any text, also an empty one
//
// An empty path is an error: whoever allows "the whole document" asks for it by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "leat/result.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // A member's name, or the index of an element.
  using PathSegment = std::variant<std::string, std::size_t>;
  using Path = std::vector<PathSegment>;

  constexpr bool is_path_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '$' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
  }

  namespace detail {

  class PathParser {
   public:
    PathParser(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    std::size_t at() const { return at_; }

    // Stops at the first character that no path can go on with.
    Result<Path> parse() {
      Path path;
      while (path.empty() || peek() == '.' || peek() == '[') {
        if (!path.empty() && peek() == '.') {
          ++at_;
          if (peek() == '[') return fail("expected a member's name");
        }
        auto segment = peek() == '[' ? bracket() : name();
        if (!segment) return std::move(segment).error();
        path.push_back(std::move(*segment));
      }
      return path;
    }

    Error fail(const char* what) const {
      return {ErrorKind::invalid, std::string(what) + " at offset " + std::to_string(at_), 0};
    }

   private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool ends() const { return at_ >= text_.size(); }

    Result<PathSegment> name() {
      const std::size_t begin = at_;
      while (!ends() && is_path_name_char(text_[at_])) ++at_;
      if (at_ == begin) return fail("expected a member's name");
      return PathSegment(std::string(text_.substr(begin, at_ - begin)));
    }

    Result<PathSegment> bracket() {
      ++at_;
      Result<PathSegment> segment = peek() == '"' ? quoted_key() : index();
      if (!segment) return segment;
      if (peek() != ']') return fail("expected ']'");
      ++at_;
      return segment;
    }

    Result<PathSegment> index() {
      constexpr std::size_t kIndexMax = 1'000'000'000;
      const std::size_t begin = at_;
      std::size_t value = 0;
      for (; peek() >= '0' && peek() <= '9'; ++at_) {
        value = value * 10 + static_cast<std::size_t>(peek() - '0');
        if (value > kIndexMax) return fail("the index is too large");
      }
      if (at_ == begin) return fail("expected an index or a \"key\"");
      return PathSegment(value);
    }

    Result<PathSegment> quoted_key() {
      ++at_;
      std::string key;
      while (peek() != '"' || ends()) {
        if (ends()) return fail("the \"key\" does not end");
        if (peek() != '\\') {
          key += text_[at_++];
        } else if (auto done = escape(key); !done) {
          return std::move(done).error();
        }
      }
      ++at_;
      return PathSegment(std::move(key));
    }

    Result<Done> escape(std::string& key) {
      ++at_;
      switch (peek()) {
        case '"': key += '"'; break;
        case '\\': key += '\\'; break;
        case '/': key += '/'; break;
        case 'b': key += '\b'; break;
        case 'f': key += '\f'; break;
        case 'n': key += '\n'; break;
        case 'r': key += '\r'; break;
        case 't': key += '\t'; break;
        case 'u': return code_point(key);
        default: return fail("unknown escape in a \"key\"");
      }
      ++at_;
      return Done{};
    }

    Result<Done> code_point(std::string& key) {
      std::uint32_t code = 0;
      if (!hex4(code)) return fail("expected four hex digits");
      if (code >= 0xd800 && code < 0xdc00) {
        std::uint32_t low = 0;
        const bool pair = text_.substr(at_, 2) == "\\u" && (++at_, hex4(low)) && low >= 0xdc00 && low < 0xe000;
        if (!pair) return fail("half of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
      } else if (code >= 0xdc00 && code < 0xe000) {
        return fail("half of a surrogate pair");
      }
      append_utf8(key, code);
      return Done{};
    }

    // Reads the digits behind the `u` at at_.
    bool hex4(std::uint32_t& code) {
      ++at_;
      for (int i = 0; i < 4; ++i, ++at_) {
        const char c = peek();
        std::uint32_t digit = 0;
        if (c >= '0' && c <= '9') {
          digit = static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
          digit = static_cast<std::uint32_t>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
          digit = static_cast<std::uint32_t>(c - 'A') + 10;
        } else {
          return false;
        }
        code = code << 4U | digit;
      }
      return true;
    }

    static void append_utf8(std::string& out, std::uint32_t code) {
      const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
      if (code < 0x80) {
        out += static_cast<char>(code);
      } else if (code < 0x800) {
        out += static_cast<char>(0xc0U | code >> 6U);
        tail(0);
      } else if (code < 0x10000) {
        out += static_cast<char>(0xe0U | code >> 12U);
        tail(6);
        tail(0);
      } else {
        out += static_cast<char>(0xf0U | code >> 18U);
        tail(12);
        tail(6);
        tail(0);
      }
    }

    std::string_view text_;
    std::size_t at_ = 0;
  };

  }  // namespace detail

  // The path that begins at `at` inside a longer text; moves `at` behind it. Of an expression `id == 4` it reads `id`.
  // invalid: what is wrong, with its byte offset in the text.
  inline Result<Path> parse_path_at(std::string_view text, std::size_t & at) {
    detail::PathParser parser(text, at);
    auto path = parser.parse();
    if (path) at = parser.at();
    return path;
  }

  // The whole text as a path. invalid: what is wrong, with its byte offset.
  inline Result<Path> parse_path(std::string_view text) {
    if (text.empty()) return Error{ErrorKind::invalid, "the path is empty", 0};
    detail::PathParser parser(text, 0);
    auto path = parser.parse();
    if (path && parser.at() < text.size()) return parser.fail("expected '.' or '['");
    return path;
  }

  // The text that parse_path reads back as the same path.
  inline std::string path_text(const Path& path) {
    std::string out;
    for (const PathSegment& segment : path) {
      if (const auto* index = std::get_if<std::size_t>(&segment)) {
        out += '[' + std::to_string(*index) + ']';
        continue;
      }
      const std::string& name = std::get<std::string>(segment);
      bool plain = !name.empty();
      for (const char c : name) plain = plain && is_path_name_char(c);
      if (plain) {
        if (!out.empty()) out += '.';
        out += name;
        continue;
      }
      out += "[\"";
      for (const char c : name) {
        static constexpr char kHex[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
          out += '\\';
          out += c;
        } else if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4U];
          out += kHex[byte & 15U];
        } else {
          out += c;
        }
      }
      out += "\"]";
    }
    return out;
  }

}  // namespace leat
