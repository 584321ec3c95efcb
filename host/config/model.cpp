#include "host/config/model.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "host/config/cross_check.hpp"
#include "host/config/host_schema.hpp"
#include "host/config/nearest.hpp"
#include "host/config/schema.hpp"

namespace leat::host {

namespace {

using Chains = std::map<std::string, std::vector<ComponentConfig>, std::less<>>;

// The functions below read what the host's schema has checked: every member is there and of its type.

std::chrono::milliseconds to_duration(const Json& value) {
  return std::chrono::milliseconds(value.get<std::int64_t>());
}

Path to_path(const Json& value) { return parse_path(value.get<std::string>()).value(); }

std::vector<ComponentConfig> take_chain(Chains& chains, const Json& reference) {
  auto chain = chains.extract(reference.at("$chain").get<std::string>());
  return std::move(chain.mapped());
}

ComponentConfig take_component(Chains& chains, const Json& reference) {
  return std::move(take_chain(chains, reference).front());
}

Position position_of(const Node& root, std::string_view section, const std::string& name) {
  return root.find(section)->value.find(name)->position;
}

RouteConfig to_route(const std::string& name, const Json& value, Chains& chains, Position position) {
  RouteConfig route;
  route.name = name;
  route.incoming = value.value("incoming", "");
  route.after = value.value("after", "");
  route.outgoing = value.at("outgoing").get<std::string>();
  route.transformers = take_chain(chains, value.at("transformers"));
  if (value.contains("key")) route.key = to_path(value.at("key"));
  route.concurrency = value.at("concurrency").get<std::uint32_t>();
  route.durability = value.at("durability") == "durable" ? Durability::durable : Durability::replayable;
  const Json& retry = value.at("retry");
  route.retry = {retry.at("max_attempts").get<std::uint32_t>(), to_duration(retry.at("max_age")),
                 to_duration(retry.at("backoff_first")), to_duration(retry.at("backoff_max"))};
  route.uncertain = value.at("uncertain") == "hold" ? UncertainPolicy::hold : UncertainPolicy::resend;
  if (value.contains("deduplicate")) {
    DeduplicateConfig deduplicate;
    for (const Json& field : value.at("deduplicate").at("fields")) deduplicate.fields.push_back(to_path(field));
    route.deduplicate = std::move(deduplicate);
  }
  const Json& pending = value.at("max_pending");
  route.max_pending = {pending.at("tasks").get<std::uint64_t>(), pending.at("bytes").get<std::uint64_t>()};
  route.position = std::move(position);
  return route;
}

std::optional<XrefConfig> to_xref(const Json& outgoing) {
  if (!outgoing.contains("xref")) return std::nullopt;
  const Json& value = outgoing.at("xref");
  XrefConfig xref{value.at("set").get<std::string>(), std::nullopt, to_path(value.at("target"))};
  if (value.contains("source")) xref.source = to_path(value.at("source"));
  return xref;
}

StoreConfig to_store(const Json& value) {
  return {value.at("path").get<std::string>(), to_duration(value.at("keep_finished")),
          value.at("keep_payload").get<bool>()};
}

WebhooksConfig to_webhooks(const Json& value) {
  WebhooksConfig webhooks;
  webhooks.listen = parse_listen_address(value.at("listen").get<std::string>()).value();
  webhooks.public_url = value.at("public_url").get<std::string>();
  while (webhooks.public_url.ends_with('/')) webhooks.public_url.pop_back();
  if (value.contains("certificate")) webhooks.certificate = value.at("certificate").get<std::string>();
  if (value.contains("key")) webhooks.key = value.at("key").get<std::string>();
  webhooks.max_body = value.at("max_body").get<std::uint64_t>();
  webhooks.max_connections = value.at("max_connections").get<std::uint32_t>();
  webhooks.max_events = value.at("max_events").get<std::uint64_t>();
  return webhooks;
}

// plugins: the section; nullptr: it is not there.
PluginsConfig to_plugins(const Json& value, const Node* plugins_node) {
  PluginsConfig plugins;
  for (const Json& folder : value.at("folders")) plugins.folders.emplace_back(folder.get<std::string>());
  if (value.contains("allow")) plugins.allow = value.at("allow").get<std::vector<std::string>>();
  for (const auto& item : value.at("libraries").items()) {
    const Json& library = item.value();
    LibraryConfig config;
    config.name = item.key();
    config.isolated = library.at("isolation") == "process";
    config.call_limit = to_duration(library.at("call_limit"));
    config.memory_max = library.at("memory_max").get<std::uint64_t>();
    config.crashes_max = library.at("crashes_max").get<std::uint32_t>();
    config.crashes_within = to_duration(library.at("crashes_within"));
    if (plugins_node != nullptr) config.position = position_of(*plugins_node, "libraries", item.key());
    plugins.libraries.push_back(std::move(config));
  }
  return plugins;
}

LogConfig to_log(const Json& value) {
  static constexpr std::array<std::pair<std::string_view, Level>, 5> kLevels = {{{"trace", Level::trace},
                                                                                 {"debug", Level::debug},
                                                                                 {"info", Level::info},
                                                                                 {"warn", Level::warn},
                                                                                 {"error", Level::error}}};
  const auto name = value.at("level").get<std::string>();
  const auto* const level =
      std::find_if(kLevels.begin(), kLevels.end(), [&](const auto& l) { return l.first == name; });
  return {level->second, value.at("format") == "json" ? Log::Format::json : Log::Format::text};
}

Config to_config(const Json& value, const Node& root, Chains chains) {
  Config config;
  for (const auto& client : value.at("clients").items()) {
    config.clients.push_back({client.key(), take_component(chains, client.value())});
  }
  for (const auto& item : value.at("incoming").items()) {
    const Json& incoming = item.value();
    config.incoming.push_back(
        {item.key(), incoming.at("schedule").get<std::string>(), take_component(chains, incoming.at("subscriber")),
         take_chain(chains, incoming.at("transformers")), incoming.at("page_max").get<std::uint32_t>(),
         position_of(root, "incoming", item.key())});
  }
  for (const auto& item : value.at("outgoing").items()) {
    const Json& outgoing = item.value();
    config.outgoing.push_back({item.key(), take_chain(chains, outgoing.at("transformers")),
                               take_component(chains, outgoing.at("publisher")), to_xref(outgoing),
                               position_of(root, "outgoing", item.key())});
  }
  for (const auto& item : value.at("routes").items()) {
    config.routes.push_back(to_route(item.key(), item.value(), chains, position_of(root, "routes", item.key())));
  }
  config.store = to_store(value.at("store"));
  if (value.contains("webhooks")) config.webhooks = to_webhooks(value.at("webhooks"));
  const NodeMember* plugins = root.find("plugins");
  config.plugins = to_plugins(value.at("plugins"), plugins == nullptr ? nullptr : &plugins->value);
  config.log = to_log(value.at("log"));
  config.chains = std::move(chains);
  return config;
}

// The sections; `x-...` beside them is the author's own, for anchors.
Node sections_of(const Document& document) {
  Node root = document.root;
  std::erase_if(root.members, [](const NodeMember& member) { return member.name.starts_with("x-"); });
  return root;
}

void sort_by_place(Problems& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.position.file, a.position.line, a.position.column) <
           std::tie(b.position.file, b.position.line, b.position.column);
  });
}

bool holds_unresolved(const Node& node) {
  return node.unresolved || std::any_of(node.items.begin(), node.items.end(), holds_unresolved) ||
         std::any_of(node.members.begin(), node.members.end(),
                     [](const NodeMember& member) { return holds_unresolved(member.value); });
}

// Whether one of the problems is of that section.
bool touch(const Problems& problems, std::string_view section) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& problem) {
    const std::string_view path = problem.path;
    return path.starts_with(section) && (path.size() == section.size() || path.find_first_of(".[") == section.size());
  });
}

// Whether an unknown section was probably meant to be that one.
bool is_misspelt(std::string_view section, const Node& root, const Json& known) {
  std::vector<std::string> names;
  for (const auto& name : known.items()) names.push_back(name.key());
  return std::any_of(root.members.begin(), root.members.end(), [&](const NodeMember& member) {
    return !known.contains(member.name) && nearest(member.name, names) == section;
  });
}

template <class T>
const T* find_name(const std::vector<T>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const LibraryConfig* PluginsConfig::find(std::string_view file_name, std::string_view id) const {
  const auto* by_file = find_name(libraries, file_name);
  return by_file != nullptr ? by_file : find_name(libraries, id);
}

const IncomingConfig* Config::find_incoming(std::string_view name) const { return find_name(incoming, name); }
const OutgoingConfig* Config::find_outgoing(std::string_view name) const { return find_name(outgoing, name); }
const RouteConfig* Config::find_route(std::string_view name) const { return find_name(routes, name); }

EarlyConfig read_early(const Document& document) {
  EarlyConfig early{std::nullopt, std::nullopt, std::nullopt, document.problems};
  if (!document.complete) return early;
  const NoComponents components;
  Secrets secrets;
  const SchemaContext context{components, {}, document.folder, secrets};
  const Json& known = host_schema().at("properties");
  Node root = sections_of(document);
  std::erase_if(root.members, [&](const NodeMember& member) {
    const bool wanted = member.name == "plugins" || member.name == "log" || member.name == "store";
    return !wanted && known.contains(member.name);
  });
  SchemaChecker checker(context);
  const Json value = checker.check(root, host_schema(), "");
  const auto good = [&](const char* section) {
    const NodeMember* member = root.find(section);
    return (member == nullptr || !holds_unresolved(member->value)) && !touch(document.problems, section) &&
           !touch(checker.problems(), section) && !is_misspelt(section, root, known);
  };
  const NodeMember* plugins = root.find("plugins");
  if (good("plugins")) early.plugins = to_plugins(value.at("plugins"), plugins == nullptr ? nullptr : &plugins->value);
  if (good("log")) early.log = to_log(value.at("log"));
  if (good("store")) early.store = to_store(value.at("store"));
  for (const Problem& problem : checker.problems()) early.problems.push_back(problem);
  sort_by_place(early.problems);
  return early;
}

ConfigResult make_config(const Document& document, const ConfigContext& context) {
  ConfigResult result{std::nullopt, document.problems};
  if (!document.complete) return result;
  const Node root = sections_of(document);
  SchemaContext schema_context{context.components, {}, document.folder, context.secrets};
  if (const NodeMember* clients = root.find("clients")) {
    for (const NodeMember& client : clients->value.members) schema_context.clients.push_back(client.name);
  }
  SchemaChecker checker(schema_context);
  const Json value = checker.check(root, host_schema(), "");
  for (const Problem& problem : checker.problems()) result.problems.push_back(problem);
  for (Problem& problem : cross_check(root, context.check_schedule)) result.problems.push_back(std::move(problem));
  sort_by_place(result.problems);
  if (!has_errors(result.problems)) result.config = to_config(value, root, std::move(checker.chains()));
  return result;
}

}  // namespace leat::host
