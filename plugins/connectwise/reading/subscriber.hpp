// Reads one entity, page by page: any GET operation, a list or one object.
// A read is one walk over all pages. The request transformers run once at its beginning, so that a condition with a
// time in it stays the same on every page. The next page is on its way while the host stores this one: two pages of
// memory at most. Cursor   JSON: the configuration it belongs to, and where Paging goes on. After the end, or for
// another configuration, a
//          read begins anew.
// Errors   denied: the server refuses the request, or the entity is not there; tried again, it goes on where it
// stopped. broken:
//          the server repeats pages. busy, unreachable: as the client says; broken JSON is unreachable.
// Threads  one call at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/component.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/reading/paging.hpp"

namespace leat::connectwise {

class Subscriber {
 public:
  static auto options() {
    return leat::options<Subscriber>()
        .field("client", &Subscriber::client_, "The client to read through: its name under `clients`.", leat::required)
        .field("entity", &Subscriber::entity_,
               "What to read: `GET /path`, an operationId, or the label of the API reference. `leat entities WORDS` "
               "finds it.",
               leat::required, leat::example("GET /service/tickets"))
        .field("parameters", &Subscriber::parameters_, "Parameters of the request.",
               leat::schema(R"("type": "object", "additionalProperties": false, "properties": {)"
                            R"("path": {"type": "object", "additionalProperties": true, )"
                            R"("description": "Values for the names in braces: { id: 4 }."}, )"
                            R"("query": {"type": "object", "additionalProperties": true, )"
                            R"("description": "conditions, orderBy, fields, and what else the entity takes."}})"))
        .field("request_transformers", &Subscriber::request_transformers_,
               "Transformers of {path, query}, run before each read.")
        .field("pagination", &Subscriber::pagination_,
               "true: all pages. false: one page, as the server cuts it or query.page and query.pageSize say. "
               "{ page_size: 250 }: all pages of that size.",
               leat::schema(R"("type": ["boolean", "object"], "additionalProperties": false, "properties": {)"
                            R"("page_size": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1000, )"
                            R"("description": "Records per request."}})"));
  }

  // invalid: entity, parameters or pagination cannot be used.
  Result<Done> configure(Context& context);

  void open(std::string_view cursor, Context& context);
  Result<Done> poll(Batch& out, const Poll& poll, Context& context);
  void close(Context& context);

 private:
  struct Read {
    std::string url;  // without what Paging adds
    Paging paging;
    std::optional<Pending> ahead;  // the request for the next page
  };

  Result<Done> configure_paging(Node query);
  Result<std::string> make_url(Context& context);
  Result<Done> begin(Context& context);
  Result<Pending> start(Context& context);
  Result<Answer> next_answer(Context& context);
  Result<Paging::Step> take(Batch& out, const Answer& answer, Context& context);
  void finish_page(Batch& out);

  leat::Client client_;
  std::string entity_;
  Json parameters_{"{}"};
  Chain request_transformers_;
  Json pagination_{"true"};

  const Operation* operation_ = nullptr;
  PagingSetup setup_;
  std::string configuration_;  // tells whether a cursor is of this one
  std::string cursor_;         // Paging's, to begin or to go on with
  std::string resumed_url_;    // of the read a cursor was stored in; empty: made from the options
  std::optional<Read> read_;
};

}  // namespace leat::connectwise
