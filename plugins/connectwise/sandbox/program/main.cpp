// connectwise-sandbox: options, then the listener.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "plugins/connectwise/sandbox/program/listener.hpp"

namespace {

using leat::sandbox::Settings;

void add_options(CLI::App& app, Settings& settings, leat::sandbox::ListenOptions& listen, std::string& port_file,
                 std::int64_t& latency, std::int64_t& patience) {
  app.add_option("--address", listen.address, "Where to listen")->capture_default_str();
  app.add_option("--port", listen.port, "0: any free one")->capture_default_str();
  app.add_option("--port-file", port_file, "Writes the port there once it listens");
  auto* certificate = app.add_option("--tls-cert", listen.tls_certificate, "PEM certificate: serve https");
  auto* key = app.add_option("--tls-key", listen.tls_key, "Its PEM key");
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--tickets", settings.tickets, "How many tickets there are")
      ->capture_default_str()
      ->check(CLI::Range(0, 10'000'000));
  app.add_option("--company", settings.company, "Login company")->capture_default_str();
  app.add_option("--public-key", settings.public_key, "Public key")->capture_default_str();
  app.add_option("--private-key", settings.private_key, "Private key")->capture_default_str();
  app.add_option("--client-id", settings.client_id, "The only client ID taken; empty: any");
  app.add_option("--patience", patience, "Seconds for a request to arrive whole; then its connection is closed")
      ->capture_default_str()
      ->check(CLI::Range(1, 3600));
  auto& faults = settings.faults;
  app.add_option("--latency", latency, "Milliseconds before each answer")
      ->capture_default_str()
      ->check(CLI::Range(0, 600'000));
  app.add_option("--fail-every", faults.fail_every, "Every Nth request: 500, not done");
  app.add_option("--throttle-every", faults.throttle_every, "Every Nth request: 429 with Retry-After, not done");
  app.add_option("--retry-after", faults.retry_after, "Seconds, of 429")->capture_default_str();
  app.add_option("--html-every", faults.html_every, "Every Nth request: 502 with an HTML page, not done");
  app.add_option("--truncate-every", faults.truncate_every, "Every Nth request: done, its answer cut in the middle");
  app.add_option("--drop-before-every", faults.drop_before_every, "Every Nth request: connection ended, not done");
  app.add_option("--drop-after-every", faults.drop_after_every, "Every Nth request: done, connection ended");
  app.add_option_function<std::vector<std::string>>(
      "--variant",
      [&settings](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
          if (const auto set = settings.variants.set(text); !set) {
            throw CLI::ValidationError("--variant", set.error().message);
          }
        }
      },
      "POINT=CHOICE where sources disagree about the live system; may be given again");
  app.add_option("--fault-method", faults.method, "Only requests of this method meet faults, and are counted");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A server that acts as the ConnectWise PSA REST API does, from memory.", "connectwise-sandbox");
  app.footer("GET /sandbox/requests says what it was asked so far.");
  Settings settings;
  leat::sandbox::ListenOptions listen;
  std::string port_file;
  std::int64_t latency = 0;
  std::int64_t patience = listen.patience.count();
  add_options(app, settings, listen, port_file, latency, patience);
  CLI11_PARSE(app, argc, argv);
  settings.faults.latency = std::chrono::milliseconds(latency);
  listen.patience = std::chrono::seconds(patience);
  try {
    leat::sandbox::Listener listener(listen);
    settings.public_url = listener.origin();
    leat::sandbox::Service service(leat::connectwise::builtin_catalog(), settings, [] {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      return std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(now).count()};
    });
    if (!port_file.empty()) std::ofstream(port_file) << listener.port() << '\n';
    std::cout << "connectwise-sandbox listening on " << listener.origin() << leat::sandbox::api_prefix << std::endl;
    listener.run(service);
  } catch (const std::exception& error) {
    std::cerr << "connectwise-sandbox: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
