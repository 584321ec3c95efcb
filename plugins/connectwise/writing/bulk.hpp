// Records of a bulk operation gathered into few calls.
// Threads  one user; pure.
// Source   the document: arrays of records, {"ids": [...]} for two deletions; of the third it names no body, which is an
//          array of {id} (U).
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/request.hpp"

namespace leat::connectwise {

struct BulkCall {
  struct Element {
    std::size_t record;  // its place in the batch
    std::string json;
  };
  std::string url;
  std::vector<Element> elements{};
  std::size_t size = 0;  // of the elements' JSON with commas, bytes

  // Takes the second half of the elements out; there are two at least.
  BulkCall split();
};

class BulkCalls {
 public:
  static constexpr std::size_t body_max = 1024 * 1024;

  explicit BulkCalls(const Operation& operation) : operation_(operation) {}

  // Whether the record stands for one element: its payload is an object, of a deletion with an id.
  bool takes(leat::Node input) const;
  // Adds what prepare_request makes of the record to the last call for the same URL, or begins another. invalid: cannot
  // be sent.
  Result<Done> add(const Catalog& catalog, std::size_t index, leat::Node input, const RequestRules& rules);

  // The calls gathered, which are taken out.
  std::vector<BulkCall> take() { return std::exchange(calls_, {}); }
  std::string body(const BulkCall& call) const;

 private:
  bool by_ids() const { return operation_.method == Method::del && operation_.body == BodyKind::object; }

  const Operation& operation_;
  std::vector<BulkCall> calls_;
};

}  // namespace leat::connectwise
