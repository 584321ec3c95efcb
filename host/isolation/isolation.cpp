#include "host/isolation/isolation.hpp"

#include <fmt/format.h>

#include <deque>
#include <utility>

#include "host/base/thunk.hpp"
#include "host/config/schema_text.hpp"
#include "host/isolation/proxy.hpp"
#include "host/isolation/supervisor.hpp"
#include "host/plugin/descriptor.hpp"

namespace leat::host {
namespace {

leat_kind search(Supervisor& supervisor, leat_ctx* ctx, leat_str words, std::uint32_t limit, leat_rec* out) {
  return thunk(ctx, [&] {
    const auto lease = supervisor.enter(*ctx);
    if (!lease) return refuse(ctx, lease.error());
    Encoder body;
    encode(body, *ctx);
    body.number(std::uint64_t{0});
    body.text(view(words));
    body.number(limit);
    const auto reply =
        (*lease)->converse(*ctx, Verb::search, body.bytes(), supervisor.policy().call_limit, "a search of its catalog");
    if (reply.state != Life::Reply::State::answered) {
      return refuse(ctx, LEAT_UNREACHABLE, fmt::format("{}: its process {}", supervisor.name(), reply.why));
    }
    Decoder in(reply.answer.bytes());
    if (const auto done = decode_result(in); !done) return refuse(ctx, done.error());
    const auto set = out->set_json(in.text());
    return set ? LEAT_OK : refuse(ctx, set.error());
  });
}

LibraryComponent component_of(const IsolatedComponent& isolated) {
  LibraryComponent component;
  const auto& description = isolated.description;
  component.kind = description.kind;
  component.id = description.id;
  component.title = description.title;
  component.summary = description.summary;
  component.refused = description.refused;
  component.table = &isolated.table;
  component.host = &isolated;
  if (!component.refused.empty()) return component;
  auto schema = parse_schema(description.schema);
  if (schema) {
    component.schema = std::move(*schema);
  } else {
    component.refused = fmt::format("its config_schema: {}", schema.error().message);
  }
  return component;
}

}  // namespace

struct Isolation::Isolated {
  std::deque<IsolatedComponent> components;
  Supervisor supervisor;  // ends first
  Isolated(Supervisor::Options options, Services& services) : supervisor(std::move(options), services) {}
};

Isolation::Isolation(Services& services, std::vector<std::string> command)
    : services_(services), command_(std::move(command)) {}

Isolation::~Isolation() = default;

Library Isolation::load(const std::filesystem::path& file, const LibraryConfig& policy) {
  Library library;
  library.path = file;
  library.isolated = true;
  auto isolated = std::make_unique<Isolated>(Supervisor::Options{command_, file, policy}, services_);
  Supervisor& supervisor = isolated->supervisor;
  auto description = supervisor.start();
  if (!description) {
    library.reason = description.error().message;
    return library;
  }
  library.id = description->id;
  library.version = description->version;
  library.vendor = description->vendor;
  library.built_with = description->built_with;
  library.abi_minor = description->abi_minor;
  library.need_minor = description->need_minor;
  std::uint32_t index = 0;
  for (auto& component : description->components) {
    isolated->components.emplace_back(services_.host(), supervisor, index++, std::move(component));
    library.components.push_back(component_of(isolated->components.back()));
  }
  if (description->catalog) {
    library.catalog = [&supervisor](leat_ctx* ctx, leat_str words, std::uint32_t limit, leat_rec* out) {
      return search(supervisor, ctx, words, limit, out);
    };
  }
  library.state = Library::State::loaded;
  refuse_if_empty(library);
  all_.push_back(std::move(isolated));
  return library;
}

}  // namespace leat::host
