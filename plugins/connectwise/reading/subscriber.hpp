// Reads one entity: any GET, or one of the two searches - all of a list, or what changed in it.
// A run of the host is a read to its end, in stages that follow each other; each page goes to the host with the cursor
// behind it. The request transformers run once for a read, so that a condition with a time in it stays the same on every
// page, also across a restart.
// Cursor   JSON that a person can read and set: {"configuration", ...} and what the stages keep. One of another configuration
//          begins anew, and so does one after the end, but for a watermark. Without "configuration" it is taken as it is.
// Errors   denied: the server refuses the request, or the entity is not there; tried again, it goes on where it stopped.
//          broken: the server repeats pages. busy, unreachable: as the client says; broken JSON is unreachable.
// Threads  one call at a time.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/list_reader.hpp"
#include "plugins/connectwise/reading/options.hpp"
#include "plugins/connectwise/reading/source.hpp"

namespace leat::connectwise {

class Subscriber {
 public:
  static auto options() {
    return leat::options<Subscriber>()
        .field("client", &Subscriber::client_, "The client to read through: its name under `clients`.", leat::required)
        .field("entity", &Subscriber::entity_,
               "What to read: `GET /path`, an operationId, or the label of the API reference. `leat entities WORDS` "
               "finds it. POST only of /service/tickets/search and /project/tickets/search.",
               leat::required, leat::example("GET /service/tickets"))
        .field("parameters", &Subscriber::parameters_, "Parameters of the request.", leat::schema(parameters_schema))
        .field("request_transformers", &Subscriber::request_transformers_,
               "Transformers of {path, query}, run before each read.")
        .field("pagination", &Subscriber::pagination_,
               "true: all pages. false: one page, as the server cuts it or query.page and query.pageSize say. "
               "{ page_size: 250, in_flight: 2 }: all pages of that size, so many requests at the same time.",
               leat::schema(Pagination::schema()))
        .field("incremental", &Subscriber::incremental_, "Reads only what changed since the last run.")
        .field("download_folder", &Subscriber::download_folder_,
               "Where files are kept, of an entity that answers with one: the record then says path, file_name, size, "
               "sha256 and content_type.");
  }

  // invalid: entity, parameters or another option cannot be used.
  Result<Done> configure(Context& context);

  void open(std::string_view cursor, Context& context);
  Result<Done> poll(Batch& out, const Poll& poll, Context& context);
  void close(Context& context);

 private:
  std::string cursor() const;

  leat::Client client_;
  std::string entity_;
  Json parameters_{"{}"};
  Chain request_transformers_;
  Json pagination_{"true"};
  std::optional<IncrementalOptions> incremental_;
  File download_folder_;

  Source source_;
  std::string configuration_;  // tells whether a cursor is of this one
  std::optional<ListReader> list_;
};

}  // namespace leat::connectwise
