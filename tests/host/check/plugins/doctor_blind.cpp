// Finds all well whatever the far side answers.
#include "leat/sdk.hpp"

namespace {

struct Post {
  leat::Client client;
  static auto options() { return leat::options<Post>().field("client", &Post::client, "Where to.", leat::required); }
  void publish(leat::Record record, leat::Context& context) {
    static_cast<void>(client.send("POST", "/records", record.json(), context));
  }
  void doctor(leat::Record /*known*/, leat::Findings& out, leat::Context& context) {
    leat::Request request;
    request.url = "/records";
    static_cast<void>(client.call(request, context));
    out.ok("access", "the list can be read");
  }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::publisher<Post>("subject", "Subject", "Is checked."));
