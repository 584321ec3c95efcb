// The checks of `leat plugin check`: each is a claim about a plugin, tried on one component in a process of its own.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "leat/abi.h"

namespace leat::host::check {

class Trial;

// What a check throws when its claim does not hold. The text says what was seen; it ends up on one line.
struct Failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a check throws when it could not try: why, and what would let it. Never a pass.
struct NotExercised : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The kinds of component a check is for: bits; 0 is the library as a whole.
enum Scope : std::uint32_t {
  of_library = 0,
  of_client = 1u << LEAT_KIND_CLIENT,
  of_subscriber = 1u << LEAT_KIND_SUBSCRIBER,
  of_publisher = 1u << LEAT_KIND_PUBLISHER,
  of_transformer = 1u << LEAT_KIND_TRANSFORMER,
  of_batches = of_publisher | of_transformer,
  of_all = of_client | of_subscriber | of_batches,
};

struct Check {
  std::string_view id;      // "cancel-during"
  std::uint32_t scope = 0;  // Scope
  std::string_view claim;   // what holds for a good plugin
  std::string_view advice;  // what to do when it does not
  void (*run)(Trial&) = nullptr;
  // When given: the check runs once for each, every time in a process of its own.
  std::vector<std::string> (*variants)() = nullptr;
  // The client component that --config names is used as it is, and may leave this machine. Elsewhere the check's own
  // client stands in for it: its far side can be made to fail, and leaves no threads.
  bool real_client = false;
};

// In the order they are run and told. The first of a scope must pass for the others to be tried.
std::span<const Check> all_checks();
const Check* find_check(std::string_view id);  // nullptr: none

}  // namespace leat::host::check
