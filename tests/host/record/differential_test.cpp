// Random documents and random changes, records against nlohmann/json. Seeds are fixed: a failure repeats.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "fuzz/record_differential.hpp"

namespace {

class Documents {
 public:
  explicit Documents(std::uint32_t seed) : random_(seed) {}

  std::string document() { return space() + value(0) + space(); }

  std::string script(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  // Some bytes of a document changed, doubled or lost.
  std::string damaged(std::string text) {
    const std::string likely = "{}[]\",:\\0123456789-+.eEtfnu \n\t\x01\x7f\x80\xBF\xC3\xED\xF0\xFF";
    for (std::size_t i = below(3) + 1; i > 0 && !text.empty(); --i) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text[at] = likely[below(likely.size())]; break;
        case 1: text.insert(at, 1, likely[below(likely.size())]); break;
        case 2: text.erase(at, 1 + below(3)); break;
        default: text.resize(at);
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  std::string space() {
    if (below(8) != 0) return "";
    return std::string(1 + below(3), " \n\t\r"[below(4)]);
  }

  std::string text() {
    static const std::vector<std::string> parts = {"a",
                                                   "b",
                                                   "id",
                                                   "name",
                                                   " ",
                                                   "\\n",
                                                   "\\\"",
                                                   "\\\\",
                                                   "\\/",
                                                   "\\u0041",
                                                   "\\u00e9",
                                                   "\\ud83d\\ude00",
                                                   "\\u0000",
                                                   "caf\xC3\xA9",
                                                   "\xE2\x82\xAC",
                                                   "\xF0\x9F\x98\x80",
                                                   "{",
                                                   "]",
                                                   ",",
                                                   "0123456789abcdef"};
    std::string text;
    for (std::size_t i = below(6); i > 0; --i) text += parts[below(parts.size())];
    return text;
  }

  std::string number() {
    static const std::vector<std::string> all = {"0",
                                                 "-0",
                                                 "1",
                                                 "-12",
                                                 "1.10",
                                                 "0.001",
                                                 "1e2",
                                                 "1E-2",
                                                 "2.5e+10",
                                                 "9007199254740993",
                                                 "18446744073709551615",
                                                 "123456789012345678901234567890",
                                                 "-9223372036854775808"};
    return all[below(all.size())];
  }

  std::string name() { return "\"" + (below(2) == 0 ? leat::fuzz::names()[below(5)] : text()) + "\""; }

  std::string value(int depth) {
    const std::size_t kind = below(depth > 4 ? 4 : 8);
    if (kind == 0) return number();
    if (kind == 1) return "\"" + text() + "\"";
    if (kind == 2) return below(2) == 0 ? "true" : "false";
    if (kind == 3) return "null";
    const bool object = kind > 4;
    std::string out = object ? "{" : "[";
    out += space();
    const std::size_t count = below(10) == 0 ? 80 : below(6);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += "," + space();
      if (object) out += name() + space() + ":" + space();
      out += value(count > 10 ? 5 : depth + 1) + space();
    }
    return out + (object ? "}" : "]");
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("random changes of random documents come to what nlohmann/json comes to") {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    Documents documents(seed);
    const std::string text = documents.document();
    CAPTURE(text);
    const std::string input = text + '\0' + documents.script(seed % 300);
    const std::string difference = leat::fuzz::Differential().run(input);
    REQUIRE_MESSAGE(difference.empty(), difference);
  }
}

TEST_CASE("damaged documents are accepted and refused as nlohmann/json does") {
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    Documents documents(seed);
    const std::string text = documents.damaged(documents.document());
    CAPTURE(text);
    const std::string difference = leat::fuzz::Differential().run(text);
    REQUIRE_MESSAGE(difference.empty(), difference);
  }
}
