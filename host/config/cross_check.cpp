#include "host/config/cross_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/config/nearest.hpp"
#include "host/config/scalar.hpp"
#include "host/config/web_address.hpp"
#include "leat/path.hpp"

namespace leat::host {

namespace {

const std::vector<NodeMember>& members_of(const Node& root, std::string_view section) {
  static const std::vector<NodeMember> kNone;
  const NodeMember* member = root.find(section);
  return member == nullptr ? kNone : member->value.members;
}

// What the schema takes as a text, also one behind ${...} that looks like a number, and what can be judged.
bool is_text(const Node& node) {
  const bool container = node.type == Node::Type::array || node.type == Node::Type::object;
  return !container && (node.type == Node::Type::string || node.referenced) && !node.unresolved;
}

// nullptr: none.
const Node* text_at(const Node& node, std::string_view name) {
  const NodeMember* member = node.find(name);
  return member != nullptr && is_text(member->value) ? &member->value : nullptr;
}

const Node* object_at(const Node& node, std::string_view name) {
  const NodeMember* member = node.find(name);
  return member != nullptr && member->value.type == Node::Type::object ? &member->value : nullptr;
}

std::vector<std::string> names_in(const Node& root, std::string_view section) {
  std::vector<std::string> names;
  for (const NodeMember& member : members_of(root, section)) names.push_back(member.name);
  return names;
}

class CrossCheck {
 public:
  CrossCheck(const Node& root, const std::function<Result<Done>(std::string_view)>& check_schedule)
      : root_(root), check_schedule_(check_schedule) {}

  Problems run() && {
    for (const char* section : {"clients", "incoming", "outgoing", "routes"}) check_names(section);
    for (const NodeMember& incoming : members_of(root_, "incoming")) check_incoming(incoming);
    for (const NodeMember& outgoing : members_of(root_, "outgoing")) check_outgoing(outgoing);
    for (const NodeMember& route : members_of(root_, "routes")) check_route(route);
    check_circles();
    if (const Node* webhooks = object_at(root_, "webhooks")) check_webhooks(*webhooks);
    check_unused("incoming");
    check_unused("outgoing");
    if (members_of(root_, "routes").empty()) {
      const NodeMember* routes = root_.find("routes");
      add(Severity::warning, routes == nullptr ? root_.position : routes->position, "routes",
          "there are no routes: nothing will be delivered");
    }
    return std::move(problems_);
  }

 private:
  void add(Severity severity, const Position& position, std::string path, std::string message) {
    problems_.push_back({severity, position, std::move(path), std::move(message)});
  }
  void error(const Node& node, std::string path, std::string message) {
    add(Severity::error, node.position, std::move(path), std::move(message));
  }

  void check_names(std::string_view section) {
    constexpr std::size_t kNameMax = 100;
    for (const NodeMember& member : members_of(root_, section)) {
      const std::string& name = member.name;
      if (!name.empty() && name.size() <= kNameMax && std::all_of(name.begin(), name.end(), is_path_name_char))
        continue;
      add(Severity::error, member.position, member_path(section, name),
          fmt::format("a name has letters, digits, '-' and '_' only, and at most {} of them", kNameMax));
    }
  }

  void check_incoming(const NodeMember& incoming) {
    const Node* schedule = text_at(incoming.value, "schedule");
    if (schedule == nullptr || schedule->text.empty()) return;
    const auto good = check_schedule_(schedule->text);
    if (good) return;
    std::string message = schedule->referenced ? "the ${...} gives no schedule" : good.error().message;
    if (message.starts_with("schedule: ")) message.erase(0, 10);  // the path says it
    error(*schedule, member_path(member_path("incoming", incoming.name), "schedule"), std::move(message));
  }

  void check_outgoing(const NodeMember& outgoing) {
    const Node* xref = object_at(outgoing.value, "xref");
    if (xref == nullptr) return;
    const std::string path = member_path(member_path("outgoing", outgoing.name), "xref");
    for (const char* name : {"source", "target"}) {
      if (const NodeMember* member = xref->find(name)) check_path(member->value, member_path(path, name));
    }
  }

  void check_route(const NodeMember& route) {
    const std::string path = member_path("routes", route.name);
    check_start(route, path);
    check_name(route.value, "outgoing", path);
    check_xref_source(route, path);
    const NodeMember* key = route.value.find("key");
    if (key != nullptr) check_path(key->value, member_path(path, "key"));
    check_deduplicate(route.value, key != nullptr, path);
    if (key != nullptr && is_replayable(route.value)) {
      add(Severity::error, key->position, member_path(path, "key"),
          "the order of a key needs `durability: durable`; take away the key, or replayable");
    }
    check_backoff(route.value, path);
  }

  // Where its records come from.
  void check_start(const NodeMember& route, const std::string& path) {
    check_name(route.value, "incoming", path);
    const NodeMember* after = route.value.find("after");
    const NodeMember* incoming = route.value.find("incoming");
    if (after == nullptr) {
      if (incoming == nullptr && route.value.type == Node::Type::object) {
        add(Severity::error, route.position, path,
            "the option \"incoming\" is missing (or \"after\", for a route that goes on from another one)");
      }
      return;
    }
    if (incoming != nullptr) {
      add(Severity::error, after->position, member_path(path, "after"),
          "a route has an incoming, or goes on after another route; take away one of the two");
    }
    check_name(route.value, "after", path, "routes");
    const Node* name = text_at(route.value, "after");
    if (is_replayable(route.value)) {
      add(Severity::error, after->position, member_path(path, "after"),
          "needs `durability: durable`: its tasks are stored together with the end of those they go on from");
    }
    const NodeMember* before = name == nullptr ? nullptr : route_named(name->text);
    if (before != nullptr && is_replayable(before->value)) {
      error(*name, member_path(path, "after"),
            fmt::format("route \"{}\" is replayable and keeps no tasks to go on from; it needs `durability: durable`",
                        before->name));
    }
  }

  // nullptr: there is none.
  const NodeMember* route_named(std::string_view name) const {
    for (const NodeMember& route : members_of(root_, "routes")) {
      if (route.name == name) return &route;
    }
    return nullptr;
  }

  static bool is_replayable(const Node& route) {
    const Node* durability = text_at(route, "durability");
    return durability != nullptr && durability->text == "replayable";
  }

  // The route that this one goes on after; nullptr: it has an incoming, or names none that there is.
  const NodeMember* before(const NodeMember& route) const {
    const Node* name = text_at(route.value, "after");
    return name == nullptr ? nullptr : route_named(name->text);
  }

  // Told once for each circle, at the first of its routes.
  void check_circles() {
    std::set<std::string> seen;
    for (const NodeMember& route : members_of(root_, "routes")) {
      std::vector<std::string> way;
      for (const NodeMember* at = &route; at != nullptr && seen.insert(at->name).second; at = before(*at)) {
        way.push_back(at->name);
        const NodeMember* next = before(*at);
        const auto start = next == nullptr ? way.end() : std::find(way.begin(), way.end(), next->name);
        if (start == way.end()) continue;
        const NodeMember* first = route_named(*start);
        const Node* name = text_at(first->value, "after");
        error(*name, member_path(member_path("routes", first->name), "after"),
              fmt::format("a circle that no record ever enters: {} after {}",
                          fmt::join(std::vector<std::string>(start, way.end()), " after "), *start));
      }
    }
  }

  // A cross-reference without a source takes the task's key.
  void check_xref_source(const NodeMember& route, const std::string& path) {
    const Node* name = text_at(route.value, "outgoing");
    if (name == nullptr || route.value.find("key") != nullptr) return;
    for (const NodeMember& outgoing : members_of(root_, "outgoing")) {
      const Node* xref = outgoing.name == name->text ? object_at(outgoing.value, "xref") : nullptr;
      if (xref == nullptr || xref->find("source") != nullptr) continue;
      error(*name, member_path(path, "outgoing"),
            "its xref has no source and takes the task's key, which this route does not have; give the xref a source, "
            "or the route a key");
    }
  }

  // `section`: where what it names stands; the option's own name unless said.
  void check_name(const Node& route, std::string_view option, const std::string& path, std::string_view section = {}) {
    const Node* name = text_at(route, option);
    if (name == nullptr) return;
    if (section.empty()) section = option;
    const std::string_view what = section == "routes" ? "route" : section;
    used_.emplace(section, name->text);
    const auto known = names_in(root_, section);
    if (std::find(known.begin(), known.end(), name->text) != known.end()) return;
    error(*name, member_path(path, option),
          name->referenced
              ? fmt::format("there is no {} of the name that the ${{...}} gives", what)
              : fmt::format("there is no {} \"{}\"{}", what, name->text,
                            suggest(name->text, known, fmt::format("; the section {} has none", section))));
  }

  void check_path(const Node& node, const std::string& at) {
    if (!is_text(node)) return;
    if (const auto path = parse_path(node.text); !path) {
      error(node, at,
            fmt::format("not a path such as company.id or items[0].name: {}",
                        node.referenced ? "the value of the ${...}" : path.error().message));
    }
  }

  void check_deduplicate(const Node& route, bool has_key, const std::string& path) {
    const NodeMember* deduplicate = route.find("deduplicate");
    if (deduplicate == nullptr) return;
    const std::string at = member_path(path, "deduplicate");
    if (!has_key) {
      add(Severity::error, deduplicate->position, at,
          "needs the option \"key\" beside it: it compares a record with the last one of its key");
    }
    const NodeMember* fields = deduplicate->value.find("fields");
    if (fields == nullptr) return;
    const std::string fields_at = member_path(at, "fields");
    for (std::size_t i = 0; i < fields->value.items.size(); ++i) {
      check_path(fields->value.items[i], item_path(fields_at, i));
    }
  }

  void check_backoff(const Node& route, const std::string& path) {
    const Node* retry = object_at(route, "retry");
    if (retry == nullptr) return;
    const NodeMember* first = retry->find("backoff_first");
    const NodeMember* last = retry->find("backoff_max");
    if (first == nullptr || last == nullptr) return;
    const auto from = parse_duration(first->value.text);
    const auto to = parse_duration(last->value.text);
    if (from && to && *from > *to) {
      error(first->value, member_path(member_path(path, "retry"), "backoff_first"), "is longer than backoff_max");
    }
  }

  void check_webhooks(const Node& webhooks) {
    const auto has = [&](std::string_view name) { return webhooks.find(name) != nullptr; };
    const auto what = [](const Node& node, const Error& why) {
      return node.referenced ? "what the ${...} gives is " + why.message : why.message;
    };
    bool loopback = true;
    bool good = true;  // the address can be judged
    if (const Node* listen = text_at(webhooks, "listen")) {
      const auto address = parse_listen_address(listen->text);
      if (!address) error(*listen, "webhooks.listen", what(*listen, address.error()));
      good = static_cast<bool>(address);
      loopback = address && address->loopback;
      if (good && !loopback && !has("certificate") && !is_true(webhooks, "plain_http")) {
        error(*listen, "webhooks.listen",
              "takes requests of other machines without TLS, so that whoever is between can read and change them: give "
              "certificate and key, or `plain_http: true` when a proxy in front does TLS on a network you trust");
      }
    }
    if (has("certificate") != has("key")) {
      const char* given = has("key") ? "key" : "certificate";
      error(webhooks.find(given)->value, member_path("webhooks", given),
            "certificate and key belong together: give both");
    }
    const Node* url = text_at(webhooks, "public_url");
    if (url == nullptr || url->text.empty()) {
      if (good && !loopback && !has_unresolved(webhooks, "public_url")) {
        error(webhooks, "webhooks", "needs public_url, the https address at which the world reaches this listener");
      }
      return;
    }
    const auto address = parse_public_url(url->text);
    if (!address) {
      error(*url, "webhooks.public_url", what(*url, address.error()));
    } else if (!address->tls && !address->loopback) {
      error(*url, "webhooks.public_url", "must be https: what is sent to it must stay between the sender and you");
    }
  }

  // What stands behind a ${...} that could not be resolved is not judged.
  static bool has_unresolved(const Node& node, std::string_view name) {
    const NodeMember* member = node.find(name);
    return member != nullptr && member->value.unresolved;
  }
  static bool is_true(const Node& node, std::string_view name) {
    const NodeMember* member = node.find(name);
    return member != nullptr && (member->value.unresolved || member->value.text == "true");
  }

  void check_unused(std::string_view section) {
    for (const NodeMember& member : members_of(root_, section)) {
      if (used_.contains({std::string(section), member.name})) continue;
      add(Severity::warning, member.position, member_path(section, member.name), "no route uses it");
    }
  }

  const Node& root_;
  const std::function<Result<Done>(std::string_view)>& check_schedule_;
  Problems problems_;
  std::set<std::pair<std::string, std::string>> used_;
};

}  // namespace

Problems cross_check(const Node& root, const std::function<Result<Done>(std::string_view)>& check_schedule) {
  return CrossCheck(root, check_schedule).run();
}

}  // namespace leat::host
