// One child of a container, as the index of node_index.cpp keeps it: spans of the text, a node once somebody asked.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/record/node.hpp"

struct leat_node::Member {
  const char* key = nullptr;  // unescaped; nullptr for elements of an array
  const char* raw = nullptr;  // where the member (its name, or an element's value) starts in its container's text;
                              // nullptr when it was put there later
  leat_node* node = nullptr;
  std::uint32_t key_size = 0;
  std::uint32_t hash = 0;      // of the key
  std::uint32_t value_at = 0;  // from raw
  std::uint32_t value_size = 0;

  std::string_view name() const { return {key, key_size}; }
  const char* end() const { return raw + value_at + value_size; }
  // Whether the container's text still says what this member is.
  bool unchanged() const { return raw != nullptr && (node == nullptr || !node->touched_); }
};
