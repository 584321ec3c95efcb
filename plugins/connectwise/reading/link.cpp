#include "plugins/connectwise/reading/link.hpp"

#include <algorithm>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

// The value of a query parameter in a URL; the name in any case. An old server wrote "&" where the "?" belongs.
std::optional<std::int64_t> number_in_url(std::string_view url, std::string_view name) {
  for (std::size_t at = url.find_first_of("?&"); at != url.npos; at = url.find_first_of("?&", at + 1)) {
    const std::string_view pair = url.substr(at + 1, url.find_first_of("?&", at + 1) - at - 1);
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || !same_letters(pair.substr(0, equals), name)) continue;
    if (const auto number = whole_number(pair.substr(equals + 1))) return number;
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

}  // namespace

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

std::uint64_t page_print(std::string_view body) {
  constexpr std::size_t sample = 4096;
  std::uint64_t print = hash_of(body.substr(0, sample));
  if (body.size() > sample) print = hash_of(body.substr(std::max(sample, body.size() - sample)), print);
  return print ^ (body.size() << 1U);
}

}  // namespace leat::connectwise
