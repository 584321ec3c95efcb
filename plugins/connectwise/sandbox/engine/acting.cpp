#include "plugins/connectwise/sandbox/engine/acting.hpp"

#include "plugins/connectwise/sandbox/engine/sample.hpp"

namespace leat::sandbox {

using connectwise::BodyKind;
using connectwise::ResponseKind;
using connectwise::Schema;

namespace {

Json body_of(const Call& call) {
  if (call.request.body.empty()) throw api_error(400, "A request body is required.");
  return parse_body(call.request.body);
}

// 0: the document names no status.
int success_of(const Call& call) { return call.operation.success == 0 ? 200 : call.operation.success; }

// The record of `path/{id}/word` or `path/{id}`; the list of `path/word` or `path`.
Source source_of(Store& store, const Call& call, std::string_view word) {
  Call inner = call;
  Route route;
  if (call.place.route->ends_with(word)) {
    route.pattern = call.pattern().substr(0, call.pattern().size() - word.size() - 1);
    inner.place.route = &route;
  }
  return find_source(store, inner);
}

Json result_of(std::size_t index, int status, const Json& record) {
  return {{"success", true}, {"originalIndex", index}, {"statusCode", status}, {"data", record}, {"error", nullptr}};
}

Json result_of(std::size_t index, const Refusal& refusal) {
  return {{"success", false},
          {"originalIndex", index},
          {"statusCode", refusal.status},
          {"data", nullptr},
          {"error", Json::parse(to_response(refusal, false).body, nullptr, false)}};
}

}  // namespace

Response Acting::record_response(const Call& call, const Schema* schema, const Json& record) const {
  Response response;
  response.status = success_of(call);
  if (response.status == 204) return response;
  response.body = reading_.shown(call, schema, to_text(record));
  if (call.operation.response == ResponseKind::array) response.body = "[" + response.body + "]";
  return response;
}

Response Acting::create(const Call& call, const ListPlace& place) {
  const Json record = writer_.create(place, body_of(call), call.request.body, call.caller.member);
  Response response = record_response(call, place.schema, record);
  if (response.status == 201) {
    std::string url = call.url;
    while (url.back() == '/') url.pop_back();
    response.headers.push_back({"Location", url + "/" + std::to_string(id_at(record))});
  }
  return response;
}

Response Acting::copy(const Call& call, const Source& source) {
  if (source.item)
    return record_response(call, source.list.schema, writer_.copy(source.list, *source.item, call.caller.member));
  // "boards/copy": the body names the record to copy and gives the new name; without an id it is the new record itself.
  const Json body = body_of(call);
  if (id_at(body) == 0)
    return record_response(call, source.list.schema,
                           writer_.create(source.list, body, call.request.body, call.caller.member));
  const Json record = writer_.copy(source.list, id_at(body), call.caller.member);
  const std::string name = text_at(body, "name");
  if (name.empty()) return record_response(call, source.list.schema, record);
  const Json renaming = {{{"op", "replace"}, {"path", "name"}, {"value", name}}};
  return record_response(call, source.list.schema,
                         writer_.patch(source.list, id_at(record), renaming, "", call.caller.member));
}

Json Acting::write_one(const Call& call, const ListPlace& list, Id id, const Json& body) {
  if (call.operation.method == Method::post) return writer_.create(list, body, call.request.body, call.caller.member);
  if (call.operation.method == Method::put)
    return writer_.replace(list, id, body, call.request.body, call.caller.member);
  writer_.erase(list, id, call.caller.member);
  return nullptr;
}

Response Acting::bulk(const Call& call) {
  const Source source = source_of(store_, call, "bulk");
  Json body = body_of(call);
  // A DELETE takes {"ids": [..]} or, undocumented, a list of {id} or of ids.
  if (body.is_object() && body.contains("ids")) body = body["ids"];
  if (!body.is_array()) throw api_error(400, "A bulk request takes a list.");
  Json payload = Json::array();
  for (std::size_t i = 0; i < body.size(); ++i) {
    try {
      const Id id = body[i].is_number_integer() ? body[i].get<Id>() : body[i].is_object() ? id_at(body[i]) : 0;
      if (id != 0) check_reach(store_, call, source.list, id);
      const Json record = write_one(call, source.list, id, body[i]);
      const int status = call.operation.method == Method::post ? 201 : record.is_null() ? 204 : 200;
      payload.push_back(result_of(i, status, record));
    } catch (const Refusal& refusal) {
      payload.push_back(result_of(i, refusal));
    }
  }
  Response response;
  response.status = 207;
  response.body = to_text({{"payload", payload}});
  return response;
}

Response Acting::act(const Call& call) {
  Response response;
  response.status = success_of(call);
  Json body = call.request.body.empty() ? Json() : parse_body(call.request.body);
  const Schema* schema = store_.catalog().schema(call.operation.response_schema);
  const Schema* body_schema = store_.catalog().schema(call.operation.body_schema);
  if (body_schema != nullptr && call.operation.body == BodyKind::object) {
    if (body.is_null()) throw api_error(400, "A request body is required.");
    const Shape shape{store_.catalog(), variants_.is(Point::unknown_member, "500") ? 500 : 400};
    Json read = shape.read(*body_schema, body, call.request.body);
    std::vector<FieldError> errors;
    shape.check(*body_schema, read, errors);
    if (!errors.empty()) throw invalid_object(resource_name(body_schema->name), errors);
    body = std::move(read);
  }
  if (const auto answer = actions_.act(call, body)) {
    response.body = to_text(*answer);
    return response;
  }
  if (response.status == 204 || call.operation.response == ResponseKind::none) return response;
  if (call.operation.response == ResponseKind::value) {
    response.body = "1";
    return response;
  }
  Json answer = schema == nullptr ? Json::object() : sample_record(store_.catalog(), *schema, 1);
  if (call.operation.response_schema == "SuccessResponse")
    answer = {{"success", true}, {"message", "The request was successful."}};
  if (body.is_object() && schema != nullptr) {
    for (const auto& [name, value] : body.items()) {
      if (schema->find(name) != nullptr) answer[name] = value;
    }
  }
  response.body = to_text(call.operation.response == ResponseKind::array ? Json::array({answer}) : answer);
  return response;
}

Response Acting::post(const Call& call) {
  const Route& route = *call.place.route;
  if (call.operation.response == ResponseKind::bulk) return bulk(call);
  if (route.ends_with("search") && call.operation.response == ResponseKind::array) {
    return reading_.search(call, source_of(store_, call, "search"));
  }
  if (route.ends_with("copy") && call.operation.response == ResponseKind::object) {
    const Source source = source_of(store_, call, "copy");
    const bool same = source.list.schema != nullptr && source.list.schema->name == call.operation.response_schema;
    if (same) return copy(call, source);
  }
  // A list that POST adds to answers with what it was given.
  const bool adds = call.operation.body == BodyKind::object && !call.operation.body_schema.empty() &&
                    call.operation.body_schema == call.operation.response_schema;
  constexpr std::string_view item = "/{}";
  const bool on_item = route.pattern.size() > item.size() &&
                       route.pattern.compare(route.pattern.size() - item.size(), item.size(), item) == 0;
  if (on_item) {
    // "forecast/{id}" takes a new item of that forecast: the list in front of the id keeps it.
    const ListPlace list =
        store_.place(parent_pattern(route.pattern), {call.place.arguments.begin(), call.place.arguments.end() - 1});
    return adds && list.schema != nullptr && list.schema->name == call.operation.body_schema ? create(call, list)
                                                                                             : act(call);
  }
  const Source source = find_source(store_, call);
  const bool listed =
      route.first(Method::get) != nullptr || store_.routes().by_pattern(route.pattern + "/{}") != nullptr;
  const bool same = source.list.schema != nullptr && source.list.schema->name == call.operation.body_schema;
  if (adds && listed && same) return create(call, source.list);
  return act(call);
}

Response Acting::change(const Call& call) {
  if (call.operation.response == ResponseKind::bulk) return bulk(call);
  if (call.operation.body == BodyKind::none) return act(call);
  // "configurations/{id}/changeType" patches the configuration itself.
  Source source = source_of(store_, call, "changetype");
  if (!source.item) source.list = single_place(store_, call, source.list);
  if (source.list.schema == nullptr) return act(call);
  const Id id = source.item ? *source.item : store_.open(source.list).next(0).value_or(0);
  const Json body = body_of(call);
  const Json record = call.operation.method == Method::put
                          ? writer_.replace(source.list, id, body, call.request.body, call.caller.member)
                          : writer_.patch(source.list, id, body, call.request.body, call.caller.member);
  return record_response(call, source.list.schema, record);
}

// The tickets of a contact that is deleted go to another one, which must be there (guide, C).
void Acting::transfer_tickets(const Call& call, Id contact) {
  const std::string_view heir = call.parameter("transferContactId");
  if (heir.empty() || call.pattern() != "/company/contacts/{}") return;
  const ListPlace contacts = store_.place("/company/contacts", {});
  const auto heir_id = to_integer(heir);
  if (!heir_id || !store_.open(contacts).contains(*heir_id)) throw not_found("Contact", heir);
  const Json reference = References(store_).refer("ContactReference", contacts, *heir_id);
  const ListPlace tickets = store_.place("/service/tickets", {});
  const Collection& list = store_.open(tickets);
  const std::vector<std::string> path = {"contact", "id"};
  RecordView view;
  std::string text;
  for (auto id = list.next(0); id; id = list.next(*id)) {
    text.clear();
    list.write(*id, text);
    view.open(text);
    const Value value = view.at(path);
    if (value.kind != Value::Kind::number || static_cast<Id>(value.number) != contact) continue;
    Json ticket = store_.read(tickets, *id);
    ticket["contact"] = reference;
    ticket["contactName"] = reference["name"];
    writer_.put(tickets, *id, std::move(ticket), call.caller.member);
  }
}

Response Acting::erase(const Call& call) {
  if (call.operation.response == ResponseKind::bulk) return bulk(call);
  const Source source = find_source(store_, call);
  Response response;
  response.status = success_of(call);
  if (source.item) {
    const Json record = store_.read(source.list, *source.item);
    transfer_tickets(call, *source.item);
    writer_.erase(source.list, *source.item, call.caller.member);
    if (response.status != 204) response.body = to_text(record);
    return response;
  }
  // DELETE of a whole list.
  const Collection& collection = store_.open(source.list);
  for (auto id = collection.next(0); id; id = collection.next(*id)) writer_.erase(source.list, *id, call.caller.member);
  return response;
}

}  // namespace leat::sandbox
