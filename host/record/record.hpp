// One JSON document on its way, with attributes beside it: what the ABI's leat_rec points to.
// It keeps the text it came with and shares it by reference; changes are kept beside it, and json() writes unchanged
// spans as they are. Nobody who only passes a record on pays for parsing or copying.
//   Text      compact: white space between tokens goes when a document comes in. Otherwise untouched values stay byte
//             for byte what they were: numbers, escapes, order of members.
//   Refused   what RFC 8259 does not allow, invalid UTF-8, a byte order mark, \u escapes of half a surrogate pair,
//             nesting deeper than depth_max, documents of 4 GiB and more.
//   Duplicate keys  the last one counts for every read. An object is written without the others once it, or anything in
//             it, was changed; an object nobody changed keeps them.
// Owner    std::unique_ptr, or the batch that took it. Pinned: nodes point to it.
// Threads  one user at a time.
// Errors   std::bad_alloc, otherwise as each function says.
#pragma once

#include <forward_list>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/buffer.hpp"
#include "host/record/node.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

struct leat_rec {
 public:
  leat_rec();  // the document null
  // A document in `owner` that is known to be valid and compact: what the scanner passed. Nothing is copied.
  leat_rec(leat::host::Buffer owner, std::string_view text);
  leat_rec(const leat_rec&) = delete;
  leat_rec& operator=(const leat_rec&) = delete;
  ~leat_rec() = default;

  std::unique_ptr<leat_rec> clone() const;  // document and attributes

  // The document as compact JSON text; lives until the record changes.
  std::string_view json();
  // Replaces the document; attributes stay. invalid names the byte offset of the mistake and what was expected there,
  // and leaves the record as it was.
  leat::Result<leat::Done> set_json(std::string_view text);

  // Replaces the document by one in `owner` that is known to be valid and compact; attributes stay. Nothing is copied.
  void replace(leat::host::Buffer owner, std::string_view text);

  leat_node& root() { return root_; }

  // A view lives until the attribute is set again.
  std::optional<std::string_view> attr(std::string_view key) const;
  leat_kind set_attr(std::string_view key, std::string_view value);  // INVALID: no key, or not UTF-8

  bool batched() const { return batched_; }  // owned by a batch
  const std::map<std::string, std::string, std::less<>>& attributes() const { return attributes_; }

 private:
  friend struct leat_node;
  friend struct leat_batch;

  // For nodes; what they give lives in the arena.
  char* allocate(std::size_t size);  // with padding behind it
  std::string_view keep(std::string_view text);
  leat_node* make_node(leat_node& parent);
  void changed();

  leat::host::Buffer owner_;  // of the document as it came
  std::pmr::monotonic_buffer_resource arena_;
  leat_node root_;
  std::string written_;                      // json() of a changed document
  std::forward_list<std::string> extracts_;  // what nodes' json() gave since the last change
  std::map<std::string, std::string, std::less<>> attributes_;
  bool written_good_ = false;
  bool batched_ = false;
};

namespace leat::host {

using Record = ::leat_rec;

// A record of this text. invalid as Record::set_json.
leat::Result<std::unique_ptr<Record>> make_record(std::string_view json);

// The service "leat.record/1".
const leat_record_api& record_api();

}  // namespace leat::host
