// Which id of a far side stands for which key of a source: what "leat.xref/1" looks up. Pairs are kept in named sets; a
// source has one target in its set, a target may have several sources.
// Owner       main.
// Threads     any, at the same time.
// Durability  a pair is written in the transaction that finishes its task.
// Errors      as TaskStore.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::host {

struct Xref {
  // Bytes of a set's name, a source and a target; none of them is empty.
  static constexpr std::size_t text_max = 512;

  std::string set;
  std::string source;
  std::string target;

  // What is wrong with it, as an Error (invalid).
  std::optional<Error> beyond_limits() const;
};

class CrossReferences {
 public:
  virtual ~CrossReferences() = default;

  virtual Result<std::optional<std::string>> target_of(std::string_view set, std::string_view source) = 0;
  // Of several the one that was written last.
  virtual Result<std::optional<std::string>> source_of(std::string_view set, std::string_view target) = 0;
};

// For commands without a store.
class NoCrossReferences final : public CrossReferences {
 public:
  Result<std::optional<std::string>> target_of(std::string_view, std::string_view) override { return {std::nullopt}; }
  Result<std::optional<std::string>> source_of(std::string_view, std::string_view) override { return {std::nullopt}; }
};

}  // namespace leat::host
