#include "host/plugin/runtime.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fakes.hpp"
#include "host/record/batch.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

// A registry of fakes: each type is one fake, which notes when it is made and destroyed.
class Fakes {
 public:
  FakeClient& client(const std::string& type) { return add<FakeClient>(type); }
  FakeSubscriber& subscriber(const std::string& type) { return add<FakeSubscriber>(type); }
  FakePublisher& publisher(const std::string& type) { return add<FakePublisher>(type); }
  FakeTransformer& transformer(const std::string& type) { return add<FakeTransformer>(type); }

  Registry registry() const {
    Library library;
    library.state = Library::State::loaded;
    library.plugin = &plugin_;
    for (const auto& [key, fake] : fakes_) {
      LibraryComponent component;
      component.kind = fake->component.kind;
      component.id = key.second;
      component.table = &fake->component;
      library.components.push_back(component);
    }
    return Registry({library});
  }
  // A configured component of a fake.
  ComponentConfig config(std::uint32_t kind, const std::string& type, const std::string& path, int line = 1) const {
    const auto found = fakes_.find({kind, type});
    Json options = found == fakes_.end() ? Json::object() : Json::parse(found->second->options());
    return {type, std::move(options), path, {"leat.yaml", line, 5}};
  }

  std::vector<std::string> events;

 private:
  template <class Fake>
  Fake& add(const std::string& type) {
    auto fake = std::make_unique<Fake>();
    fake->on_create = [this, type](auto*, auto*) {
      events.push_back("make " + type);
      return LEAT_OK;
    };
    fake->on_destroy = [this, type] { events.push_back("destroy " + type); };
    Fake& made = *fake;
    const auto place = fakes_.insert_or_assign({made.component.kind, type}, std::move(fake)).first;
    made.component.id = place->first.second.c_str();
    return made;
  }

  leat_plugin plugin_{};
  std::map<std::pair<std::uint32_t, std::string>, std::unique_ptr<FakeComponent>> fakes_;
};

std::vector<std::string> lines(const Problems& problems) {
  std::vector<std::string> all;
  for (const Problem& problem : problems) all.push_back(to_line(problem));
  return all;
}

}  // namespace

TEST_CASE("what a configuration names is made in an order that lets each open what it needs, and destroyed reversed") {
  TestHost host;
  Fakes fakes;
  fakes.client("psa").on_quiesce = [&] { fakes.events.emplace_back("quiesce psa"); };
  fakes.subscriber("reads");
  fakes.publisher("writes");
  for (const char* type : {"of_client", "outer", "inner", "in", "out", "of_route"}) fakes.transformer(type);
  const auto transformer = [&](const char* type, const char* path) {
    return fakes.config(LEAT_KIND_TRANSFORMER, type, path);
  };
  Config config;
  config.clients = {{"psa", fakes.config(LEAT_KIND_CLIENT, "psa", "clients.psa")}};
  config.chains["clients.psa.prepare"] = {transformer("of_client", "clients.psa.prepare[0]")};
  config.chains["incoming.a.subscriber.chain"] = {transformer("outer", "incoming.a.subscriber.chain[0]")};
  config.chains["incoming.a.subscriber.chain[0].steps"] = {
      transformer("inner", "incoming.a.subscriber.chain[0].steps[0]")};
  config.incoming.push_back({"a",
                             "",
                             fakes.config(LEAT_KIND_SUBSCRIBER, "reads", "incoming.a.subscriber"),
                             {transformer("in", "incoming.a.transformers[0]")},
                             1000,
                             {}});
  config.outgoing.push_back({"b",
                             {transformer("out", "outgoing.b.transformers[0]")},
                             fakes.config(LEAT_KIND_PUBLISHER, "writes", "outgoing.b.publisher"),
                             std::nullopt,
                             {}});
  RouteConfig route;
  route.name = "a-to-b";
  route.transformers = {transformer("of_route", "routes.a-to-b.transformers[0]")};
  config.routes.push_back(route);

  const Registry registry = fakes.registry();
  auto made = Runtime::make(config, registry, host.services, {});
  CHECK(made.problems.empty());
  REQUIRE(made.runtime != nullptr);
  CHECK(fakes.events == std::vector<std::string>{"make of_client", "make psa", "make inner", "make outer", "make reads",
                                                 "make in", "make out", "make writes", "make of_route"});
  CHECK(made.runtime->incoming("a").subscriber->name() == "incoming.a.subscriber (reads)");
  CHECK_FALSE(made.runtime->incoming("a").transformers.empty());
  CHECK(made.runtime->outgoing("b").publisher->name() == "outgoing.b.publisher (writes)");
  CHECK_FALSE(made.runtime->route("a-to-b").empty());
  CHECK_THROWS_AS(made.runtime->route("b-to-a"), std::out_of_range);
  CHECK_FALSE(host.services.clients.find("psa").expired());

  fakes.events.clear();
  made.runtime.reset();
  CHECK(fakes.events == std::vector<std::string>{"destroy of_route", "destroy writes", "destroy out", "destroy in",
                                                 "destroy reads", "destroy outer", "destroy inner", "destroy of_client",
                                                 "quiesce psa", "destroy psa"});
  CHECK(host.services.clients.find("psa").expired());
  CHECK(host.services.chains.find("clients.psa.prepare").expired());
}

TEST_CASE("a component opens the client that the configuration gives it while it is made") {
  TestHost host;
  Fakes fakes;
  fakes.client("psa");
  leat_client* handle = nullptr;
  fakes.subscriber("reads").on_create = [&](const leat_host* raw, leat_ctx* ctx) {
    return client_api().open(raw, ctx, str("main"), &handle);
  };
  Config config;
  config.clients = {{"main", fakes.config(LEAT_KIND_CLIENT, "psa", "clients.main")}};
  config.incoming.push_back(
      {"a", "", fakes.config(LEAT_KIND_SUBSCRIBER, "reads", "incoming.a.subscriber"), {}, 1000, {}});
  const auto made = Runtime::make(config, fakes.registry(), host.services, {});
  CHECK(made.runtime != nullptr);
  REQUIRE(handle != nullptr);
  client_api().close(handle);
}

TEST_CASE("every component that cannot be made is named with its place, and what was made is destroyed") {
  TestHost host;
  Fakes fakes;
  fakes.client("psa");
  fakes.subscriber("reads").on_create = [](auto*, leat_ctx* ctx) {
    return ctx_api().fail(ctx, LEAT_INVALID, 0, str("entity: there is no entity 'Tickts'"));
  };
  fakes.publisher("writes").on_create = [](auto*, auto*) -> leat_kind { throw std::runtime_error("boom"); };
  Config config;
  config.clients = {{"psa", fakes.config(LEAT_KIND_CLIENT, "psa", "clients.psa")}};
  config.incoming.push_back({"a",
                             "",
                             fakes.config(LEAT_KIND_SUBSCRIBER, "reads", "incoming.a.subscriber", 12),
                             {fakes.config(LEAT_KIND_TRANSFORMER, "absent", "incoming.a.transformers[0]", 17)},
                             1000,
                             {}});
  config.outgoing.push_back(
      {"b", {}, fakes.config(LEAT_KIND_PUBLISHER, "writes", "outgoing.b.publisher", 20), std::nullopt, {}});
  const auto made = Runtime::make(config, fakes.registry(), host.services, {});
  CHECK(made.runtime == nullptr);
  CHECK(lines(made.problems) ==
        std::vector<std::string>{"leat.yaml:12:5: incoming.a.subscriber: entity: there is no entity 'Tickts'",
                                 "leat.yaml:17:5: incoming.a.transformers[0]: there is no transformer of type 'absent'",
                                 "leat.yaml:20:5: outgoing.b.publisher: create let an exception out: boom"});
  CHECK(fakes.events == std::vector<std::string>{"make psa", "destroy psa"});
}

TEST_CASE("a client that cannot be made is the only problem: who needs it is not blamed") {
  TestHost host;
  Fakes fakes;
  fakes.client("psa").on_create = [](auto*, leat_ctx* ctx) {
    return ctx_api().fail(ctx, LEAT_DENIED, 0, str("base_uri: not https"));
  };
  fakes.subscriber("reads").on_create = [&](const leat_host* raw, leat_ctx* ctx) {
    leat_client* handle = nullptr;
    return client_api().open(raw, ctx, str("psa"), &handle);
  };
  Config config;
  config.clients = {{"psa", fakes.config(LEAT_KIND_CLIENT, "psa", "clients.psa", 2)}};
  config.incoming.push_back(
      {"a", "", fakes.config(LEAT_KIND_SUBSCRIBER, "reads", "incoming.a.subscriber", 12), {}, 1000, {}});
  const auto made = Runtime::make(config, fakes.registry(), host.services, {});
  CHECK(lines(made.problems) == std::vector<std::string>{"leat.yaml:2:5: clients.psa: base_uri: not https"});
}
