#include "plugins/connectwise/reading/source.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/catalog/entity_names.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

// A parameter of the query, whose names count in any case.
Node query_member(Node query, std::string_view name) {
  for (const auto item : query) {
    if (same_letters(item.key, name)) return item.value;
  }
  return {};
}

}  // namespace

const char* Pagination::schema() {
  return R"("type": ["boolean", "object"], "additionalProperties": false, "properties": {)"
         R"("page_size": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000, )"
         R"("description": "Records per request."}, )"
         R"("in_flight": {"type": "integer", "minimum": 1, "maximum": 16, "default": 3, )"
         R"("description": "Requests at the same time; memory is that of so many pages."}, )"
         R"("max_pages": {"type": "integer", "minimum": 1, )"
         R"("description": "Ends a read after so many pages; an incremental one goes on there at its next run."}, )"
         R"("max_records": {"type": "integer", "minimum": 1, )"
         R"("description": "Ends a read after the page that holds so many records."}})";
}

Result<Pagination> Pagination::parse(std::string_view text) {
  const json option = json::parse(text, nullptr, false);
  Pagination pagination;
  pagination.on = !option.is_boolean() || option.get<bool>();
  if (option.is_object()) {
    pagination.page_size = option.value("page_size", pagination.page_size);
    pagination.in_flight = option.value("in_flight", pagination.in_flight);
    pagination.max_pages = option.value("max_pages", pagination.max_pages);
    pagination.max_records = option.value("max_records", pagination.max_records);
  }
  if (pagination.page_size < 1 || pagination.page_size > 1000) {
    return refuse("pagination.page_size must be between 1 and 1000");
  }
  if (pagination.in_flight < 1 || pagination.in_flight > 16) {
    return refuse("pagination.in_flight must be between 1 and 16");
  }
  return pagination;
}

Result<Source> Source::make(const SourceOptions& options) {
  const std::string where = std::string(options.place) + "entity: ";
  const std::string entity(options.entity);
  auto found = find_entity(builtin_catalog(), entity.starts_with('/') ? "GET " + entity : entity);
  if (!found) return found.error();
  Source source;
  source.operation_ = *found;
  const Operation& operation = *source.operation_;
  if (operation.method != Method::get && !is_search(operation)) {
    return refuse(where + name_of(operation) + " writes; a subscriber needs a GET, or the POST of a search");
  }
  if (is_file(operation) && options.download_folder.empty()) {
    return refuse(where + name_of(operation) +
                  " answers with a file: set download_folder, where it is kept; the record then says where it is");
  }
  source.parameters_ = options.parameters;
  source.pagination_ = options.pagination;
  source.rows_ = Rows(operation, Download(std::string(options.download_folder)));
  source.schema_ = builtin_catalog().schema(operation.response_schema);
  PagingSetup& paging = source.paging_;
  paging.on = options.pagination.on;
  paging.page_size = PageSize(options.pagination.page_size);
  paging.in_flight = options.pagination.in_flight;
  paging.is_list = operation.response == ResponseKind::array || is_report(operation);
  paging.has_id = paging.is_list && !is_report(operation) && source.schema_ && source.schema_->find("id");
  paging.repeats_at_end = is_report(operation);
  paging.forward_only = !is_search(operation);
  source.print_ = std::to_string(
      hash_of(std::string(operation.id) + "\n" + source.parameters_ + (options.pagination.on ? "" : "\none page")));
  if (auto done = source.check(options); !done) return done.error();
  return source;
}

Result<Done> Source::check(const SourceOptions& options) const {
  const std::string place(options.place);
  NewRecord input(parameters_);
  for (const std::string_view name : {"page", "pageSize", "pageId"}) {
    if (!paging_.on || !paging_.is_list || !query_member(input["query"], name)) continue;
    return refuse(place + "parameters.query." + std::string(name) +
                  " is set by pagination: use pagination: { page_size: n }, or pagination: false to read one page");
  }
  if (options.transformed) return Done{};
  // Nothing changes it later: what is wrong with it is wrong now.
  if (!options.open_path.empty() && !input["path"]) input.root().put("path").set_object();
  for (const std::string& name : options.open_path) {
    if (input["path"][name]) {
      return refuse(place + "parameters.path." + name + " is set by for_each.path: leave one of them out");
    }
    input["path"].set(name, 1);
  }
  if (auto asked = question(input.json()); !asked) return refuse(place + "parameters: " + asked.error().message);
  return Done{};
}

bool Source::has_info() const { return schema_ != nullptr && schema_->find("_info") != nullptr; }

std::string Source::place_of(std::string_view time) const {
  if (schema_ != nullptr && schema_->find(time) != nullptr) return std::string(time);
  return has_info() ? "_info/" + std::string(time) : std::string();
}

bool Source::has_order() const {
  const NewRecord parameters(parameters_);
  return static_cast<bool>(query_member(parameters["query"], "orderBy"));
}

Result<std::string> Source::input(const Chain& transformers, Context& context) const {
  NewBatch batch;
  NewRecord parameters(parameters_);
  for (const char* part : {"path", "query"}) {
    if (!parameters[part]) parameters.root().put(part).set_object();
  }
  batch.append(std::move(parameters));
  if (auto done = transformers.process(batch, context); !done) return done.error();
  const auto record = batch.size() == 1 ? batch.at(0) : std::nullopt;
  if (!record) {
    return refuse("the request transformers must leave exactly one {path, query}: they dropped, rejected or added one");
  }
  return std::string(record->json());
}

Result<Question> Source::question(std::string_view input) const {
  const NewRecord record(input);
  return Question::make(builtin_catalog(), *operation_, record.root());
}

Error for_incoming(Error error) {
  using enum ErrorKind;
  if (error.kind == invalid || error.kind == not_found || error.kind == unsupported) error.kind = denied;
  return error;
}

}  // namespace leat::connectwise
