// Reads one entity: any GET, or one of the two searches - all of a list, or what changed in it.
// A run of the host is a read to its end: the list or the children of another one, page by page, each with the cursor behind
// it; now and then a sweep for deletions behind that. What callbacks announced comes before the next page; a run that
// began because of them reads nothing else. The request transformers run once for a read, so that a condition with a time
// in it stays the same on every page, also across a restart.
// Cursor   JSON that a person can read and set: {"configuration", ...} and what the stages keep. One of another configuration
//          begins anew, and so does one after the end, but for a watermark. Without "configuration" it is taken as it is.
// Errors   denied: the server refuses the request, or the entity is not there; tried again, it goes on where it stopped.
//          broken: the server repeats pages. busy, unreachable: as the client says; broken JSON is unreachable.
// Threads  one call at a time; webhook() any, beside the others.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/announced.hpp"
#include "plugins/connectwise/reading/for_each.hpp"
#include "plugins/connectwise/reading/known_ids.hpp"
#include "plugins/connectwise/reading/list_reader.hpp"
#include "plugins/connectwise/reading/options.hpp"
#include "plugins/connectwise/reading/registration.hpp"
#include "plugins/connectwise/reading/source.hpp"
#include "plugins/connectwise/reading/sweep.hpp"

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
        .field("for_each", &Subscriber::for_each_,
               "Reads the entity once for each record of another one, with values of that record in its path.")
        .field("deletions", &Subscriber::deletions_, "Reports records that are gone as {\"deleted\": true, \"id\": N}.")
        .field("callbacks", &Subscriber::callbacks_,
               "Lets ConnectWise announce changes to the host's webhook listener; the schedule's polls prove that none "
               "was missed.")
        .field("download_folder", &Subscriber::download_folder_,
               "Where files are kept, of an entity that answers with one: the record then says path, file_name, size, "
               "sha256 and content_type.");
  }

  // invalid: entity, parameters or another option cannot be used.
  Result<Done> configure(Context& context);

  void open(std::string_view cursor, Context& context);
  Result<Done> poll(Batch& out, const Poll& poll, Context& context);
  Result<Done> settle(std::string_view cursor, bool stored, Context& context);
  void close(Context& context);
  Result<Done> webhook(const Webhook& webhook, Batch& events, Context& context);
  void doctor(Record known, Findings& findings, Context& context);

 private:
  enum class Stage : std::uint8_t { reading, sweeping };

  Result<Source> make_source(const Pagination& pagination) const;
  Result<Source> make_parents(const Pagination& pagination) const;
  Result<std::optional<IncrementalSetup>> incremental_of(const std::optional<IncrementalOptions>& options,
                                                         const Source& source, const std::string& place) const;
  Result<Done> check_together() const;
  std::vector<std::string> fields_needed() const;
  Result<Done> begin_run(Context& context);
  Result<Done> keep_callbacks(Context& context);
  Result<Done> keep_known(Context& context);
  Result<bool> take_announced(Batch& out, Context& context);
  Result<bool> read(Batch& out, const Poll& poll, Context& context);
  Result<Done> finish_records(Batch& out, Context& context);
  std::string own_member() const;
  void end_page(Batch& out, bool ended);
  Result<bool> try_one(const Source& source, const Chain& transformers, const nlohmann::json& path, NewBatch& found,
                       Findings& findings, Context& context);
  void try_incremental(const Source& source, const std::string& field, const NewBatch& found, Findings& findings,
                       Context& context);
  void try_callbacks(Findings& findings, Context& context);
  std::string cursor() const;

  leat::Client client_;
  std::string entity_;
  Json parameters_{"{}"};
  Chain request_transformers_;
  Json pagination_{"true"};
  std::optional<IncrementalOptions> incremental_;
  std::optional<ForEachOptions> for_each_;
  std::optional<DeletionOptions> deletions_;
  std::optional<CallbackOptions> callbacks_;
  File download_folder_;

  Source source_;
  Source parents_source_;
  Chain no_transformers_;
  std::string configuration_;       // tells whether a cursor is of this one
  std::optional<ListReader> list_;  // or
  std::optional<ForEach> children_;
  std::optional<Sweep> sweep_;
  std::optional<KnownIds> known_;
  std::optional<Announced> announced_;
  std::optional<Registration> registration_;
  Stage stage_ = Stage::reading;
  bool begun_ = false;          // what a run does first is done
  bool known_checked_ = false;  // whether the known ids are of this list
};

}  // namespace leat::connectwise
