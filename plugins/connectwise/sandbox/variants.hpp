// Points on which sources disagree about the live system: what the sandbox does by default, and what it can be told to
// do.
// Threads  constant once set up.
// Source   public clients and the vendor's guide, which contradict each other here: all U.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::sandbox {

enum class Point : std::uint8_t {
  missing_client_id,
  wrong_keys,
  wrong_company,
  unknown_company,
  system_info,
  past_end,
  page_size,
  unknown_member,
  unknown_field,
  patch_reference,
  accept_version,
  location,
  forward_end,
  order,
  error_text,
  host_prefix,
  null_members,
  stale_codebase,
  key_url,
  callback_match,
  callback_url,
  long_url,
  patch_custom_fields,
};
constexpr std::size_t point_count = 23;

struct VariantRow {
  std::string_view name;
  std::array<std::string_view, 3> choices;  // the first is the default; unused ones are empty
  std::string_view help;
};
// By Point.
std::span<const VariantRow, point_count> variant_rows();
// A line for each, for --help.
std::string variant_help();

class Variants {
 public:
  std::string_view operator[](Point point) const;
  bool is(Point point, std::string_view choice) const { return (*this)[point] == choice; }
  // "missing-client-id=403". invalid: no such point or choice; the message lists them.
  Result<Done> set(std::string_view text);

 private:
  std::array<std::uint8_t, point_count> chosen_{};
};

}  // namespace leat::sandbox
