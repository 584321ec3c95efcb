// Cross-references that the host keeps for outgoings: which record of the far side became of which source. See
// "leat.xref/1" in abi.h.
// Threads  the thread of the call.
// Errors   thrown as Failure; nothing: there is none, or the host keeps none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "leat/context.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // The id at the far side that became of `source`.
  inline std::optional<std::string> xref_find(std::string_view set, std::string_view source, Context & context) {
    if (services().xref == nullptr) return std::nullopt;
    leat_str found{nullptr, 0};
    const leat_kind kind = services().xref->find(context.raw(), str(set), str(source), &found);
    if (kind == LEAT_NOT_FOUND) return std::nullopt;
    check(context.result(kind));
    return std::string(view(found));
  }

  // The source that `target`, an id at the far side, was made of.
  inline std::optional<std::string> xref_source_of(std::string_view set, std::string_view target, Context & context) {
    if (services().xref == nullptr) return std::nullopt;
    leat_str found{nullptr, 0};
    const leat_kind kind = services().xref->source_of(context.raw(), str(set), str(target), &found);
    if (kind == LEAT_NOT_FOUND) return std::nullopt;
    check(context.result(kind));
    return std::string(view(found));
  }

}  // namespace leat
