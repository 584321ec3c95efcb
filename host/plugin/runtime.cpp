#include "host/plugin/runtime.hpp"

#include <fmt/format.h>

#include <utility>

namespace leat::host {

// Makes one thing after the other and collects what went wrong.
class Runtime::Maker {
 public:
  Maker(const Registry& registry, Services& services, std::stop_token stop)
      : registry_(registry), services_(services), stop_(std::move(stop)) {}

  Problems& problems() { return problems_; }

  // nullptr after a problem.
  template <class T>
  std::unique_ptr<T> instance(ComponentKind kind, const ComponentConfig& config) {
    const leat_component* component = registry_.component(kind, config.type);
    if (component == nullptr) {
      report(config, fmt::format("there is no {} of type '{}'", to_string(kind), config.type));
      return nullptr;
    }
    Call call(services_.clock, stop_, config.path);
    const std::string name = fmt::format("{} ({})", config.path, config.type);
    const leat_host* host = registry_.host(kind, config.type);
    auto made =
        T::create(*component, host == nullptr ? services_.host() : *host, call, config.options.dump(), config.path);
    if (!made) {
      std::string message = made.error().message;
      if (message.starts_with(name + ": ")) message.erase(0, name.size() + 2);  // a problem says its place anyway
      report(config, std::move(message));
      return nullptr;
    }
    return std::move(*made);
  }

  Chain chain(const std::vector<ComponentConfig>& configs) {
    std::vector<std::unique_ptr<TransformerInstance>> transformers;
    for (const ComponentConfig& config : configs) {
      auto made = instance<TransformerInstance>(ComponentKind::transformer, config);
      if (made != nullptr) transformers.push_back(std::move(made));
    }
    return Chain(std::move(transformers));
  }

 private:
  void report(const ComponentConfig& config, std::string message) {
    problems_.push_back({Severity::error, config.position, config.path, std::move(message)});
  }

  const Registry& registry_;
  Services& services_;
  std::stop_token stop_;
  Problems problems_;
};

Runtime::Made Runtime::make(const Config& config, const Registry& registry, Services& services, std::stop_token stop) {
  Maker maker(registry, services, std::move(stop));
  std::unique_ptr<Runtime> runtime(new Runtime);
  // References are paths; one inside another is longer, so it comes later in the map.
  const auto make_chains = [&](bool of_clients) {
    for (auto chain = config.chains.rbegin(); chain != config.chains.rend(); ++chain) {
      if (chain->first.starts_with("clients.") != of_clients) continue;
      runtime->chains_.push_back(std::make_shared<const Chain>(maker.chain(chain->second)));
      services.chains.add(chain->first, runtime->chains_.back());
    }
    return maker.problems().empty();
  };
  const auto make_clients = [&] {
    for (const ClientConfig& client : config.clients) {
      std::shared_ptr made = maker.instance<ClientInstance>(ComponentKind::client, client.component);
      if (made == nullptr) continue;
      services.clients.add(client.name, made);
      runtime->clients_.push_back(std::move(made));
    }
    return maker.problems().empty();
  };
  const auto make_parts = [&] {
    for (const IncomingConfig& from : config.incoming) {
      auto subscriber = maker.instance<SubscriberInstance>(ComponentKind::subscriber, from.subscriber);
      runtime->incoming_.emplace(from.name, IncomingParts{std::move(subscriber), maker.chain(from.transformers)});
    }
    for (const OutgoingConfig& to : config.outgoing) {
      Chain transformers = maker.chain(to.transformers);
      auto publisher = maker.instance<PublisherInstance>(ComponentKind::publisher, to.publisher);
      runtime->outgoing_.emplace(to.name, OutgoingParts{std::move(transformers), std::move(publisher)});
    }
    for (const RouteConfig& route : config.routes) {
      runtime->routes_.emplace(route.name, maker.chain(route.transformers));
    }
    return maker.problems().empty();
  };
  if (make_chains(true) && make_clients() && make_chains(false) && make_parts()) return {std::move(runtime), {}};
  return {nullptr, std::move(maker.problems())};
}

Runtime::~Runtime() {
  routes_.clear();
  outgoing_.clear();
  incoming_.clear();
  while (!chains_.empty()) chains_.pop_back();
  while (!clients_.empty()) clients_.pop_back();
}

}  // namespace leat::host
