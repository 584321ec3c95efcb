#include "plugins/connectwise/writing/writer.hpp"

#include <vector>

#include "leat/xref.hpp"
#include "plugins/connectwise/exchange.hpp"
#include "plugins/connectwise/payload.hpp"
#include "plugins/connectwise/writing/answers.hpp"

namespace leat::connectwise {
namespace {

// More are not needed to say that there are several.
constexpr std::string_view found_max = "10";

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::string unchanged(leat::Node current) {
  NewRecord answer("{}");
  if (const leat::Node id = current["id"]) answer.root().put("id").set(id);
  answer.set("unchanged", true);
  return std::string(answer.json());
}

// {"path": ...} of the record; null and absent are an empty one. What is no object stays, for request_url to refuse it.
NewRecord place(leat::Node input) {
  NewRecord where("{}");
  leat::Node path = where.root().put("path");
  path.set_object();
  if (const leat::Node given = input["path"]; given && !given.is_null()) path.set(given);
  return where;
}

// The same of one record of the list.
NewRecord place(leat::Node input, std::string_view id) {
  NewRecord where = place(input);
  leat::Node path = where.root()["path"];
  if (path.type() == leat::Type::object && !id.empty()) path.set("id", id);
  return where;
}

}  // namespace

Siblings siblings(const Catalog& catalog, const Operation& operation) {
  constexpr std::string_view item = "/{id}";
  std::string list(operation.path);
  while (list.ends_with('/')) list.pop_back();
  if (list.ends_with(item)) list.resize(list.size() - item.size());
  const std::string record = list + std::string(item);
  return {.read = catalog.by_path(Method::get, record),
          .list = catalog.by_path(Method::get, list),
          .create = catalog.by_path(Method::post, list),
          .patch = catalog.by_path(Method::patch, record)};
}

RequestRules request_rules(const WriteRules& rules) {
  RequestRules made{.check_payload = rules.check_payload == PayloadCheck::strict};
  if (rules.compare || rules.match) made.further_members.emplace_back("base");
  if (rules.match) made.further_members.emplace_back("match");
  return made;
}

Result<Answer> Writer::send(const Operation& operation, const PreparedRequest& prepared, const leat::Client& client,
                            Context& context) {
  Request request;
  request.method = std::string(to_string(operation.method));
  request.url = prepared.url;
  request.body = prepared.body;
  if (!prepared.content_type.empty()) request.header("Content-Type", prepared.content_type);
  auto answer = client.call(request, context);
  if (answer || !prepared.repeatable || answer.error().kind != ErrorKind::uncertain) return answer;
  Error again = answer.error();
  again.kind = ErrorKind::unreachable;
  return again;
}

Result<std::string> Writer::write(leat::Node input, const leat::Client& client, Context& context) {
  Call call{input, client, context};
  if (is_upload(operation_)) return upload(call);
  if (auto done = prepare(call); !done) return done.error();
  if (rules_.match) return upsert(call);
  if (!rules_.compare) return send_as_it_is(call);
  if (auto done = read_current(call); !done) return done.error();
  return change(call, call.current->root());
}

Result<Done> Writer::prepare(leat::Node input, const leat::Client& client, Context& context) {
  Call call{input, client, context};
  return prepare(call);
}

Result<Done> Writer::prepare(Call& call) {
  const leat::Node payload = call.input["payload"];
  const Names::Present present = [&](std::string_view member) -> Result<std::string> {
    const bool has_one = operation_.method == Method::patch || operation_.method == Method::put;
    if (!has_one || !siblings_.read || siblings_.read->path != operation_.path) return std::string();
    if (auto done = read_current(call); !done) return done.error();
    return std::string(call.current->root()[member]["id"].text());
  };
  if (names_) {
    if (rules_.match) call.given.emplace().root().set(call.input);
    if (auto done = names_->resolve(payload, present, call.client, call.context); !done) return done;
  }
  if (rules_.check_payload == PayloadCheck::warn) warnings_.look(catalog_, operation_, payload, call.context);
  return Done{};
}

Result<Done> Writer::read_current(Call& call) const {
  if (call.current) return Done{};
  const auto url = request_url(*siblings_.read, place(call.input).root());
  if (!url) return url.error();
  auto record = read_json(call.client, *url, call.context);
  if (!record) return record.error();
  call.current.emplace(std::move(*record));
  return Done{};
}

void Writer::add_custom_fields(std::string& patch, const Operation& operation) const {
  if (!rules_.custom_fields_operation || patch.empty()) return;
  const Schema* schema = catalog_.schema(operation.response_schema);
  if (!schema || !schema->find("customFields") || patch.find(R"("customFields")") != std::string::npos) return;
  patch.insert(1, std::string(R"({"op":"replace","path":"customFields","value":[]})") + (patch == "[]" ? "" : ","));
}

Result<std::string> Writer::send_as_it_is(Call& call) const {
  auto prepared = prepare_request(catalog_, operation_, call.input, request_rules(rules_));
  if (!prepared) return prepared.error();
  if (operation_.body == BodyKind::json_patch) add_custom_fields(prepared->body, operation_);
  const auto answer = send(operation_, *prepared, call.client, call.context);
  if (!answer) return answer.error();
  return kept_answer(operation_, answer->body(), prepared->repeatable, rules_.keep_answer);
}

Result<std::string> Writer::upload(Call& call) const {
  auto url = request_url(operation_, call.input, request_rules(rules_));
  if (!url) return url.error();
  auto form = make_form(catalog_, operation_, call.input["payload"], rules_.upload);
  if (!form) return form.error();
  const PreparedRequest prepared{
      .url = std::move(*url), .body = std::move(form->body), .content_type = std::move(form->content_type)};
  const auto answer = send(operation_, prepared, call.client, call.context);
  if (!answer) return answer.error();
  return kept_answer(operation_, answer->body(), false, rules_.keep_answer);
}

// The smallest PATCH that makes the record at the server have what the payload has; none when it has.
Result<std::string> Writer::change(Call& call, leat::Node current) const {
  const Operation& patch = *siblings_.patch;
  const leat::Node payload = call.input["payload"];
  if (payload.type() != leat::Type::object) {
    return refuse("payload must be an object with the members that the record shall have, to be compared with it");
  }
  if (rules_.check_payload == PayloadCheck::strict) {
    if (auto done = check_payload(catalog_, patch, payload); !done) return done.error();
  }
  const auto difference = compare(catalog_, *catalog_.schema(patch.response_schema), payload, current,
                                  call.input["base"], rules_.compare.value_or(ConflictRules{}));
  if (!difference) return difference.error();
  if (!difference->theirs.empty()) call.context.count("kept_theirs");
  if (difference->patch.empty()) {
    call.context.count("unchanged");
    return unchanged(current);
  }
  auto url = request_url(patch, place(call.input, current["id"].text()).root());
  if (!url) return url.error();
  PreparedRequest prepared{.url = std::move(*url), .body = difference->patch, .repeatable = true};
  add_custom_fields(prepared.body, patch);
  const auto answer = send(patch, prepared, call.client, call.context);
  if (!answer) return answer.error();
  call.context.count("changed");
  return kept_answer(patch, answer->body(), true, rules_.keep_answer);
}

// The one record that match finds, or none.
Result<std::optional<NewRecord>> Writer::look_up(Call& call) const {
  auto query = rules_.match->query(call.input, call.as_given());
  if (!query) return query.error();
  const NewRecord where = place(call.input);
  leat::Node parameters = where.root().put("query");
  parameters.set_object();
  for (const auto& [name, value] : *query) parameters.set(name, value);
  parameters.put("pageSize").set_number(found_max);
  parameters.set("orderBy", "id asc");
  const auto url = request_url(*siblings_.list, where.root());
  if (!url) return url.error();
  auto page = read_json(call.client, *url, call.context);
  if (!page) return page.error();
  const leat::Node records = page->root();
  if (records.size() == 0) return std::optional<NewRecord>();
  std::vector<leat::Node> exact;
  for (const auto item : records) {
    if (rules_.match->exact(call.input, item.value, call.as_given())) exact.push_back(item.value);
  }
  if (exact.size() == 1) {
    NewRecord one;
    one.root().set(exact.front());
    return std::optional<NewRecord>(std::move(one));
  }
  std::string ids;
  for (const auto item : records) ids += (ids.empty() ? "" : ", ") + std::string(item.value["id"].text());
  if (exact.empty()) {
    return refuse("match finds only records whose values differ in upper and lower case (ids " + ids +
                  "), which the server takes for the same: correct the value, or write the conditions as a template");
  }
  return refuse("match finds several records (ids " + ids +
                (std::to_string(records.size()) == found_max ? ", ..." : "") +
                ") where one or none is expected: make the condition narrower, or remove the surplus ones");
}

// None: it is gone.
Result<std::optional<NewRecord>> Writer::by_id(Call& call, const std::string& id) const {
  const auto url = request_url(*siblings_.read, place(call.input, id).root());
  if (!url) return url.error();
  auto record = read_json(call.client, *url, call.context);
  if (record) return std::optional<NewRecord>(std::move(*record));
  if (record.error().kind == ErrorKind::not_found) return std::optional<NewRecord>();
  return record.error();
}

// By the host's cross-references, by the conditions, and what was created under this key a moment ago, while the list
// does not show it yet.
Result<std::optional<NewRecord>> Writer::find(Call& call, const std::string& key) const {
  if (!rules_.match->xref_set().empty()) {
    const auto source = rules_.match->xref_source(call.input, call.as_given());
    if (!source) return source.error();
    const auto id = xref_find(rules_.match->xref_set(), *source, call.context);
    auto known = id ? by_id(call, *id) : Result<std::optional<NewRecord>>(std::optional<NewRecord>());
    if (!known || *known) return known;
  }
  if (rules_.match->asks()) {
    auto found = look_up(call);
    if (found && *found) creations_->forget(key);
    if (!found || *found) return found;
  }
  const std::string id = creations_->id(key, call.context);
  return id.empty() ? Result<std::optional<NewRecord>>(std::optional<NewRecord>()) : by_id(call, id);
}

Result<std::string> Writer::upsert(Call& call) {
  const auto query = rules_.match->query(call.input, call.as_given());
  if (!query) return query.error();
  std::string key(place(call.input).root()["path"].json());
  for (const auto& [name, value] : *query) key += "\n" + name + "=" + value;
  if (!rules_.match->xref_set().empty()) {
    const auto source = rules_.match->xref_source(call.input, call.as_given());
    if (!source) return source.error();
    key += "\n" + *source;
  }
  const auto turn = creations_->enter(key, call.context);
  if (!turn) return Error{ErrorKind::cancelled, "asked to stop", 0};
  auto found = find(call, key);
  if (!found) return found.error();
  if (!*found) return create(call, key);
  if (rules_.leave_found) {
    call.context.count("unchanged");
    return unchanged((*found)->root());
  }
  return change(call, (*found)->root());
}

Result<std::string> Writer::create(Call& call, const std::string& key) {
  auto prepared = prepare_request(catalog_, operation_, call.input, request_rules(rules_));
  if (!prepared) return prepared.error();
  auto answer = send(operation_, *prepared, call.client, call.context);
  Result<std::string> made =
      answer ? kept_answer(operation_, answer->body(), false, rules_.keep_answer) : Result<std::string>(answer.error());
  if (!made) return made.error().kind == ErrorKind::uncertain ? settle(call, made.error()) : made;
  call.context.count("created");
  if (!made->empty()) creations_->remember(key, std::string(NewRecord(*made).root()["id"].text()), call.context);
  return made;
}

// Whether a POST without an answer was done.
Result<std::string> Writer::settle(Call& call, Error unanswered) const {
  if (!rules_.match->asks()) return unanswered;
  for (const bool waited : {false, true}) {
    if (waited && call.context.wait(rules_.visible_after)) break;
    auto found = look_up(call);
    if (!found) {
      unanswered.message += "; to look for it: " + found.error().message;
      return unanswered;
    }
    if (*found) {
      call.context.count("settled");
      return kept((*found)->root(), rules_.keep_answer);
    }
  }
  unanswered.message += "; match does not find it yet, it is looked for again before it is sent again";
  return unanswered;
}

}  // namespace leat::connectwise
