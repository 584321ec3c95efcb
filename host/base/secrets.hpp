// The secret values of this process: what a reference stands for, and the mask over any text that leaves it.
// Owner       main; everybody else borrows it.
// Threads     any.
// Lifetime    a value stays until the process ends (plugins hold views of it).
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/guarded.hpp"

namespace leat::host {

class Secrets {
 public:
  // reference: its place in the configuration, "clients.psa.private_key".
  void add(std::string reference, std::string value);
  // A further text to mask that nobody asks for by name: Basic credentials, a signed header.
  void also_mask(std::string value);
  std::optional<std::string_view> find(std::string_view reference) const;
  // The text with each secret value replaced by "***": as it is, each longer line of it, JSON-escaped, percent-encoded,
  // and in base64, also inside a longer base64 word ("user:secret"). Values shorter than 4 bytes are not masked: they
  // would tear up ordinary words, and are refused as secrets by the configuration.
  std::string mask(std::string_view text) const;

 private:
  struct State {
    std::map<std::string, std::string_view, std::less<>> by_reference;
    std::deque<std::string> values;   // never shrinks: views stay good
    std::vector<std::string> masked;  // every form of every value, once
  };
  static void add_masked(State& state, std::string_view value);
  Guarded<State> state_;
};

}  // namespace leat::host
