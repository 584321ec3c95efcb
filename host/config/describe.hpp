// One component for its user: what it is and what options it has.
#pragma once

#include <string>

#include "host/config/component.hpp"

namespace leat::host {

// {kind, type, title, summary, options: [{name, type, required, secret, default?, choices?, minimum?, maximum?,
// help?}], schema}. The options of objects inside have a path as their name: "pagination.page_size".
Json describe_json(ComponentKind kind, const ComponentInfo& info);

// The same as a page of at most `width` columns.
std::string describe_text(ComponentKind kind, const ComponentInfo& info, std::size_t width = 100);

}  // namespace leat::host
