// Callback entries: which types and levels there are, what makes an entry valid, and which change one is about.
// Threads  one at a time, as the store.
// Source   types and levels: guide C; errors and defaults of an entry: clients C; levels of `site` and matching by url: U.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/connectwise/sandbox/engine/change.hpp"
#include "plugins/connectwise/sandbox/engine/rules.hpp"
#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

constexpr std::string_view callback_entries = "/system/callbacks";

// Members that the server gives: memberId, payloadVersion, connectWiseID; objectId 0 of the owner level becomes 1.
void complete_callback(Writing& writing, Store& store);
// Adds what makes the entry invalid.
void verify_callback(Writing& writing, Store& store, const Variants& variants);

// "ticket": the callback type of a list's records; nothing: they have none.
std::optional<std::string_view> callback_type(std::string_view pattern);
// "/service/tickets" of "ticket"; nothing: no such type, or its records lie below others.
std::optional<std::string_view> callback_list(std::string_view type);
// Whether the entry is active and about this record, which is of its type.
bool is_about(Store& store, const Json& entry, std::string_view type, const Json& record);

}  // namespace leat::sandbox
