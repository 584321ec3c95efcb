// A transformer that greets: it adds a member made of another one.
#include <leat/sdk.hpp>
#include <string>

namespace {

struct Greet {
  std::string greeting = "Hello";

  static auto options() {
    return leat::options<Greet>().field("greeting", &Greet::greeting, "The word before the name.");
  }

  void operator()(leat::Record record) const {
    const auto name = record["name"].str();
    if (!name) throw leat::invalid("name: a string is expected");
    record.set("greeting", greeting + " " + std::string(*name));
  }
};

}  // namespace

LEAT_PLUGIN("@NAME@", "0.1.0", "", leat::transformer<Greet>("@NAME@", "@NAME@", "Greets by name."));
