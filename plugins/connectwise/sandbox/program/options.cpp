#include "plugins/connectwise/sandbox/program/options.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace leat::sandbox {

namespace {

constexpr const char* footer = R"(While it runs, these pages answer without keys (JSON):
  GET, DELETE /sandbox/requests          what was asked so far, by operation and status
  GET, POST, PUT, DELETE /sandbox/faults POST a fault as --fault takes it, PUT {"latency": ms, "rateLimit": n}, DELETE: no more
  GET, PUT /sandbox/codebase             PUT {"codebase": "v2026_1"}: an upgrade
  PUT /sandbox/permissions               as --permissions
  GET, PUT /sandbox/callbacks            counts; PUT {"loseEvery": n, "duplicateEvery": n, "reorderEvery": n}
  POST /sandbox/callbacks/key            another signing key
  GET, PUT, POST /sandbox/state          shows it, replaces it, saves it to the file of --state
  GET /sandbox/lists                     lists that were asked for, and how many records they hold
  PUT, DELETE /sandbox/records/PATH      a record as it is, valid or not; ?member=jdoe: who did it)";

void add_serving(CLI::App& app, Options& options) {
  const char* group = "Listening";
  ListenOptions& listen = options.listen;
  app.add_option("--address", listen.address, "Where to listen")->capture_default_str()->group(group);
  app.add_option("--port", listen.port, "0: any free one")->capture_default_str()->group(group);
  app.add_option("--port-file", options.port_file, "Writes the port there once it listens")->group(group);
  auto* certificate =
      app.add_option("--tls-cert", listen.tls_certificate, "PEM certificate: serve https")->group(group);
  auto* key = app.add_option("--tls-key", listen.tls_key, "Its PEM key")->group(group);
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--patience", options.patience_seconds,
                 "Seconds for a request to arrive whole; then its connection is closed")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str()
      ->group(group);
  app.add_option("--threads", listen.threads, "How many requests are worked on at a time")
      ->check(CLI::Range(1U, 64U))
      ->capture_default_str()
      ->group(group);
  app.add_option("--public-url", options.public_url,
                 "Scheme, host and port in hrefs and key_url; default: where it listens")
      ->group(group);
}

void add_data(CLI::App& app, Options& options) {
  const char* group = "Data";
  Settings& settings = options.settings;
  app.add_option("--tickets", settings.tickets, "How many tickets there are")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str()
      ->group(group);
  app.add_option("--state", settings.state_file, "JSON file: loaded at start when it is there, saved at the end")
      ->group(group);
  app.add_option_function<std::vector<std::string>>(
         "--variant",
         [&settings](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             if (const auto set = settings.variants.set(text); !set)
               throw CLI::ValidationError("--variant", set.error().message);
           }
         },
         "POINT=CHOICE where sources disagree about the live system; may be given again. The first choice is the "
         "default:" +
             variant_help())
      ->group(group);
  app.add_option("--url-max", settings.url_max, "Characters of path and query before a URL is too long")
      ->capture_default_str()
      ->group(group);
}

void add_access(CLI::App& app, Options& options) {
  const char* group = "Access";
  Settings& settings = options.settings;
  app.add_option("--company", settings.company, "Login company")->capture_default_str()->group(group);
  app.add_option("--public-key", settings.public_key, "Public key of the API member sandboxApi")
      ->capture_default_str()
      ->group(group);
  app.add_option("--private-key", settings.private_key, "Its private key")->capture_default_str()->group(group);
  app.add_option("--client-id", settings.client_id, "The only client ID taken; empty: any")->group(group);
  app.add_option("--permissions", options.permissions_file,
                 "JSON file with roles and members: {\"roles\": {\"reader\": {\"default\": [\"inquire\"], \"rights\": "
                 "{\"Tickets\": "
                 "[\"inquire\", \"edit\"], \"/company\": []}, \"visible\": {\"/service/tickets\": \"board/id = 1\"}}}, "
                 "\"members\": "
                 "{\"sandboxApi\": {\"role\": \"reader\"}, \"jdoe\": {\"publicKey\": \"..\", \"privateKey\": \"..\"}}}")
      ->group(group);
  app.add_option("--token-seconds", options.token_seconds, "How long keys of an impersonated member last")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--codebase", settings.codebase, "What companyinfo names; v4_6_release always leads to it")
      ->capture_default_str()
      ->group(group);
}

void add_faults(CLI::App& app, Options& options) {
  const char* group = "Faults";
  app.add_option("--latency", options.latency_ms, "Milliseconds before each answer")
      ->check(CLI::Range(0, 600'000))
      ->capture_default_str()
      ->group(group);
  app.add_option("--rate-limit", options.settings.rate_limit,
                 "Requests per minute; more: 429 with Retry-After, not done; 0: no limit")
      ->capture_default_str()
      ->group(group);
  struct Row {
    const char* option;
    Fault fault;
    const char* help;
  };
  const Row rows[] = {{"--fail-every", Fault::fail, "Every Nth request: 500, not done"},
                      {"--throttle-every", Fault::throttle, "Every Nth request: 429 with Retry-After, not done"},
                      {"--html-every", Fault::html, "Every Nth request: 502 with an HTML page, not done"},
                      {"--truncate-every", Fault::truncate, "Every Nth request: done, its answer cut in the middle"},
                      {"--drop-before-every", Fault::drop_before, "Every Nth request: connection ended, not done"},
                      {"--drop-after-every", Fault::drop_after, "Every Nth request: done, connection ended"}};
  for (const Row& row : rows) {
    app.add_option_function<std::uint64_t>(
           row.option,
           [&options, fault = row.fault](const std::uint64_t& every) {
             FaultRule rule;
             rule.fault = fault;
             rule.every = every;
             options.faults.push_back(rule);
           },
           row.help)
        ->group(group);
  }
  app.add_option("--retry-after", options.retry_after, "Seconds, of these 429")->capture_default_str()->group(group);
  app.add_option("--fault-method", options.fault_method,
                 "Only requests of this method meet the faults above, and are counted")
      ->group(group);
  app.add_option("--fault", options.fault_texts,
                 "JSON, may be given again: {\"fault\": drop-before, throttle, throttle-html, fail, html, unavailable, "
                 "drop-after, truncate, "
                 "html-done or slow, \"method\": \"POST\", \"path\": \"/service/tickets\", \"skip\": first so many, "
                 "\"every\": Nth, \"count\": at "
                 "most, \"retryAfter\": s, \"delay\": ms}")
      ->allow_extra_args(false)
      ->group(group);
}

void add_callbacks(CLI::App& app, Options& options) {
  const char* group = "Callbacks";
  CallbackSettings& callbacks = options.settings.callbacks;
  app.add_option("--callback-wait", options.callback_wait_ms, "Milliseconds a receiver has for its answer")
      ->capture_default_str()
      ->group(group);
  app.add_option("--callback-retry", options.callback_retry_ms, "Milliseconds before the second and the third attempt")
      ->expected(2)
      ->capture_default_str()
      ->group(group);
  app.add_option("--callback-disable-after", options.callback_disable_ms,
                 "Milliseconds of failures without a success between, then an entry gets inactiveFlag")
      ->capture_default_str()
      ->group(group);
  app.add_flag("--callback-anywhere", callbacks.anywhere, "Deliver also to other hosts than this one")->group(group);
  app.add_option("--callback-lose-every", callbacks.lose_every, "Every Nth event is never sent")->group(group);
  app.add_option("--callback-duplicate-every", callbacks.duplicate_every, "Every Nth event is sent twice")
      ->group(group);
  app.add_option("--callback-reorder-every", callbacks.reorder_every,
                 "Every Nth event is sent after the one that follows it")
      ->group(group);
}

std::string content_of(const std::string& path, const std::string& option) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(option + ": " + path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void add_options(CLI::App& app, Options& options) {
  app.footer(footer);
  app.get_formatter()->column_width(34);
  add_serving(app, options);
  add_data(app, options);
  add_access(app, options);
  add_faults(app, options);
  add_callbacks(app, options);
}

Settings to_settings(const Options& options) {
  Settings settings = options.settings;
  settings.latency = std::chrono::milliseconds(options.latency_ms);
  settings.token_life = std::chrono::seconds(options.token_seconds);
  if (!options.public_url.empty()) settings.public_url = options.public_url;
  for (FaultRule rule : options.faults) {
    rule.method = options.fault_method;
    rule.retry_after = options.retry_after;
    settings.faults.push_back(rule);
  }
  for (const std::string& text : options.fault_texts) {
    auto rule = parse_fault_rule(Json::parse(text, nullptr, false));
    if (!rule) throw std::runtime_error("--fault " + text + ": " + rule.error().message);
    settings.faults.push_back(std::move(*rule));
  }
  if (!options.permissions_file.empty()) {
    auto members = parse_members(content_of(options.permissions_file, "--permissions"));
    if (!members)
      throw std::runtime_error("--permissions " + options.permissions_file + ": " + members.error().message);
    settings.members = std::move(*members);
  }
  CallbackSettings& callbacks = settings.callbacks;
  callbacks.wait = std::chrono::milliseconds(options.callback_wait_ms);
  callbacks.first_retry = std::chrono::milliseconds(options.callback_retry_ms.at(0));
  callbacks.second_retry = std::chrono::milliseconds(options.callback_retry_ms.at(1));
  callbacks.disable_after = std::chrono::milliseconds(options.callback_disable_ms);
  return settings;
}

}  // namespace leat::sandbox
