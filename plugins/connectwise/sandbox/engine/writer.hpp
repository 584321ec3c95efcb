// Creates, replaces, patches and deletes records: shape, references and rules in their order, then the store.
// Threads  one at a time, as the store.
// Errors   Refusal as the live system words it; nothing is stored then.
#pragma once

#include <functional>
#include <string_view>

#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/engine/shape.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

using Clock = std::function<Seconds()>;

class Writer {
 public:
  Writer(Store& store, const Variants& variants, Clock clock);

  // The record as stored. `text` is the body as sent.
  Json create(const ListPlace& place, const Json& body, std::string_view text);
  Json replace(const ListPlace& place, Id id, const Json& body, std::string_view text);
  Json patch(const ListPlace& place, Id id, const Json& operations, std::string_view text);
  void erase(const ListPlace& place, Id id);
  // A new record like another.
  Json copy(const ListPlace& place, Id id);

 private:
  Json store(Writing writing);
  Json existing(const ListPlace& place, Id id);
  void link_to_parent(const ListPlace& place, Json& record);
  Json finished(const Writing& writing) const;

  Store& store_;
  const Variants& variants_;
  Clock clock_;
  Shape shape_;
  References references_;
  Rules rules_;
};

}  // namespace leat::sandbox
