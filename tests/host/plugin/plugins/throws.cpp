// Throws while it is loaded.
#include <stdexcept>

extern "C" {
#include "fixture.h"
}

namespace {
struct Thrower {
  Thrower() { throw std::runtime_error("no licence"); }
};
const Thrower thrower;

const leat_component first = TRANSFORMER("acme.throws", ANY_OPTIONS);
const leat_component* const list[] = {&first};
}  // namespace
PLUGIN("acme.throws", list);
