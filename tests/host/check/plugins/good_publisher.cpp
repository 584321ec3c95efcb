// Nothing is wrong with it: posts each record through a client.
#include "leat/sdk.hpp"

namespace {

struct Post {
  leat::Client client;
  static auto options() { return leat::options<Post>().field("client", &Post::client, "Where to.", leat::required); }
  std::string publish(leat::Record record, leat::Context& context) {
    leat::Request request;
    request.method = "POST";
    request.url = "/records";
    request.body = std::string(record.json());
    return std::string(leat::value_of(client.call(request, context)).body());
  }
};

}  // namespace

LEAT_PLUGIN("acme.subject", "1.0.0", "Acme", leat::publisher<Post>("subject", "Subject", "Is checked."));
