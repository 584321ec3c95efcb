// One value of a record: a span of its text until it is changed. Children of a container are found on first use.
// Owner    its record's arena; the handle rules are those of "leat.record/1" in leat/abi.h. Memory of replaced values
//          and removed nodes stays until the record is released or set_json replaces its document, so that even a
//          handle that is no longer good reads old values and never foreign memory.
// Threads  one user at a time.
// Errors   std::bad_alloc; whoever hands a node to a plugin catches it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// Arrays and objects inside each other, the outermost counted.
inline constexpr int depth_max = 512;

}  // namespace leat::host

struct leat_node {
 public:
  struct Member;  // member.hpp

  leat_node(const leat_node&) = delete;
  leat_node& operator=(const leat_node&) = delete;

  std::int32_t type() const { return type_; }  // LEAT_NULL ... LEAT_OBJECT
  std::size_t size();                          // elements or members, duplicate keys counted once
  leat_node* get(std::string_view key);        // nullptr when absent or not an object
  // key, when not nullptr, receives a member's name; elements have none.
  leat_node* at(std::size_t index, std::string_view* key = nullptr);

  // Nothing when the value is of another type. A view lives as long as the node's value.
  std::optional<std::string_view> as_str();           // unescaped
  std::optional<std::string_view> as_number() const;  // the text it came with
  // Any number whose value is a whole one in range: 5, 5.0, 50e-1. Nothing for others.
  std::optional<std::int64_t> as_i64() const;
  // The nearest double; nothing when it is beyond the largest one. Tiny ones read as 0.
  std::optional<double> as_f64() const;
  std::optional<bool> as_bool() const;
  // Its subtree as compact JSON text; lives until the record changes.
  std::string_view json();

  // Each gives LEAT_OK or leaves the record as it was: INVALID for the wrong kind of node, text that is not UTF-8, or
  // nesting beyond depth_max. The node's own handle stays good, its children's do not.
  leat_node* put(std::string_view key);  // the member, made as null when absent; nullptr instead of INVALID
  leat_node* push();                     // a new last element, null; nullptr: not an array
  leat_kind erase(std::string_view key);
  leat_kind erase_at(std::size_t index);
  void set_null();
  void set_bool(bool value);
  void set_i64(std::int64_t value);
  leat_kind set_f64(double value);
  leat_kind set_number(std::string_view text);
  leat_kind set_str(std::string_view value);
  leat_kind set_array();
  leat_kind set_object();
  // invalid names the byte offset of the mistake and what was expected there.
  leat::Result<leat::Done> set_json(std::string_view text);
  // Deep; `from` may be of another record, or one of the two inside the other. invalid: too deep here.
  leat_kind copy(const leat_node& from);

  // Appends its compact JSON text.
  void write(std::string& out) const;

 private:
  friend struct leat_rec;

  leat_node() = default;

  // node_index.cpp
  void index();                          // finds the children of a container
  Member* find(std::string_view key);    // of an object
  leat_node* child(Member& member);      // its node, made when there is none
  leat_node* add(std::string_view key);  // a further member or element, null
  void remove(Member* member);
  void fill_slots();
  void take_slot(std::uint32_t i);

  bool is_container() const { return type_ == LEAT_ARRAY || type_ == LEAT_OBJECT; }
  void set_text(std::string_view text);  // as its value: valid, compact, and kept by the record
  void replace(std::string_view text);   // set_text as a change
  leat_kind make_container(std::int8_t type);
  void mark_stale();  // something inside this container changes

  leat_rec* record_ = nullptr;
  leat_node* parent_ = nullptr;
  const char* text_ = nullptr;      // its JSON text, unless stale_
  const char* string_ = nullptr;    // the unescaped value, once asked for or set
  Member* members_ = nullptr;       // children, once indexed_
  std::uint32_t* slots_ = nullptr;  // hash table over the members of a large object
  std::uint32_t text_size_ = 0;
  std::uint32_t string_size_ = 0;
  std::uint32_t count_ = 0;  // of members_
  std::uint32_t capacity_ = 0;
  std::uint32_t slot_mask_ = 0;
  std::int16_t level_ = 0;  // containers above it
  std::int8_t type_ = LEAT_NULL;
  bool indexed_ : 1 = false;
  bool touched_ : 1 = false;  // differs from what its container's text says
  bool stale_ : 1 = false;    // text_ no longer counts: the value is in string_ or members_
  bool slotted_ : 1 = false;  // slots_ is up to date
};
