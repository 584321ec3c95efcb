#include "plugins/connectwise/sandbox/engine/documents.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

using connectwise::ResponseKind;

namespace {

constexpr std::string_view documents = "/system/documents";

// One transparent pixel.
constexpr std::array<unsigned char, 67> pixel = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01,
    0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

struct RecordTypeRow {
  std::string_view type;  // of the request, in any case
  std::string_view list;
};
// Those whose records are checked; others are taken as they are.
constexpr std::array<RecordTypeRow, 13> record_types = {{{"Ticket", "/service/tickets"},
                                                         {"ProjectTicket", "/project/tickets"},
                                                         {"Agreement", "/finance/agreements"},
                                                         {"Company", "/company/companies"},
                                                         {"Configuration", "/company/configurations"},
                                                         {"Contact", "/company/contacts"},
                                                         {"Expense", "/expense/entries"},
                                                         {"Opportunity", "/sales/opportunities"},
                                                         {"PurchaseOrder", "/procurement/purchaseorders"},
                                                         {"Project", "/project/projects"},
                                                         {"SalesOrder", "/sales/orders"},
                                                         {"ServiceTemplate", "/service/templates"},
                                                         {"Rma", "/procurement/rmatags"}}};

Response bytes(std::string content, std::string_view type) {
  Response response;
  response.body = std::move(content);
  response.content_type = type;
  return response;
}

bool is_yes(const FormPart* part) { return part != nullptr && same_text(trim(part->content), "true"); }

bool is_image(std::string_view file_name) {
  const std::string extension = lower(file_name.substr(std::min(file_name.rfind('.'), file_name.size())));
  constexpr std::array<std::string_view, 5> images = {".png", ".jpg", ".jpeg", ".gif", ".bmp"};
  return std::find(images.begin(), images.end(), extension) != images.end();
}

}  // namespace

Documents::Documents(Store& store, Reading& reading, Writer& writer)
    : store_(store), reading_(reading), writer_(writer) {
  // The seeded ones.
  Id id = 0;
  for (const char* type : {"ticket", "company", "contact"}) {
    ++id;
    kept_[id] = {type, 1, true, "Document " + std::to_string(id) + "\n"};
  }
}

bool Documents::serves(const Call& call) const {
  const ResponseKind kind = call.operation.response;
  const std::string& pattern = call.pattern();
  if (pattern == documents || pattern == "/system/documents/count" || pattern == "/system/documents/{}") return true;
  if (pattern == "/service/tickets/{}/documents" || pattern == "/project/tickets/{}/documents") return true;
  return call.operation.method == Method::get &&
         (kind == ResponseKind::binary || kind == ResponseKind::text || kind == ResponseKind::none);
}

// The document's own members of an upload's parts.
void Documents::take(Json& record, Kept& kept, const std::vector<FormPart>& parts) const {
  if (const FormPart* title = find(parts, "title")) record["title"] = title->content;
  const FormPart* file = find(parts, "file");
  const FormPart* link = find(parts, "url");
  if (file != nullptr) {
    kept.file = true;
    kept.content = file->content;
    record["fileName"] = file->file_name;
    record["size"] = file->content.size();
  } else if (link != nullptr) {
    kept.file = false;
    record["fileName"] = link->content;
    record["size"] = 0;
  }
  record["linkFlag"] = !kept.file;
  record["urlFlag"] = !kept.file;
  record["imageFlag"] = kept.file && is_image(text_at(record, "fileName"));
  if (find(parts, "privateFlag") != nullptr) record["publicFlag"] = !is_yes(find(parts, "privateFlag"));
  // The document spells it readOnlyFlay; both are taken.
  for (const char* name : {"readOnlyFlag", "readOnlyFlay"}) {
    if (find(parts, name) != nullptr) record["readOnlyFlag"] = is_yes(find(parts, name));
  }
}

Response Documents::upload(const Call& call) {
  const std::string_view type = call.request.header("Content-Type");
  if (!contains_text(type, "multipart/form-data"))
    throw api_error(415, "A document is uploaded as multipart/form-data.");
  const std::vector<FormPart> parts = parse_form(type, call.request.body);
  std::vector<FieldError> errors;
  for (const char* name : {"recordType", "recordId", "title"}) {
    if (find(parts, name) == nullptr) {
      errors.push_back(
          {"MissingRequiredField", std::string("The ") + name + " field is required.", "documentInfo", name});
    }
  }
  if (find(parts, "file") == nullptr && find(parts, "url") == nullptr) {
    errors.push_back({"MissingRequiredField", "The file field is required.", "documentInfo", "file"});
  }
  if (!errors.empty()) throw invalid_object("documentInfo", errors);
  Kept kept;
  kept.record_type = lower(trim(find(parts, "recordType")->content));
  kept.record_id = to_integer(trim(find(parts, "recordId")->content)).value_or(0);
  const auto row = std::find_if(record_types.begin(), record_types.end(),
                                [&](const RecordTypeRow& known) { return same_text(known.type, kept.record_type); });
  bool found =
      row == record_types.end() || store_.open(store_.place(std::string(row->list), {})).contains(kept.record_id);
  // Ticket also stands for the tickets of projects.
  if (!found && kept.record_type == "ticket")
    found = store_.open(store_.place("/project/tickets", {})).contains(kept.record_id);
  if (!found) {
    throw invalid_object("documentInfo",
                         {{"NotFound", std::string(row->type) + " " + std::to_string(kept.record_id) + " not found",
                           "documentInfo", "recordId"}});
  }
  const ListPlace place = store_.place(std::string(documents), {});
  const Id id = store_.next_id(place);
  const std::string unique = guid(static_cast<std::uint64_t>(id) + 600'000);
  Json record = {{"id", id},
                 {"title", ""},
                 {"fileName", ""},
                 {"serverFileName", unique},
                 {"owner", call.caller.member},
                 {"linkFlag", false},
                 {"imageFlag", false},
                 {"publicFlag", true},
                 {"htmlTemplateFlag", false},
                 {"readOnlyFlag", false},
                 {"size", 0},
                 {"urlFlag", false},
                 {"createdOnDate", to_timestamp(writer_.now())},
                 {"documentType", {{"id", 1}, {"name", "Document"}}},
                 {"guid", unique}};
  take(record, kept, parts);
  kept_[id] = std::move(kept);
  writer_.put(place, id, std::move(record), call.caller.member);
  Response response;
  response.status = call.operation.success;
  response.body = to_text(store_.read(place, id));
  response.headers.push_back({"Location", call.url + "/" + std::to_string(id)});
  return response;
}

Json Documents::record_of(const Call& call, Id& id) {
  id = to_integer(call.place.arguments.at(0)).value_or(0);
  Json record = store_.read(store_.place(std::string(documents), {}), id);
  if (record.is_null()) throw not_found("Document", call.place.arguments.at(0));
  return record;
}

Response Documents::update(const Call& call) {
  Id id = 0;
  Json record = record_of(call, id);
  const std::string_view type = call.request.header("Content-Type");
  Kept& kept = kept_[id];
  if (contains_text(type, "multipart/form-data")) {
    take(record, kept, parse_form(type, call.request.body));
  } else if (!call.request.body.empty()) {
    const Json body = parse_body(call.request.body);
    for (const char* name : {"title", "publicFlag", "readOnlyFlag"}) {
      if (body.is_object() && !is_absent(body, name)) record[name] = body[name];
    }
  }
  const ListPlace place = store_.place(std::string(documents), {});
  writer_.put(place, id, std::move(record), call.caller.member);
  Response response;
  response.status = call.operation.success;
  response.body = to_text(store_.read(place, id));
  return response;
}

Response Documents::erase(const Call& call) {
  Id id = 0;
  record_of(call, id);
  writer_.erase(store_.place(std::string(documents), {}), id, call.caller.member);
  kept_.erase(id);
  Response response;
  response.status = call.operation.success;
  return response;
}

std::string Documents::condition_of(std::string_view record_type, Id record_id) const {
  std::string ids;
  for (const auto& [id, kept] : kept_) {
    if (kept.record_id == record_id && same_text(kept.record_type, record_type))
      ids += (ids.empty() ? "" : ",") + std::to_string(id);
  }
  return "id in (" + (ids.empty() ? "0" : ids) + ")";
}

Response Documents::list(const Call& call) {
  std::vector<FieldError> errors;
  for (const char* name : {"recordType", "recordId"}) {
    if (!call.parameter(name).empty()) continue;
    errors.push_back(
        {"MissingRequiredField", std::string("The ") + name + " field is required.", "documentInfo", name});
  }
  if (!errors.empty()) throw invalid_object("documentInfo", errors);
  const auto id = to_integer(call.parameter("recordId"));
  if (!id)
    throw invalid_object("documentInfo", {{"InvalidField", "recordId must be a number.", "documentInfo", "recordId"}});
  Source source = find_source(store_, call);
  const std::string own = condition_of(call.parameter("recordType"), *id);
  source.part = source.part.empty() ? own : own + " and (" + source.part + ")";
  return call.place.route->ends_with("count") ? reading_.count(call, source) : reading_.list(call, source);
}

// References to a ticket's documents.
Response Documents::of_ticket(const Call& call) {
  const Id ticket = to_integer(call.place.arguments.front()).value_or(0);
  const std::string tickets = parent_pattern(parent_pattern(call.pattern()));
  if (!store_.open(store_.place(tickets, {})).contains(ticket)) throw not_found("Ticket", call.place.arguments.front());
  Json list = Json::array();
  for (const auto& [id, kept] : kept_) {
    if (kept.record_id != ticket || (kept.record_type != "ticket" && kept.record_type != "projectticket")) continue;
    const Json record = store_.read(store_.place(std::string(documents), {}), id);
    const std::string url = store_.url() + "/system/documents/" + std::to_string(id);
    list.push_back({{"id", id}, {"name", text_at(record, "title")}, {"_info", {{"document_href", url}}}});
  }
  Response response;
  response.body = to_text(list);
  return response;
}

Response Documents::download(const Call& call) {
  Id id = 0;
  const Json record = record_of(call, id);
  const auto kept = kept_.find(id);
  std::string name = text_at(record, "fileName");
  if (name.empty()) name = "document" + std::to_string(id) + ".txt";
  Response response = bytes(kept == kept_.end() ? std::string() : kept->second.content, "application/octet-stream");
  const bool quote = name.find(' ') != std::string::npos;
  response.headers.push_back({"Content-Disposition", "attachment; filename=" + (quote ? "\"" + name + "\"" : name)});
  return response;
}

Response Documents::thumbnail(const Call& call) {
  Id id = 0;
  record_of(call, id);
  return bytes({reinterpret_cast<const char*>(pixel.data()), pixel.size()}, "image/png");
}

Response Documents::answer(const Call& call) {
  const Route& route = *call.place.route;
  const Method method = call.operation.method;
  if (route.pattern == documents && method == Method::post) return upload(call);
  if (route.pattern == "/system/documents/{}") {
    if (method == Method::post) return update(call);
    return method == Method::del ? erase(call) : reading_.item(call);
  }
  if (route.pattern == documents || route.pattern == "/system/documents/count") return list(call);
  if (route.ends_with("documents")) return of_ticket(call);
  if (route.pattern == "/system/documents/{}/download") return download(call);
  if (route.pattern == "/system/documents/{}/thumbnail") return thumbnail(call);
  if (route.ends_with("pdf"))
    return bytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count "
        "0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "application/pdf");
  if (route.ends_with("uploadsample"))
    return bytes("<html><body><form method=\"post\" enctype=\"multipart/form-data\"></form></body></html>",
                 "text/html");
  if (route.ends_with("download")) return bytes("Log of the sandbox\n", "text/plain");
  return bytes({reinterpret_cast<const char*>(pixel.data()), pixel.size()}, "image/png");
}

Json Documents::to_json() const {
  Json list = Json::array();
  for (const auto& [id, kept] : kept_) {
    list.push_back({{"id", id},
                    {"recordType", kept.record_type},
                    {"recordId", kept.record_id},
                    {"file", kept.file},
                    {"content", connectwise::base64(kept.content)}});
  }
  return list;
}

void Documents::restore(const Json& list) {
  std::map<Id, Kept> kept;
  for (const Json& document : list) {
    const auto content = base64_decode(document.at("content").get<std::string>());
    if (!content) throw std::runtime_error("the content of document " + document.at("id").dump() + " is not base64");
    kept[document.at("id").get<Id>()] = {document.at("recordType"), document.at("recordId").get<Id>(),
                                         document.at("file").get<bool>(), *content};
  }
  kept_ = std::move(kept);
}

}  // namespace leat::sandbox
