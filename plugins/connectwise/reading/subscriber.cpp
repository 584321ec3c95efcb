#include "plugins/connectwise/reading/subscriber.hpp"

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

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::size_t count_elements(const Answer& answer, Context& context) {
  NewBatch scratch;
  return scratch.append_array(answer.body(), answer.owner(), context);
}

// What no later record can change is a person's matter: the incoming pauses and asks again, rather than end for good.
Error for_incoming(Error error) {
  using enum ErrorKind;
  if (error.kind == invalid || error.kind == not_found || error.kind == unsupported) error.kind = denied;
  return error;
}

}  // namespace

Result<Done> Subscriber::configure(Context& context) {
  auto found = find_entity(builtin_catalog(), entity_.starts_with('/') ? "GET " + entity_ : entity_);
  if (!found) return found.error();
  operation_ = *found;
  if (operation_->method != Method::get) {
    return refuse("entity: " + name_of(*operation_) + " writes; a subscriber needs a GET");
  }
  if (operation_->response == ResponseKind::binary || operation_->response == ResponseKind::text) {
    return refuse("entity: " + name_of(*operation_) + " answers with a file, not with records");
  }
  const NewRecord parameters(parameters_.text);
  if (auto done = configure_paging(parameters["query"]); !done) return done;
  if (!request_transformers_) {
    // Nothing changes it later: what is wrong with it is wrong now.
    if (auto url = make_url(context); !url) {
      return refuse("parameters: " + url.error().message);
    }
  }
  configuration_ = std::to_string(page_print(std::string(operation_->id) + parameters_.text + pagination_.text));
  return Done{};
}

Result<Done> Subscriber::configure_paging(Node query) {
  const json pagination = json::parse(pagination_.text);
  setup_.on = !pagination.is_boolean() || pagination.get<bool>();
  setup_.is_list = operation_->response == ResponseKind::array;
  const Schema* schema = builtin_catalog().schema(operation_->response_schema);
  setup_.has_id = schema && schema->find("id");
  setup_.has_order = static_cast<bool>(query_member(query, "orderBy"));
  if (pagination.is_object()) setup_.page_size = pagination.value("page_size", setup_.page_size);
  if (setup_.page_size < 1 || setup_.page_size > 1000) return refuse("pagination.page_size must be between 1 and 1000");
  if (!setup_.on || !setup_.is_list) return Done{};
  for (const std::string_view name : {"page", "pageSize", "pageId"}) {
    if (!query_member(query, name)) continue;
    return refuse("parameters.query." + std::string(name) +
                  " is set by pagination: use pagination: { page_size: n }, or " +
                  "pagination: false to read one page");
  }
  return Done{};
}

// The request transformers see {path, query}; what they leave is what is asked for.
Result<std::string> Subscriber::make_url(Context& context) {
  NewBatch batch;
  NewRecord parameters(parameters_.text);
  for (const char* part : {"path", "query"}) {
    if (!parameters[part]) parameters.root().put(part).set_object();
  }
  batch.append(std::move(parameters));
  if (auto done = request_transformers_.process(batch, context); !done) return done.error();
  const auto record = batch.size() == 1 ? batch.at(0) : std::nullopt;
  if (!record)
    return refuse("the request transformers must leave exactly one {path, query}: they dropped, rejected or added one");
  auto request = prepare_request(builtin_catalog(), *operation_, record->root());
  if (!request) return request.error();
  return std::move(request->url);
}

void Subscriber::open(std::string_view cursor, Context& context) {
  read_.reset();
  cursor_.clear();
  resumed_url_.clear();
  if (cursor.empty()) return;
  const json stored = json::parse(cursor, nullptr, false);
  if (!stored.is_object() || text_member(stored, "configuration") != configuration_) {
    context.info("the stored cursor belongs to other options: reading begins anew");
    return;
  }
  if (const auto paging = stored.find("paging"); paging != stored.end()) cursor_ = paging->dump();
  resumed_url_ = text_member(stored, "url");
}

void Subscriber::close(Context& /*context*/) { read_.reset(); }

Result<Done> Subscriber::begin(Context& context) {
  std::string url = std::exchange(resumed_url_, {});
  if (url.empty()) {
    auto made = make_url(context);
    if (!made) return made.error();
    url = std::move(*made);
  }
  PagingSetup setup = setup_;
  // A transformer may have given an order.
  setup.has_order = setup.has_order || lower(url).find("orderby=") != std::string::npos;
  read_.emplace(Read{std::move(url), Paging(setup, cursor_), std::nullopt});
  return Done{};
}

Result<Pending> Subscriber::start(Context& context) {
  const PageRequest page = read_->paging.request();
  Request request;
  request.url = read_->url;
  for (const auto& [name, value] : page.query) append_query(request.url, name, value);
  if (page.forward_only) request.header("pagination-type", "forward-only");
  return client_.start(request, context);
}

Result<Answer> Subscriber::next_answer(Context& context) {
  std::optional<Pending> pending = std::exchange(read_->ahead, std::nullopt);
  if (!pending) {
    auto started = start(context);
    if (!started) return started.error();
    pending.emplace(std::move(*started));
  }
  return pending->wait(context);
}

// Records of the answer go to the batch, unless Paging wants them asked for again in another way.
Result<Paging::Step> Subscriber::take(Batch& out, const Answer& answer, Context& context) {
  const std::string_view body = trim(answer.body());
  PageAnswer page;
  page.link = answer.header("link");
  page.print = page_print(body);
  try {
    if (body.empty()) {
      page.records = 0;
    } else if (body.front() != '[') {
      out.append(NewRecord(body));
      page.records = 1;
    } else if (read_->paging.may_ask_again(page)) {
      page.records = count_elements(answer, context);
      auto step = read_->paging.take(page);
      if (step && *step == Paging::Step::keep) out.append_array(body, answer.owner(), context);
      return step;
    } else {
      page.records = out.append_array(body, answer.owner(), context);
    }
  } catch (const Failure& failure) {
    if (failure.error().kind != ErrorKind::invalid) throw;
    // Bodies cut short were seen; asking again is harmless.
    return Error{ErrorKind::unreachable,
                 name_of(*operation_) + " was answered with broken JSON: " + failure.error().message, 0};
  }
  return read_->paging.take(page);
}

// Says where to go on, and begins to fetch it.
void Subscriber::finish_page(Batch& out) {
  cursor_ = read_->paging.cursor();
  json cursor = {{"configuration", configuration_}, {"paging", json::parse(cursor_)}};
  const bool ended = read_->paging.ended();
  if (request_transformers_ && !ended) cursor["url"] = read_->url;
  out.set_cursor(cursor.dump());
  if (!ended) return;
  out.end();
  read_.reset();
}

Result<Done> Subscriber::poll(Batch& out, const Poll& /*poll*/, Context& context) {
  if (!read_) {
    if (auto done = begin(context); !done) return for_incoming(done.error());
  }
  for (;;) {
    auto answer = next_answer(context);
    if (!answer) {
      if (answer.error().kind != ErrorKind::not_found || !read_->paging.absent_page_is_end()) {
        return for_incoming(answer.error());
      }
      read_->paging.end();
      break;
    }
    context.count("pages");
    auto step = take(out, *answer, context);
    if (!step) return step.error();
    if (*step == Paging::Step::keep) break;
    context.info(name_of(*operation_) + " has no forward-only paging: reading numbered pages");
  }
  if (!read_->paging.ended()) {
    // A failure to start shows at the next poll, which starts it again.
    if (auto started = start(context); started) read_->ahead.emplace(std::move(*started));
  }
  finish_page(out);
  return Done{};
}

}  // namespace leat::connectwise
