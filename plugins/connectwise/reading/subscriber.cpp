#include "plugins/connectwise/reading/subscriber.hpp"

#include "plugins/connectwise/reading/link.hpp"

namespace leat::connectwise {

using nlohmann::json;

Result<Done> Subscriber::configure(Context& /*context*/) {
  auto pagination = Pagination::parse(pagination_.text);
  if (!pagination) return pagination.error();
  SourceOptions options;
  options.entity = entity_;
  options.parameters = parameters_.text;
  options.transformed = static_cast<bool>(request_transformers_);
  options.pagination = *pagination;
  options.download_folder = download_folder_.path;
  auto source = Source::make(options);
  if (!source) return source.error();
  source_ = std::move(*source);
  std::optional<IncrementalSetup> incremental;
  if (incremental_) {
    auto setup = incremental_->setup();
    if (!setup) return setup.error();
    if (!source_.paging().on || !source_.paging().has_id) {
      return Error{ErrorKind::invalid, "incremental needs a list whose records have an id, and all of its pages", 0};
    }
    if (source_.has_order()) {
      return Error{ErrorKind::invalid, "incremental reads in the order of the ids: leave orderBy out", 0};
    }
    incremental = std::move(*setup);
  }
  configuration_ = source_.print() + (incremental ? " " + incremental->field : "");
  list_.emplace(source_, client_, request_transformers_, std::move(incremental));
  return Done{};
}

void Subscriber::open(std::string_view cursor, Context& context) {
  json stored = json::parse(cursor, nullptr, false);
  if (!stored.is_object()) stored = json::object();
  // One that a person set need not say what it belongs to.
  const auto of = stored.find("configuration");
  if (of != stored.end() && *of != configuration_) {
    context.info("the stored cursor belongs to other options: reading begins anew");
    stored = json::object();
  }
  list_->open(stored);
}

void Subscriber::close(Context& /*context*/) { list_->close(); }

std::string Subscriber::cursor() const {
  json cursor = list_->state();
  cursor["configuration"] = configuration_;
  return cursor.dump();
}

Result<Done> Subscriber::poll(Batch& out, const Poll& /*poll*/, Context& context) {
  auto ended = list_->poll(out, context);
  if (!ended) return ended.error();
  if (!*ended) list_->ask_ahead(context);
  out.set_cursor(cursor());
  if (*ended) {
    out.end();
    list_->open(json::parse(cursor()));
  }
  return Done{};
}

}  // namespace leat::connectwise
