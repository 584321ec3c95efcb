#include "host/store/memory_state.hpp"

#include <doctest/doctest.h>

#include "component_state_contract.hpp"

TEST_CASE("state in memory does what a store's does, and ends with its object") {
  leat::host::MemoryState state;
  leat::host::test::check_component_state(state);
  CHECK_FALSE(leat::host::MemoryState().state("a", "k").value());
}
