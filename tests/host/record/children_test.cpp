#include "host/record/children.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using leat::host::find_commas;

namespace {

// Byte by byte, the obvious way.
std::vector<std::uint32_t> commas_of(const std::string& text) {
  std::vector<std::uint32_t> commas;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else {
      if (c == '"') in_string = true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (c == ',' && depth == 1) commas.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return commas;
}

std::vector<std::uint32_t> found(std::string text) {
  const std::size_t size = text.size();
  text += "]],,\"{[" + std::string(64, ',');  // what stands behind must not count
  std::vector<std::uint32_t> out;
  out.resize(find_commas({text.data(), size}, out));
  return out;
}

}  // namespace

TEST_CASE("only the commas of the container itself are found, wherever the blocks of 64 bytes end") {
  const std::vector<std::string> containers = {
      "[]",
      "{}",
      "[1,2,3]",
      "{\"a\":1,\"b\":[1,2,{\"c\":[3,4]}],\"d\":\"x,y\"}",
      "[\"a\\\",b\",\"\\\\\",\",\",\"\\\\\\\"]\",1]",
      "[[],[[],[]],{\"a\":{},\"b\":[{},{}]},\"[,\",\"},\"]",
      "[\"" + std::string(60, '\\') + "\",1,\"" + std::string(130, '\\') + "\",2]",
      "[\"\\u0041,\\\"\",\"" + std::string(200, ',') + "\",[" + std::string(100, '[') + std::string(100, ']') + "],0]",
  };
  for (const std::string& container : containers) {
    for (std::size_t shift = 0; shift <= 130; ++shift) {
      const std::string text = "[\"" + std::string(shift, 'x') + "\"," + container.substr(1, container.size() - 2) +
                               (container.size() > 2 ? "," : "") + container + "," + container + "]";
      CAPTURE(container);
      CAPTURE(shift);
      REQUIRE(found(text) == commas_of(text));
      REQUIRE(found(container) == commas_of(container));
    }
  }
}
