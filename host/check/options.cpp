#include "host/check/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "host/check/option_maker.hpp"
#include "host/check/samples.hpp"
#include "host/config/document.hpp"
#include "host/config/schema.hpp"
#include "host/config/schema_text.hpp"
#include "host/plugin/chain.hpp"
#include "host/plugin/registry.hpp"

namespace leat::host::check {
namespace {

leat_kind pass_create(const leat_host*, leat_ctx*, leat_str, void** self) noexcept {
  *self = nullptr;
  return LEAT_OK;
}
void pass_destroy(void*) noexcept {}
leat_kind pass_process(void*, leat_ctx*, leat_batch*) noexcept { return LEAT_OK; }

const leat_component& pass_component() {
  static constexpr leat_transformer table{sizeof(leat_transformer), 0, &pass_process, nullptr};
  static constexpr leat_component component{
      sizeof(leat_component), LEAT_KIND_TRANSFORMER, LEAT_PARALLEL, 0, "check", "", "", "", &table,
      &pass_create,           &pass_destroy,         nullptr};
  return component;
}

// The components of the library, and the transformer of the check.
class Known final : public ComponentSchemas {
 public:
  explicit Known(const Library& library) : registry_({library}) {
    pass_.type = std::string(kCheckTransformer);
    pass_.schema = Json{{"type", "object"}};
  }
  const ComponentInfo* find(ComponentKind kind, std::string_view type) const override {
    if (kind == ComponentKind::transformer && type == kCheckTransformer) return &pass_;
    return registry_.find(kind, type);
  }
  std::vector<const ComponentInfo*> all(ComponentKind kind) const override {
    auto found = registry_.all(kind);
    if (kind == ComponentKind::transformer) found.push_back(&pass_);
    return found;
  }
  const leat_component* component(std::string_view type) const {
    return type == kCheckTransformer ? &pass_component() : registry_.component(ComponentKind::transformer, type);
  }

 private:
  Registry registry_;
  ComponentInfo pass_;
};

// The environment as the options see it: the check's secrets are random markers.
class Markers {
 public:
  explicit Markers(Trial& trial) : trial_(trial) {}
  Environment environment() {
    return [this](const std::string& name) -> std::optional<std::string> {
      if (!name.starts_with(kSecretVariable)) return process_environment()(name);
      auto& value = values_[name];
      if (value.empty()) value = fmt::format("marker{:016x}{:016x}", trial_.random()(), trial_.random()());
      return value;
    };
  }

 private:
  Trial& trial_;
  std::map<std::string, std::string> values_;
};

bool holds_secret(const Json& value) {
  if (!value.is_structured()) return false;
  if (value.is_object() && value.contains("$secret")) return true;
  return std::any_of(value.begin(), value.end(), holds_secret);
}

void add_chain(Trial& trial, const Known& known, const std::string& path, const std::vector<ComponentConfig>& configs) {
  static std::vector<std::shared_ptr<const Chain>> kept;
  std::vector<std::unique_ptr<TransformerInstance>> transformers;
  for (const ComponentConfig& config : configs) {
    Call call(trial.host().clock(), std::stop_token(), config.path);
    auto made = TransformerInstance::create(*known.component(config.type), trial.host().raw(), call,
                                            config.options.dump(), config.path);
    if (!made) throw NotExercised("its transformers could not be made: " + made.error().message);
    transformers.push_back(std::move(*made));
  }
  kept.push_back(std::make_shared<const Chain>(std::move(transformers)));
  trial.host().services().chains.add(path, kept.back());
}

// A client component of the library itself, for a subscriber or publisher that --config sends through it.
void add_client(Trial& trial, const std::string& id) {
  static std::map<std::string, std::shared_ptr<ClientInstance>> kept;
  if (kept.contains(id)) return;
  for (const LibraryComponent& component : trial.open().components) {
    if (component.kind != LEAT_KIND_CLIENT || component.id != id) continue;
    const Options options = make_options(trial, component);
    Call call(trial.host().clock(), std::stop_token(), "client " + id);
    auto made = ClientInstance::create(*component.table, trial.host().raw(), call, options.text(), "client " + id);
    if (!made) throw NotExercised(fmt::format("the client {} could not be made: {}", id, made.error().message));
    trial.host().services().clients.add(id, kept[id] = std::move(*made));
  }
}

bool is_client(const Library& library, const Json& value) {
  return std::any_of(library.components.begin(), library.components.end(), [&](const LibraryComponent& other) {
    return other.kind == LEAT_KIND_CLIENT && value == other.id;
  });
}

}  // namespace

const Json* given_options(const Json& config, const LibraryComponent& component) {
  const std::string kind(to_string(static_cast<ComponentKind>(component.kind)));
  for (const std::string& key : {kind + " " + component.id, component.id}) {
    if (config.is_object() && config.contains(key)) return &config.at(key);
  }
  return nullptr;
}

bool names_client(const Json& config, const Library& library, const LibraryComponent& component) {
  const Json* given = given_options(config, component);
  return given != nullptr &&
         std::any_of(given->begin(), given->end(), [&](const Json& value) { return is_client(library, value); });
}

Options make_options(Trial& trial, const LibraryComponent& component) {
  const Json& config = trial.spec().options;
  Options options;
  Json written;
  if (const Json* given = given_options(config, component); given != nullptr) {
    options.given = true;
    written = *given;
    for (Json& value : written) {
      if (!trial.check().real_client && is_client(trial.open(), value)) value = kCheckClient;
    }
  } else {
    MadeOptions made = make_from_schema(component.schema, component.kind, trial.spec().folder, trial.spec().further);
    written = std::move(made.value);
    options.source = std::move(made.source);
    if (!options.source.empty()) write_file(options.source, sample_lines());
  }

  CheckHost& host = trial.host();
  const Library& library = trial.open();
  const Known known(library);
  Markers markers(trial);
  SchemaContext context{known, {std::string(kCheckClient)}, trial.spec().folder, host.secrets()};
  for (const LibraryComponent& other : library.components) {
    if (other.kind == LEAT_KIND_CLIENT && given_options(config, other) != nullptr) context.clients.push_back(other.id);
  }
  const std::string name = fmt::format("{} {}", to_string(static_cast<ComponentKind>(component.kind)), component.id);
  // One level down: an empty document would be a mistake by itself.
  const Document document = parse_document(Json{{"options", written}}.dump(), name, markers.environment());
  const NodeMember* node = document.root.find("options");
  if (node == nullptr) throw NotExercised("its options cannot be written as a configuration");
  SchemaChecker checker(context);
  options.value = checker.check(node->value, component.schema, "options");
  Problems problems = document.problems;
  problems.insert(problems.end(), checker.problems().begin(), checker.problems().end());
  if (has_errors(problems)) {
    const std::string why = fmt::format("{}: {}", problems.front().path, problems.front().message);
    if (options.given) throw Failed("the options of --config are wrong: " + why);
    throw NotExercised("no options could be made from its schema: " + why);
  }
  for (const std::string& client : checker.used_clients()) {
    if (client == kCheckClient) {
      options.far_side = true;
    } else {
      add_client(trial, client);
    }
  }
  for (const auto& [path, configs] : checker.chains()) add_chain(trial, known, path, configs);
  options.secret = holds_secret(options.value);
  return options;
}

}  // namespace leat::host::check
