// Names in a payload made ids, before it is checked and sent: "status": "In Progress" -> "status": {"id": 17}.
// A name may stand where the schema has a reference: as text, or as an object with name or identifier and no id. Which
// list knows it follows from the reference (reference_lists.hpp). Lists that hang below another record (the statuses of
// a board) need that record's id: from the payload, else from the record at the server.
// Threads  any; a payload has one user.
// Errors   invalid: names the member, and the nearest names. Else the client's.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "leat/client.hpp"
#include "leat/record.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/writing/custom_fields.hpp"
#include "plugins/connectwise/writing/name_tables.hpp"

namespace leat::connectwise {

class Names {
 public:
  // Members that other names hang on; they are resolved first.
  static constexpr std::array<std::string_view, 4> scopes = {"company", "board", "project", "taxCode"};

  // `list` is the URL that shows records of the schema, for custom fields.
  Names(const Catalog& catalog, const Schema& schema, std::string list, std::chrono::milliseconds keep)
      : catalog_(catalog), schema_(schema), tables_(keep), custom_fields_(std::move(list), keep) {}

  // The id of a member of the record at the server, such as its board's; empty: it has none, or there is no record.
  using Present = std::function<Result<std::string>(std::string_view member)>;

  // Edits the payload: an object, a list of objects, or a JSON Patch, of which values of whole members are resolved.
  Result<Done> resolve(leat::Node payload, const Present& present, const leat::Client& client, Context& context);

 private:
  struct Call {
    const Present& present;
    const leat::Client& client;
    Context& context;
  };

  Result<Done> object(const Schema& schema, leat::Node object, const std::string& where, Call& call);
  Result<Done> value(const Type& type, leat::Node value, leat::Node record, const std::string& where, Call& call);
  Result<Done> reference(const Type& type, leat::Node value, leat::Node record, const std::string& where, Call& call);
  Result<Done> patch(leat::Node operations, Call& call);
  const std::optional<ReferenceList>& list_of(std::string_view reference);
  Result<std::string> id_of(std::string_view member, leat::Node record, Call& call) const;

  const Catalog& catalog_;
  const Schema& schema_;
  NameTables tables_;
  std::mutex lists_mutex_;
  std::unordered_map<std::string_view, std::optional<ReferenceList>> lists_;  // by reference; never erased
  CustomFields custom_fields_;
};

}  // namespace leat::connectwise
