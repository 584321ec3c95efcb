// Gives a record up for good because the far side is busy.
#include "leat/sdk.hpp"

namespace {

struct Post {
  leat::Client client;
  static auto options() { return leat::options<Post>().field("client", &Post::client, "Where to.", leat::required); }
  void publish(leat::Record record, leat::Context& context) {
    leat::Request request;
    request.method = "POST";
    request.url = "/records";
    request.body = std::string(record.json());
    if (!client.call(request, context)) throw leat::invalid("it did not work");
  }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::publisher<Post>("subject", "Subject", "Is checked."));
