// Everything a configuration names, made: clients, chains, and the parts of each incoming, outgoing and route.
// Owner    the command that runs routes; ends before Services and Libraries. Services' directories point into it.
// Threads  made and destroyed by one thread while no component is called; constant in between.
// Order    chains in the options of clients, clients (a client may open those above it), other chains (inner ones
//          first), then the rest. Destroyed the other way round; a client is quiesced before it is destroyed.
// Errors   each component that could not be made, with its place in the configuration. A stage that failed is the last:
//          what needs a client that could not be made is not blamed for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/model.hpp"
#include "host/plugin/chain.hpp"
#include "host/plugin/client_instance.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {

struct IncomingParts {
  std::unique_ptr<SubscriberInstance> subscriber;
  Chain transformers;
};

struct OutgoingParts {
  Chain transformers;
  std::unique_ptr<PublisherInstance> publisher;
};

class Runtime {
 public:
  struct Made {
    std::unique_ptr<Runtime> runtime;  // nullptr when there are problems
    Problems problems;
  };
  // Does no I/O. stop cancels components that take long to be made.
  static Made make(const Config& config, const Registry& registry, Services& services, std::stop_token stop);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // In the order of the configuration.
  const std::vector<std::shared_ptr<ClientInstance>>& clients() const { return clients_; }
  // name: of one in the configuration; std::out_of_range otherwise.
  IncomingParts& incoming(std::string_view name) { return find(incoming_, name); }
  OutgoingParts& outgoing(std::string_view name) { return find(outgoing_, name); }
  // The transformers of a route.
  const Chain& route(std::string_view name) { return find(routes_, name); }

 private:
  template <class T>
  using ByName = std::map<std::string, T, std::less<>>;
  class Maker;

  Runtime() = default;
  template <class T>
  static T& find(ByName<T>& all, std::string_view name);

  std::vector<std::shared_ptr<ClientInstance>> clients_;
  std::vector<std::shared_ptr<const Chain>> chains_;
  ByName<IncomingParts> incoming_;
  ByName<OutgoingParts> outgoing_;
  ByName<Chain> routes_;
};

template <class T>
T& Runtime::find(ByName<T>& all, std::string_view name) {
  const auto found = all.find(name);
  if (found == all.end()) throw std::out_of_range("the runtime has no part named " + std::string(name));
  return found->second;
}

}  // namespace leat::host
