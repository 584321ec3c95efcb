#include "host/cli/webhooks.hpp"

#include <fmt/format.h>

#include <utility>

namespace leat::host {
namespace {

// Without a slash at its end; empty: not known.
std::string base_url(const WebhooksConfig& webhooks, std::string_view origin) {
  if (!webhooks.public_url.empty()) return webhooks.public_url;
  if (!origin.empty()) return std::string(origin);
  const ListenAddress& listen = webhooks.listen;
  if (listen.port == 0) return {};
  const std::string host = listen.ip.find(':') == std::string::npos ? listen.ip : "[" + listen.ip + "]";
  return fmt::format("{}://{}:{}", webhooks.certificate.empty() ? "http" : "https", host, listen.port);
}

std::string base_path(const WebhooksConfig& webhooks) {
  return webhooks.public_url.empty() ? std::string() : parse_public_url(webhooks.public_url).value().path;
}

}  // namespace

std::map<std::string, std::string, std::less<>> webhook_urls(const Config& config, std::string_view origin) {
  std::map<std::string, std::string, std::less<>> urls;
  if (!config.webhooks) return urls;
  const std::string base = base_url(*config.webhooks, origin);
  if (base.empty()) return urls;
  for (const IncomingConfig& incoming : config.incoming) urls[incoming.subscriber.path] = base + "/" + incoming.name;
  return urls;
}

Result<std::unique_ptr<Webhooks>> Webhooks::open(const Config& config, Log& log) {
  if (!config.webhooks) return std::unique_ptr<Webhooks>();
  const WebhooksConfig& webhooks = *config.webhooks;
  ListenerOptions options;
  options.ip = webhooks.listen.ip;
  options.port = webhooks.listen.port;
  options.certificate = webhooks.certificate;
  options.key = webhooks.key;
  options.body_max = webhooks.max_body;
  options.connections_max = webhooks.max_connections;
  auto listener = Listener::open(options, log);
  if (!listener) return listener.error();
  return std::unique_ptr<Webhooks>(new Webhooks(std::move(*listener), log));
}

void Webhooks::start(const Config& config, Runtime& runtime, TaskStore& store, const Clock& clock,
                     Receiver::Wake wake) {
  const WebhooksConfig& webhooks = *config.webhooks;
  receiver_ = std::make_unique<Receiver>(store, log_, clock, ReceiverOptions{base_path(webhooks), webhooks.max_events},
                                         std::move(wake));
  log_.info("webhooks", "listening on {}", origin());
  bool any = false;
  const auto urls = webhook_urls(config, origin());
  for (const IncomingConfig& incoming : config.incoming) {
    SubscriberInstance& subscriber = *runtime.incoming(incoming.name).subscriber;
    if (!subscriber.takes_webhooks()) continue;
    any = true;
    receiver_->add(incoming.name, subscriber);
    log_.info("incoming " + incoming.name, "takes webhooks at {}", urls.at(incoming.subscriber.path));
  }
  if (!any) log_.warn("webhooks", "no subscriber of the configuration takes webhooks: every request is answered 404");
  listener_->start(*receiver_);
}

}  // namespace leat::host
