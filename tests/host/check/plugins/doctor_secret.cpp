// Shows its token in a finding.
#include "leat/sdk.hpp"

namespace {

struct Show {
  leat::Secret token;
  static auto options() { return leat::options<Show>().field("token", &Show::token, "As whom.", leat::required); }
  void operator()(leat::Record) {}
  void doctor(leat::Record /*known*/, leat::Findings& out, leat::Context& /*context*/) {
    out.ok("access", "the token " + std::string(token.value()) + " is good");
  }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::transformer<Show>("subject", "Subject", "Is checked."));
