// The Link header, and how two pages are told apart. Of a link's URL only page numbers are read: it can name another
// host and lose conditions.
// Threads  any; pure.
// Source   README.md, Paging.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leat::connectwise {

// `page` or `pageId` of the link with this rel.
std::optional<std::int64_t> page_of_link(std::string_view link, std::string_view rel, std::string_view name);

// Tells two bodies apart without reading all of them.
std::uint64_t page_print(std::string_view body);

}  // namespace leat::connectwise
