#include "plugins/connectwise/sandbox/control.hpp"

#include <array>

#include "plugins/connectwise/sandbox/engine/engine.hpp"
#include "plugins/connectwise/sandbox/service.hpp"

namespace leat::sandbox {

namespace {

Response shown(const Json& json) {
  Response response;
  response.body = to_text(json);
  return response;
}

Response done() {
  Response response;
  response.status = 204;
  return response;
}

Refusal unusable(std::string message) { return {400, "Sandbox", std::move(message), {}}; }

Refusal wrong_method(const Request& request) {
  return {405, "Sandbox", std::string(request.path()) + " does not take " + request.method, {}};
}

Json object_of(const Request& request) {
  Json body = parse_body(request.body);
  if (!body.is_object()) throw unusable("the body must be an object");
  return body;
}

std::uint64_t number_of(const Json& value, const std::string& name) {
  constexpr std::int64_t most = 1'000'000'000;
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > most) {
    throw unusable(name + " must be a whole number from 0 to 1000000000");
  }
  return value.get<std::uint64_t>();
}

std::string parameter(const Request& request, std::string_view name) {
  for (const QueryParameter& found : parse_query(request.query()).value_or(std::vector<QueryParameter>())) {
    if (found.name == name) return found.value;
  }
  return {};
}

}  // namespace

Response Control::answer(const Request& request) {
  struct Row {
    std::string_view path;
    Response (Control::*page)(const Request&);
  };
  constexpr std::array<Row, 8> pages = {{{"/sandbox/requests", &Control::requests},
                                         {"/sandbox/faults", &Control::faults},
                                         {"/sandbox/codebase", &Control::codebase},
                                         {"/sandbox/permissions", &Control::permissions},
                                         {"/sandbox/callbacks", &Control::callbacks},
                                         {"/sandbox/callbacks/key", &Control::callback_key},
                                         {"/sandbox/state", &Control::state},
                                         {"/sandbox/lists", &Control::lists}}};
  const std::string_view path = request.path();
  for (const Row& row : pages) {
    if (path == row.path) return (this->*row.page)(request);
  }
  constexpr std::string_view record = "/sandbox/records/";
  if (path.substr(0, record.size()) == record) return records(request);
  throw Refusal{404, "Sandbox", "there is no page " + std::string(path), {}};
}

Response Control::requests(const Request& request) {
  if (request.method == "DELETE") {
    service_.evidence_.reset();
    return done();
  }
  if (request.method != "GET") throw wrong_method(request);
  Response response;
  response.body = service_.evidence_.to_json();
  return response;
}

// POST adds a fault, PUT sets {"latency", "rateLimit"}, DELETE ends all faults.
Response Control::faults(const Request& request) {
  Faults& faults = service_.faults_;
  if (request.method == "POST") {
    auto rule = parse_fault_rule(parse_body(request.body));
    if (!rule) throw unusable(rule.error().message);
    faults.add(std::move(*rule));
  } else if (request.method == "PUT") {
    const Json body = object_of(request);
    for (const auto& [name, value] : body.items()) {
      if (name == "latency") {
        faults.set_latency(std::chrono::milliseconds(number_of(value, name)));
      } else if (name == "rateLimit") {
        faults.set_rate_limit(static_cast<unsigned>(number_of(value, name)));
      } else {
        throw unusable("no '" + name + "'; there are latency and rateLimit");
      }
    }
  } else if (request.method == "DELETE") {
    faults.clear();
  } else if (request.method != "GET") {
    throw wrong_method(request);
  }
  return shown(faults.to_json());
}

// PUT {"codebase": "v2026_1"}: an upgrade; the one before answers as a stale one does.
Response Control::codebase(const Request& request) {
  if (request.method == "PUT") {
    const std::string name = lower(text_at(object_of(request), "codebase"));
    const bool plain =
        !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (!plain) throw unusable("codebase must be a name such as v2026_1");
    service_.set_codebase(name);
  } else if (request.method != "GET") {
    throw wrong_method(request);
  }
  return shown({{"codebase", service_.codebase()}});
}

// PUT takes what --permissions takes.
Response Control::permissions(const Request& request) {
  if (request.method != "PUT") throw wrong_method(request);
  auto members = parse_members(request.body);
  if (!members) throw unusable(members.error().message);
  if (const auto known = service_.engine_->check_members(*members); !known) throw unusable(known.error().message);
  service_.access_.replace_members(std::move(*members));
  return done();
}

// PUT sets the faults {"loseEvery", "duplicateEvery", "reorderEvery"}; the left out ones end.
Response Control::callbacks(const Request& request) {
  if (request.method == "PUT") {
    std::uint64_t lose = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t reorder = 0;
    const Json body = object_of(request);
    for (const auto& [name, value] : body.items()) {
      std::uint64_t* every = name == "loseEvery"        ? &lose
                             : name == "duplicateEvery" ? &duplicate
                             : name == "reorderEvery"   ? &reorder
                                                        : nullptr;
      if (every == nullptr) throw unusable("no '" + name + "'; there are loseEvery, duplicateEvery, reorderEvery");
      *every = number_of(value, name);
    }
    service_.outbox_.set_faults(lose, duplicate, reorder);
  } else if (request.method != "GET") {
    throw wrong_method(request);
  }
  return shown(service_.outbox_.to_json());
}

// POST: another signing key from now on.
Response Control::callback_key(const Request& request) {
  if (request.method != "POST") throw wrong_method(request);
  service_.engine_->callbacks().rotate_key();
  return done();
}

// GET shows the state, PUT puts one in its place, POST writes it to the file of --state.
Response Control::state(const Request& request) {
  if (request.method == "GET") return shown(service_.state());
  if (request.method == "POST") {
    try {
      service_.save_state();
    } catch (const std::exception& error) {
      throw unusable(error.what());
    }
    return done();
  }
  if (request.method != "PUT") throw wrong_method(request);
  const Json state = Json::parse(request.body, nullptr, false);
  if (state.is_discarded()) throw unusable("the body is not JSON");
  try {
    service_.restore(state);
  } catch (const std::exception& error) {
    throw unusable(error.what());
  }
  return done();
}

Response Control::lists(const Request& request) {
  if (request.method != "GET") throw wrong_method(request);
  Json sizes = Json::object();
  for (const auto& [list, size] : service_.engine_->sizes()) sizes[list] = size;
  return shown(sizes);
}

// PUT stores a record as it is, valid or not, DELETE deletes it; ?member=jdoe says who did it.
Response Control::records(const Request& request) {
  constexpr std::string_view start = "/sandbox/records";
  const std::string_view path = request.path().substr(start.size());
  std::string member = parameter(request, "member");
  if (member.empty()) member = "admin1";
  if (request.method == "PUT") return shown(service_.engine_->put_record(path, parse_body(request.body), member));
  if (request.method != "DELETE") throw wrong_method(request);
  service_.engine_->erase_record(path, member);
  return done();
}

}  // namespace leat::sandbox
