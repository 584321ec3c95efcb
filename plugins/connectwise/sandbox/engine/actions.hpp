// POST actions whose effect is known: merge, convert, attach, submit and the like.
// Threads  one at a time, as the store.
// Source   bodies and answers: document C; effects on the records: U, drawn from the members that show them (mergedParentTicket,
//          hasMergedChildTicketFlag, parentTicketId, hasChildTicket, the states of sheets and reports).
#pragma once

#include <optional>

#include "plugins/connectwise/sandbox/engine/call.hpp"
#include "plugins/connectwise/sandbox/engine/writer.hpp"

namespace leat::sandbox {

class Actions {
 public:
  Actions(Store& store, Writer& writer) : store_(store), writer_(writer), references_(store) {}

  // The answer; nothing: no effect is known. The body's shape is checked already. Refusal 404 or 400 where a record of the path or
  // of the body is missing.
  std::optional<Json> act(const Call& call, const Json& body);

 private:
  Json merge_tickets(const Call& call, const Json& body);
  Json attach_children(const Call& call, const Json& body);
  Json convert_ticket(const Call& call, const Json& body, bool to_project);
  Json convert_issue(const Call& call, const Json& body);
  Json merge_companies(const Call& call, const Json& body);
  Json convert_opportunity(const Call& call, const Json& body);
  Json move_state(const Call& call, std::string_view to);
  void move_time_entries(const Call& call, const Json& sheet);
  // The record of a path's first argument.
  Json record_at(const char* pattern, const std::string& argument);

  Store& store_;
  Writer& writer_;
  References references_;
};

}  // namespace leat::sandbox
