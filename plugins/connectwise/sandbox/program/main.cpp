// connectwise-sandbox: options, then the listener.
#include <cstdio>
#include <fstream>
#include <iostream>

#include "plugins/connectwise/sandbox/program/listener.hpp"
#include "plugins/connectwise/sandbox/program/options.hpp"

int main(int argc, char** argv) {
  using namespace leat::sandbox;
  Options options;
  CLI::App app("A server that acts as the ConnectWise PSA REST API does, from memory.", "connectwise-sandbox");
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    Settings settings = to_settings(options);
    options.listen.patience = std::chrono::seconds(options.patience_seconds);
    Listener listener(options.listen);
    if (options.public_url.empty()) settings.public_url = listener.origin();
    Service service(leat::connectwise::builtin_catalog(), settings, [] {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      return std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(now).count()};
    });
    if (!options.port_file.empty()) std::ofstream(options.port_file) << listener.port() << '\n';
    std::cout << "connectwise-sandbox listening on " << listener.origin() << api_prefix << std::endl;
    listener.run(service);
    if (!settings.state_file.empty()) service.save_state();
  } catch (const std::exception& error) {
    std::cerr << "connectwise-sandbox: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
