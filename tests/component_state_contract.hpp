// What every ComponentState must do. Ends with ("a", "k") being "kept".
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "host/store/component_state.hpp"

namespace leat::host::test {

inline void check_component_state(ComponentState& state) {
  using Keys = std::vector<std::string>;
  CHECK_FALSE(state.state("a", "k").value());
  CHECK_FALSE(state.erase_state("a", "k").value());
  CHECK(state.state_keys("a", "")->empty());

  REQUIRE(state.set_state("a", "k", "first"));
  REQUIRE(state.set_state("a", "k", "second"));
  REQUIRE(state.set_state("b", "k", "of another"));
  CHECK(state.state("a", "k").value() == "second");
  CHECK(state.state("b", "k").value() == "of another");

  SUBCASE("values are bytes, and may be empty") {
    const std::string zero("\0\xff\0", 3);
    REQUIRE(state.set_state("a", "zero", zero));
    REQUIRE(state.set_state("a", "empty", ""));
    CHECK(state.state("a", "zero").value() == zero);
    CHECK(state.state("a", "empty").value() == "");
  }
  SUBCASE("keys are listed by prefix, in the order of their bytes") {
    const std::string with_zero("p\0q", 3);
    for (const std::string& key : Keys{"pages.2", "pages.10", "page", "q", "pages.é", with_zero}) {
      REQUIRE(state.set_state("a", key, "1"));
    }
    CHECK(state.state_keys("a", "pages.").value() == Keys{"pages.10", "pages.2", "pages.é"});
    CHECK(state.state_keys("a", with_zero).value() == Keys{with_zero});
    CHECK(state.state_keys("a", "").value() == Keys{"k", with_zero, "page", "pages.10", "pages.2", "pages.é", "q"});
    CHECK(state.state_keys("a", "r")->empty());
  }
  SUBCASE("what was erased is gone, of this component only") {
    CHECK(state.erase_state("a", "k").value());
    CHECK_FALSE(state.erase_state("a", "k").value());
    CHECK_FALSE(state.state("a", "k").value());
    CHECK(state.state("b", "k").value() == "of another");
  }
  SUBCASE("a key or value beyond the limits is refused, and nothing changes") {
    const std::string long_key(ComponentState::key_max, 'k');
    const std::string large(ComponentState::value_max, 'v');
    REQUIRE(state.set_state("a", long_key, large));
    CHECK(state.state("a", long_key).value() == large);
    struct Entry {
      std::string key;
      std::string value;
    };
    for (const Entry& entry : {Entry{"", "v"}, Entry{long_key + "k", "v"}, Entry{"k", large + "v"}}) {
      CAPTURE(entry.key.size());
      const auto refused = state.set_state("a", entry.key, entry.value);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind == ErrorKind::invalid);
    }
    CHECK(state.set_state("a", "k", large + "v").error().message ==
          "state: a value has at most 1048576 bytes, the one for 'k' has 1048577");
    CHECK(state.state("a", "k").value() == "second");
  }
  SUBCASE("a component has so many keys and no more") {
    for (std::size_t i = 1; i < ComponentState::keys_max; ++i) REQUIRE(state.set_state("a", std::to_string(i), "v"));
    const auto refused = state.set_state("a", "one more", "v");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid);
    CHECK_FALSE(state.state("a", "one more").value());
    CHECK(state.set_state("a", "1", "again"));
    CHECK(state.set_state("b", "one more", "v"));
    REQUIRE(state.erase_state("a", "1"));
    CHECK(state.set_state("a", "one more", "v"));
  }
  REQUIRE(state.set_state("a", "k", "kept"));
}

}  // namespace leat::host::test
