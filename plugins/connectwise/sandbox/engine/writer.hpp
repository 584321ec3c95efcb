// Creates, replaces, patches and deletes records: shape, references and rules in their order, then the store, then whoever is told.
// Threads  one at a time, as the store.
// Errors   Refusal as the live system words it; nothing is stored then.
#pragma once

#include <functional>
#include <string_view>

#include "plugins/connectwise/sandbox/engine/change.hpp"
#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/engine/shape.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

using Clock = std::function<Seconds()>;

class Writer {
 public:
  Writer(Store& store, const Variants& variants, Clock clock, ChangeSink told);

  // The record as stored. `text` is the body as sent, `member` the identifier of who writes.
  Json create(const ListPlace& place, const Json& body, std::string_view text, std::string_view member);
  Json replace(const ListPlace& place, Id id, const Json& body, std::string_view text, std::string_view member);
  Json patch(const ListPlace& place, Id id, const Json& operations, std::string_view text, std::string_view member);
  void erase(const ListPlace& place, Id id, std::string_view member);
  // A new record like another.
  Json copy(const ListPlace& place, Id id, std::string_view member);
  // Stores as it is: what the live system does by itself, and what tests set up. `_info` is stamped.
  void put(const ListPlace& place, Id id, Json record, std::string_view member);
  // The record; Refusal 404 when it is not there.
  Json existing(const ListPlace& place, Id id);
  Seconds now() const { return clock_(); }

 private:
  Json store(Writing writing);
  void link_to_parent(const ListPlace& place, Json& record);
  Json finished(const Writing& writing) const;
  void add_first_notes(const Writing& writing, const Json& ticket);

  Store& store_;
  const Variants& variants_;
  Clock clock_;
  ChangeSink told_;
  Shape shape_;
  References references_;
  Rules rules_;
};

}  // namespace leat::sandbox
