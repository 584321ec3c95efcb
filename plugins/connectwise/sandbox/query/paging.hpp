// Both ways of paging: which part of a list a request means, and the Link header that points on.
// Threads  any.
// Source   guide C; Link's order (L) and encoding (C: recorded): clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

struct PageRequest {
  bool forward_only = false;
  std::size_t page = 1;      // of numbered pages, from 1
  std::size_t size = 25;     // at most 1000
  std::int64_t page_id = 0;  // of forward-only: records after it
};

// `pagination_type` is the request header. Refusal 400 for numbers that are none, below 1, or, with `size_strict`, a
// page size above 1000 (else it is capped).
PageRequest parse_page(const std::vector<QueryParameter>& query, std::string_view pagination_type, bool size_strict);

// `url` is scheme, host and path of the request; its other parameters are repeated.
// Numbered pages: nothing when all records are on one page.
std::optional<std::string> numbered_link(std::string_view url, const std::vector<QueryParameter>& query,
                                         const PageRequest& request, std::size_t total);
// Forward-only: the next page after record `last_id`.
std::string forward_link(std::string_view url, const std::vector<QueryParameter>& query, const PageRequest& request,
                         std::int64_t last_id);

}  // namespace leat::sandbox
