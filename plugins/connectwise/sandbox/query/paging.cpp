#include "plugins/connectwise/sandbox/query/paging.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

namespace {

constexpr std::int64_t page_size_max = 1000;
constexpr std::int64_t page_max = 1'000'000'000;

std::optional<std::int64_t> number(const std::vector<QueryParameter>& query, std::string_view name,
                                   std::int64_t least) {
  for (const QueryParameter& parameter : query) {
    if (!same_text(parameter.name, name) || parameter.value.empty()) continue;
    const auto value = to_integer(parameter.value);
    if (!value || *value < least) {
      throw api_error(400, std::string(name) + " must be a whole number of at least " + std::to_string(least) +
                               ", not '" + parameter.value + "'.");
    }
    return value;
  }
  return std::nullopt;
}

bool is_paging(std::string_view name) {
  return same_text(name, "page") || same_text(name, "pageSize") || same_text(name, "pageId");
}

// The URL with the request's other parameters, the page size, and room for the page.
std::string start_of(std::string_view url, const std::vector<QueryParameter>& query, const PageRequest& request) {
  std::string text(url);
  if (text.empty() || text.back() != '/') text += '/';
  text += '?';
  for (const QueryParameter& parameter : query) {
    if (is_paging(parameter.name)) continue;
    text += link_encode(parameter.name) + '=' + link_encode(parameter.value) + '&';
  }
  return text + "pageSize=" + std::to_string(request.size);
}

}  // namespace

PageRequest parse_page(const std::vector<QueryParameter>& query, std::string_view pagination_type, bool size_strict) {
  PageRequest request;
  request.forward_only = same_text(trim(pagination_type), "forward-only");
  const auto size = number(query, "pageSize", 1);
  if (size_strict && size.value_or(0) > page_size_max) throw api_error(400, "pageSize must be at most 1000.");
  if (size) request.size = static_cast<std::size_t>(std::min(*size, page_size_max));
  if (request.forward_only) {
    request.page_id = number(query, "pageId", 0).value_or(0);
  } else {
    request.page = static_cast<std::size_t>(std::min(number(query, "page", 1).value_or(1), page_max));
  }
  return request;
}

std::optional<std::string> numbered_link(std::string_view url, const std::vector<QueryParameter>& query,
                                         const PageRequest& request, std::size_t total) {
  const std::size_t last = (total + request.size - 1) / request.size;
  if (last <= 1) return std::nullopt;
  const std::string start = start_of(url, query, request) + "&page=";
  std::string link;
  const auto add = [&](std::size_t page, std::string_view relation) {
    if (!link.empty()) link += ", ";
    link += '<' + start + std::to_string(page) + ">; rel=\"" + std::string(relation) + '"';
  };
  if (request.page > 1) {
    add(std::min(request.page - 1, last), "prev");
    add(1, "first");
  }
  if (request.page < last) {
    add(request.page + 1, "next");
    add(last, "last");
  }
  return link;
}

std::string forward_link(std::string_view url, const std::vector<QueryParameter>& query, const PageRequest& request,
                         std::int64_t last_id) {
  return '<' + start_of(url, query, request) + "&pageId=" + std::to_string(last_id) + ">; rel=\"next\"";
}

}  // namespace leat::sandbox
