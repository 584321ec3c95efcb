// Takes every answer for a success.
#include "leat/sdk.hpp"

namespace {

struct Plain {
  static auto options() { return leat::options<Plain>(); }
  void prepare(leat::Request& request, leat::Context& /*context*/) { request.url = "http://127.0.0.1:9" + request.url; }
  leat::Result<leat::Done> classify(const leat::Request& /*request*/, const leat::AnswerView& /*answer*/) const {
    return leat::Done{};
  }
  std::string transport_options() const { return "{}"; }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::http_client<Plain>("subject", "Subject", "Is checked."));
