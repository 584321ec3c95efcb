// The operations that make values from templates: map (a new document) and set (single places).
// Threads  parallel: configured once, constant afterwards.
// Errors   configure throws Failure (invalid) with every mistake; a record that an expression cannot take is rejected.
#pragma once

#include <string>
#include <vector>

#include "leat/batch.hpp"
#include "leat/path.hpp"
#include "leat/schema.hpp"
#include "template.hpp"

namespace leat::transform {

// Replaces each record by the document that `fields` describes.
class Map {
 public:
  static constexpr bool parallel = true;
  static Options<Map> options();
  void configure(Context& context);
  void process(Batch& batch, Context& context);
  void constants(Record known, Context& context) const;

  Json fields;

 private:
  Template template_;
};

// Sets the values at `fields`' paths. All are made from the record as it came, then set.
class Set {
 public:
  static constexpr bool parallel = true;
  static Options<Set> options();
  void configure(Context& context);
  void process(Batch& batch, Context& context);
  void constants(Record known, Context& context) const;

  Json fields;

 private:
  struct Assignment {
    Path to;
    std::string name;
    Template value;
  };
  void apply(Record record, std::int64_t now_ms, Context& context, std::string& text) const;

  std::vector<Assignment> assignments_;
};

}  // namespace leat::transform
