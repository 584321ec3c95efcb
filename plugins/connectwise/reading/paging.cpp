#include "plugins/connectwise/reading/paging.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

// The value of a query parameter in a URL; the name in any case. An old server wrote "&" where the "?" belongs.
std::optional<std::int64_t> number_in_url(std::string_view url, std::string_view name) {
  for (std::size_t at = url.find_first_of("?&"); at != url.npos; at = url.find_first_of("?&", at + 1)) {
    const std::string_view pair = url.substr(at + 1, url.find_first_of("?&", at + 1) - at - 1);
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || !same_letters(pair.substr(0, equals), name)) continue;
    const std::string_view digits = pair.substr(equals + 1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc{} && end == digits.data() + digits.size()) return number;
  }
  return {};
}

// Of `rel="next"`, also without quotes, among other parameters.
bool has_rel(std::string_view parameters, std::string_view rel) {
  for (std::string_view parameter : split(parameters, ';')) {
    parameter = trim(parameter);
    const std::size_t equals = parameter.find('=');
    if (equals == parameter.npos || !same_letters(trim(parameter.substr(0, equals)), "rel")) continue;
    std::string_view value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (same_letters(value, rel)) return true;
  }
  return false;
}

PagingMode first_mode(const PagingSetup& setup) {
  if (!setup.on || !setup.is_list) return PagingMode::single;
  return setup.has_id && !setup.has_order ? PagingMode::forward_only : PagingMode::numbered;
}

}  // namespace

std::uint64_t page_print(std::string_view body) {
  constexpr std::size_t sample = 4096;
  std::uint64_t print = 14695981039346656037ULL;  // FNV-1a
  const auto mix = [&print](std::string_view text) {
    for (const char c : text) print = (print ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  mix(body.substr(0, sample));
  if (body.size() > sample) mix(body.substr(std::max(sample, body.size() - sample)));
  return print ^ (body.size() << 1U);
}

std::optional<std::int64_t> page_of_link(std::string_view link, std::string_view rel, std::string_view name) {
  for (std::size_t begin = link.find('<'); begin != link.npos; begin = link.find('<', begin + 1)) {
    const std::size_t close = link.find('>', begin);
    if (close == link.npos) break;
    const std::string_view parameters = link.substr(close + 1, link.find('<', close) - close - 1);
    if (has_rel(parameters.substr(0, parameters.find_last_of(',')), rel) || has_rel(parameters, rel)) {
      return number_in_url(link.substr(begin + 1, close - begin - 1), name);
    }
  }
  return {};
}

Paging::Paging(const PagingSetup& setup) : setup_(setup), mode_(first_mode(setup)) {}

Paging::Paging(const PagingSetup& setup, std::string_view cursor) : Paging(setup) {
  if (mode_ == PagingMode::single || cursor.empty()) return;
  const json stored = json::parse(cursor, nullptr, false);
  if (!stored.is_object()) return;
  const auto mode = stored.find("mode");
  if (mode == stored.end()) return;
  const auto number = [&stored](const char* name) -> std::int64_t {
    const auto found = stored.find(name);
    return found != stored.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  const auto done = stored.find("done");
  const bool finished = done != stored.end() && *done == true;
  if (*mode == "numbered") {
    mode_ = PagingMode::numbered;
    // Pages of another size are other pages.
    if (!finished && number("pageSize") == setup_.page_size) page_ = std::max<std::int64_t>(1, number("page"));
  } else if (*mode == "forward-only" && mode_ == PagingMode::forward_only && !finished) {
    page_id_ = std::max<std::int64_t>(0, number("pageId"));
  }
}

PageRequest Paging::request() const {
  PageRequest request;
  if (mode_ == PagingMode::single) return request;
  request.query.emplace_back("pageSize", std::to_string(setup_.page_size));
  if (mode_ == PagingMode::forward_only) {
    request.forward_only = true;
    if (page_id_ > 0) request.query.emplace_back("pageId", std::to_string(page_id_));
    return request;
  }
  request.query.emplace_back("page", std::to_string(page_));
  if (setup_.has_id && !setup_.has_order) request.query.emplace_back("orderBy", "id");
  return request;
}

bool Paging::may_ask_again(const PageAnswer& answer) const {
  return mode_ == PagingMode::forward_only && page_id_ == 0 &&
         !page_of_link(answer.link.value_or(""), "next", "pageId");
}

Result<Paging::Step> Paging::take(const PageAnswer& answer) {
  if (mode_ == PagingMode::single) {
    ended_ = true;
    return Step::keep;
  }
  if (answer.records > 0 && print_ == answer.print) {
    return Error{ErrorKind::broken,
                 "the server gave the same page twice: it ignores the paging parameters; use pagination: false", 0};
  }
  print_ = answer.print;
  if (mode_ == PagingMode::forward_only) return take_forward_only(answer);
  take_numbered(answer);
  return Step::keep;
}

Result<Paging::Step> Paging::take_forward_only(const PageAnswer& answer) {
  const bool full = answer.records >= static_cast<std::size_t>(setup_.page_size);
  const std::optional<std::int64_t> next = page_of_link(answer.link.value_or(""), "next", "pageId");
  if (next && answer.records > 0) {
    if (*next <= page_id_) {
      return Error{ErrorKind::broken,
                   "the server's next pageId " + std::to_string(*next) + " is not behind " + std::to_string(page_id_) +
                       ": reading would never end",
                   0};
    }
    page_id_ = *next;
    return Step::keep;
  }
  // The end has a Link with an empty value. A list that does not know the mode sends none at all, or one of numbered
  // pages.
  const bool numbered_link = answer.link && page_of_link(*answer.link, "next", "page");
  if ((full && !answer.link) || (numbered_link && !next)) {
    if (page_id_ > 0) {
      return Error{ErrorKind::broken, "the server left forward-only paging in the middle of a list", 0};
    }
    mode_ = PagingMode::numbered;
    page_ = 1;
    print_.reset();
    return Step::again;
  }
  ended_ = true;
  return Step::keep;
}

void Paging::take_numbered(const PageAnswer& answer) {
  const bool full = answer.records >= static_cast<std::size_t>(setup_.page_size);
  const bool has_link = answer.link && !trim(*answer.link).empty();
  const bool has_next = has_link && page_of_link(*answer.link, "next", "page");
  // Without a Link only the length tells; one more request then finds an empty page.
  const bool more = answer.records > 0 && (has_link ? has_next : full);
  ++page_;
  ended_ = !more;
}

std::string Paging::cursor() const {
  json stored = json::object();
  switch (mode_) {
    case PagingMode::forward_only:
      stored["mode"] = "forward-only";
      if (!ended_) stored["pageId"] = page_id_;
      break;
    case PagingMode::numbered:
      stored["mode"] = "numbered";
      stored["pageSize"] = setup_.page_size;
      if (!ended_) stored["page"] = page_;
      break;
    case PagingMode::single: stored["mode"] = "single"; break;
  }
  if (ended_) stored["done"] = true;
  return stored.dump();
}

}  // namespace leat::connectwise
