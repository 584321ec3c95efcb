// Takes a refusal of the far side for the end of its records.
#include "leat/sdk.hpp"

namespace {

struct Read {
  leat::Client client;
  static auto options() { return leat::options<Read>().field("client", &Read::client, "Where from.", leat::required); }
  void open(std::string_view /*cursor*/, leat::Context& /*context*/) {}
  void poll(leat::Batch& out, const leat::Poll& /*poll*/, leat::Context& context) {
    leat::Request request;
    request.url = "/records";
    static_cast<void>(client.call(request, context));
    out.end();
  }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::subscriber<Read>("subject", "Subject", "Is checked."));
