// The child that tries a library for the tests, as `leat` does for itself.
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/plugin/probe.hpp"
#include "host/plugin/services.hpp"

int main(int argc, char** argv) {
  using namespace leat::host;
  if (argc != 2) return 2;
  Secrets secrets;
  Log log(secrets, Level::error, Log::Format::text);
  const SystemClock clock;
  const Services services(log, secrets, clock, "0");
  probe_library(services.host(), argv[1]);
}
