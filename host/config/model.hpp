// The configuration as plain structs: checked, complete, in the units the host works with.
// Every default is stated in host_schema.cpp; the members here have the same ones, which a test holds equal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/config/component.hpp"
#include "host/config/document.hpp"
#include "host/config/problem.hpp"
#include "host/config/web_address.hpp"
#include "leat/path.hpp"
#include "leat/result.hpp"

namespace leat::host {

struct ClientConfig {
  std::string name;
  ComponentConfig component;
};

struct IncomingConfig {
  std::string name;
  std::string schedule;  // cron text or "every 5m"; empty: once, at start
  ComponentConfig subscriber;
  std::vector<ComponentConfig> transformers;
  std::uint32_t page_max = 1000;  // records asked of one poll
  Position position;
};

// Which id of the far side stands for which record, written down when its task finishes.
struct XrefConfig {
  std::string set;
  std::optional<Path> source;  // in the record that comes to the outgoing; none: the task's key
  Path target;                 // in the publisher's answer
};

struct OutgoingConfig {
  std::string name;
  std::vector<ComponentConfig> transformers;
  ComponentConfig publisher;
  std::optional<XrefConfig> xref;
  Position position;
};

enum class Durability {
  durable,     // every record is a stored task before anything is done with it
  replayable,  // records stay in memory; the cursor moves over delivered ones only
};

// What becomes of a task whose request may or may not have been done.
enum class UncertainPolicy {
  hold,    // a person decides
  resend,  // sent again: duplicates are possible
};

struct RetryConfig {
  std::uint32_t max_attempts = 10;
  std::chrono::milliseconds max_age = std::chrono::hours(72);
  std::chrono::milliseconds backoff_first{500};
  std::chrono::milliseconds backoff_max = std::chrono::minutes(5);
};

// A record whose fields equal those of the last accepted record of its key is skipped and counted.
struct DeduplicateConfig {
  std::vector<Path> fields;  // empty: the whole record
};

// Above either, the incoming is not polled.
struct PendingConfig {
  std::uint64_t tasks = 10'000;
  std::uint64_t bytes = 256ULL << 20U;
};

struct RouteConfig {
  std::string name;
  std::string incoming;  // all three name one of Config; of incoming and after the other one is empty
  std::string after;     // a route: this one goes on from its finished tasks
  std::string outgoing;
  std::vector<ComponentConfig> transformers;
  std::optional<Path> key;  // none: every record is its own key
  std::uint32_t concurrency = 4;
  Durability durability = Durability::durable;
  RetryConfig retry;
  UncertainPolicy uncertain = UncertainPolicy::hold;
  std::optional<DeduplicateConfig> deduplicate;  // only with a key
  PendingConfig max_pending;
  Position position;
};

struct StoreConfig {
  std::filesystem::path path;  // absolute
  std::chrono::milliseconds keep_finished = std::chrono::hours(24);
  bool keep_payload = false;  // of finished tasks
};

// The listener for webhooks.
struct WebhooksConfig {
  ListenAddress listen{"127.0.0.1", 8085, true};
  std::string public_url;             // without a slash at its end; empty: where it listens
  std::filesystem::path certificate;  // PEM, absolute; empty: plain HTTP
  std::filesystem::path key;
  std::uint64_t max_body = 256ULL << 10U;
  std::uint32_t max_connections = 64;
  std::uint64_t max_events = 10'000;  // of an incoming
};

// How one plugin runs.
struct LibraryConfig {
  std::string name;                                                // its id, or the name of its file
  bool isolated = false;                                           // in a process of its own
  std::chrono::milliseconds call_limit = std::chrono::minutes(5);  // 0: none
  std::uint64_t memory_max = 0;                                    // bytes; 0: none
  std::uint32_t crashes_max = 10;
  std::chrono::milliseconds crashes_within = std::chrono::minutes(10);
  Position position;
};

struct PluginsConfig {
  std::vector<std::filesystem::path> folders;     // absolute; searched before the host's own
  std::optional<std::vector<std::string>> allow;  // SHA-256 of each library that may be loaded; absent: any
  std::vector<LibraryConfig> libraries;

  const LibraryConfig* find(std::string_view file_name,
                            std::string_view id) const;  // nullptr: nothing is said about it
};

struct LogConfig {
  Level level = Level::info;
  Log::Format format = Log::Format::text;
};

// In the order of the files.
struct Config {
  std::vector<ClientConfig> clients;
  std::vector<IncomingConfig> incoming;
  std::vector<OutgoingConfig> outgoing;
  std::vector<RouteConfig> routes;
  StoreConfig store;
  std::optional<WebhooksConfig> webhooks;  // none: no listener
  PluginsConfig plugins;
  LogConfig log;
  // Transformers in the options of components, which have {"$chain": "<path>"} in their place.
  std::map<std::string, std::vector<ComponentConfig>, std::less<>> chains;

  const IncomingConfig* find_incoming(std::string_view name) const;  // nullptr: none
  const OutgoingConfig* find_outgoing(std::string_view name) const;
  const RouteConfig* find_route(std::string_view name) const;
};

// What is needed without or before any plugin: each of these sections, or nothing when it is wrong (or an unknown one was
// probably meant to be it). problems: those of the document, of these sections and of the names of sections.
struct EarlyConfig {
  std::optional<PluginsConfig> plugins;
  std::optional<LogConfig> log;
  std::optional<StoreConfig> store;
  Problems problems;
};
EarlyConfig read_early(const Document& document);

// What make_config asks others.
struct ConfigContext {
  const ComponentSchemas& components;
  Secrets& secrets;  // receives the secrets of the configuration
  // Is this a schedule? Its error says why not. Stated by host/schedule.
  std::function<Result<Done>(std::string_view schedule)> check_schedule;
};

struct ConfigResult {
  std::optional<Config> config;  // nothing when there is an error
  Problems problems;             // those of the document and warnings included; by file and line
};

// document may hold problems of its own: the rest is checked all the same.
ConfigResult make_config(const Document& document, const ConfigContext& context);

}  // namespace leat::host
