// The host of a test: the plugin is driven through its real tables, the services are those of the kit.
// Threads  one, that of the test; the kit's far sides answer on their own.
// Errors   Refused: the component said no, where the test did not ask whether. ContractBroken: the component (or the
// test's
//          script) did what abi.h forbids; the text says what.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/testing/batch.hpp"
#include "leat/testing/script.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  class ContractBroken : public std::logic_error {
   public:
    using std::logic_error::logic_error;
  };
  class Refused : public std::runtime_error {
   public:
    explicit Refused(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    const Error& error() const { return error_; }

   private:
    Error error_;
  };

  struct Line {
    std::int32_t level;
    std::string text;
  };

  class Host {
   public:
    using State = std::map<std::string, std::string, std::less<>>;
    // One record of a batch in, the changed one out; nothing: dropped.
    using ChainStep = std::function<std::optional<std::string>(std::string json)>;

    // The plugin linked into the test, unless another one is given.
    explicit Host(const leat_plugin& plugin = leat_plugin_v1);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host() {
      if (LEAT_HAS(&plugin_, leat_plugin, deinit)) plugin_.deinit();
    }

    Clock clock;

    // The far side behind a client of this name; the name exists from then on.
    Script& client(const std::string& name) {
      auto& script = clients_[name];
      if (script == nullptr) script = std::make_unique<Script>(clock);
      return *script;
    }
    // The far side of client components: what their transports send, with absolute URLs.
    Script& transport() { return *transport_; }
    // What {"$secret": reference} stands for. Options marked writeOnly may be given as plain text instead.
    void secret(const std::string& reference, std::string value) { secrets_[reference] = std::move(value); }
    // What {"$chain": reference} stands for.
    void chain(const std::string& reference, ChainStep step) { chains_[reference] = std::move(step); }
    // What the component at this place keeps; to look at, and to begin with.
    State& state(const std::string& place) { return states_[place]; }
    // An event that waits in the store for the subscriber: JSON. Forgotten once it was read and settle() said stored.
    void event(std::string json) { events_.push_back(std::move(json)); }
    std::size_t events() const { return events_.size(); }
    // Where the world sends a subscriber's webhooks; and whether its reads begin because of events.
    void set_events(std::optional<std::string> url, bool woken = false) {
      events_url_ = std::move(url);
      woken_ = woken;
    }
    // A cross-reference that is known.
    void xref(const std::string& set, const std::string& source, const std::string& target) {
      xrefs_.push_back({set, source, target});
    }
    // Of the calls to come, from their start.
    void set_deadline(std::optional<std::uint64_t> ms) { deadline_ms_ = ms; }

    std::vector<Line> lines() const {
      const std::lock_guard lock(mutex_);
      return lines_;
    }
    std::int64_t metric(const std::string& name) const {
      const std::lock_guard lock(mutex_);
      const auto found = metrics_.find(name);
      return found == metrics_.end() ? 0 : found->second;
    }

    // ---- for the drivers of components

    const leat_host& raw() const { return raw_; }
    const leat_component& find(std::uint32_t kind, std::string_view id) const;
    // The options as the host would pass them: checked for names, defaults filled in, secrets as references.
    std::string options(const leat_component& component, std::string_view place, std::string_view json);
    detail::Call call(const std::string& place) {
      detail::Call made{clock, place};
      if (deadline_ms_) made.deadline = clock.now_ms() + static_cast<std::int64_t>(*deadline_ms_);
      return made;
    }
    void rewind_events() { events_read_ = 0; }
    void forget_events() {
      events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(events_read_));
      events_read_ = 0;
    }
    // After each call into the plugin.
    void check() {
      if (clock.hooks() > 0) detail::Problems::all().add("a call returned with an on_cancel hook still in place");
      std::string all;
      for (const std::string& problem : detail::Problems::all().take()) all += (all.empty() ? "" : "; ") + problem;
      if (!all.empty()) throw ContractBroken(all);
    }

   private:
    friend struct Services;
    struct Services;
    static Host& of(const leat_host* host) { return *static_cast<Host*>(host->impl); }
    static void fill(Host& host, detail::Node& schema, detail::Node& config, const std::string& place);

    const leat_plugin& plugin_;
    leat_host raw_{};
    std::unique_ptr<Script> transport_ = std::make_unique<Script>(clock);
    std::map<std::string, std::unique_ptr<Script>> clients_;
    std::map<std::string, std::string, std::less<>> secrets_;
    std::map<std::string, ChainStep, std::less<>> chains_;
    std::map<std::string, State, std::less<>> states_;
    struct Xref {
      std::string set;
      std::string source;
      std::string target;
    };
    std::vector<Xref> xrefs_;
    std::vector<std::string> events_;
    std::size_t events_read_ = 0;  // since the last open
    std::optional<std::string> events_url_;
    bool woken_ = false;
    std::optional<std::uint64_t> deadline_ms_;
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
    std::map<std::string, std::int64_t> metrics_;
  };

  inline const leat_component& Host::find(std::uint32_t kind, std::string_view id) const {
    std::string known;
    for (std::uint32_t i = 0; i < plugin_.component_count; ++i) {
      const leat_component& component = *plugin_.components[i];
      if (component.kind == kind && component.id == id) return component;
      known += std::string(known.empty() ? "" : ", ") + component.id;
    }
    throw std::invalid_argument("the plugin has no component of that kind named " + std::string(id) + "; it has " +
                                known);
  }

  inline std::string Host::options(const leat_component& component, std::string_view place, std::string_view json) {
    detail::Record schema;
    detail::Record config;
    if (auto wrong = detail::replace_json(*schema.root, component.config_schema)) {
      throw ContractBroken(std::string(component.id) + ": config_schema is " + *wrong);
    }
    if (auto wrong = detail::replace_json(*config.root, json)) throw std::invalid_argument("the options are " + *wrong);
    fill(*this, *schema.root, *config.root, std::string(place));
    return std::string(config.written(*config.root));
  }

  namespace detail {

  // "250ms", "30s", "64MiB" as the host passes them: milliseconds or bytes. Nothing for a text that is neither.
  inline std::optional<std::int64_t> quantity(std::string_view text, bool is_size) {
    struct Unit {
      std::string_view name;
      double factor;
    };
    static constexpr Unit durations[] = {{"", 1e3}, {"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
    static constexpr Unit sizes[] = {{"", 1},     {"B", 1},      {"kB", 1e3},        {"MB", 1e6},
                                     {"GB", 1e9}, {"KiB", 1024}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}};
    const std::size_t digits = text.find_first_not_of("0123456789.");
    const std::string number(text.substr(0, digits));
    std::string_view unit = digits == std::string_view::npos ? std::string_view() : text.substr(digits);
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    if (number.empty()) return std::nullopt;
    const auto find = [&](const auto& units) -> std::optional<std::int64_t> {
      for (const Unit& known : units) {
        if (known.name == unit) return static_cast<std::int64_t>(std::stod(number) * known.factor);
      }
      return std::nullopt;
    };
    return is_size ? find(sizes) : find(durations);
  }

  }  // namespace detail

  inline void Host::fill(Host& host, detail::Node& schema, detail::Node& config, const std::string& place) {
    const auto member = [](detail::Node& node, std::string_view key) {
      detail::Node::Member* found = node.find(key);
      return found == nullptr ? nullptr : found->node;
    };
    detail::Node* properties = member(schema, "properties");
    const auto is_option = [&](std::string_view key) {
      return properties != nullptr && member(*properties, key) != nullptr;
    };
    detail::Node* further = member(schema, "additionalProperties");
    if (further != nullptr && further->raw == "false") {
      for (const auto& given : config.members) {
        if (!is_option(given.key)) throw std::invalid_argument(place + ": there is no option '" + given.key + "'");
      }
    }
    if (properties != nullptr) {
      for (auto& property : properties->members) {
        detail::Node* value = member(config, property.key);
        detail::Node* otherwise = member(*property.node, "default");
        if (value == nullptr && otherwise != nullptr) {
          value = detail::of(detail::put(detail::raw(&config), detail::str(property.key)));
          detail::copy(detail::raw(value), detail::raw(otherwise));
        }
        if (value == nullptr) continue;
        const std::string path = place + "." + property.key;
        detail::Node* hidden = member(*property.node, "writeOnly");
        if (hidden != nullptr && hidden->raw == "true" && value->type == LEAT_STRING) {
          host.secret(path, value->string);
          detail::replace(*value, "{\"$secret\":" + detail::json_quoted(path) + "}");
        } else if (const detail::Node* type = member(*property.node, "x-leat");
                   type != nullptr && (type->string == "duration" || type->string == "size")) {
          const auto given =
              detail::quantity(value->type == LEAT_STRING ? value->string : value->raw, type->string == "size");
          if (!given) throw std::invalid_argument(path + ": is no " + type->string);
          detail::replace(*value, std::to_string(*given));
        } else if (value->type == LEAT_OBJECT) {
          fill(host, *property.node, *value, path);
        }
      }
    }
    if (detail::Node* required = member(schema, "required")) {
      for (const auto& name : required->members) {
        if (member(config, name.node->string) == nullptr) {
          throw std::invalid_argument(place + ": the option '" + name.node->string + "' is required");
        }
      }
    }
  }

  }  // namespace testing
}  // namespace leat

#include "leat/testing/services.hpp"
