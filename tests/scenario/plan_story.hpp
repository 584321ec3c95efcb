// Routes that are planned and applied, and what their stories look at.
#pragma once

#include <string>

#include "scenario/story.hpp"

namespace leat::test {

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline constexpr const char* kPatch = "PATCH /service/tickets/{id}";
inline constexpr const char* kNote = "POST /service/tickets/{parentId}/notes";

inline std::string patches(const std::string& publisher_options, const std::string& summary = "{{ summary }}") {
  return R"(
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing:
  patch:
    transformers:
      - { type: map, fields: { path: { id: "{{ id }}" }, payload: { summary: ")" +
         summary + R"(" } } }
    publisher: { type: connectwise, client: psa, entity: "PATCH /service/tickets/{id}")" +
         publisher_options + R"( }
routes: { patch: { incoming: changes, outgoing: patch, key: id } }
)";
}

inline constexpr const char* kNotes = R"(
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing:
  notes:
    transformers:
      - type: map
        fields: { path: { parentId: "{{ id }}" }, payload: { text: "{{ text }}", internalAnalysisFlag: true } }
    publisher: { type: connectwise, client: psa, entity: "POST /service/tickets/{parentId}/notes" }
routes: { notes: { incoming: changes, outgoing: notes, key: id } }
)";

inline constexpr const char* kTicket = "POST /service/tickets";

inline std::string steps(const std::string& publisher_options, const std::string& isolation = "none") {
  return "plugins: { folders: [\"" LEAT_STEPS_FOLDER "\"], libraries: { test.steps: { isolation: " + isolation +
         R"( } } }
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing:
  steps: { publisher: { type: steps, client: psa)" +
         publisher_options + R"( } }
routes: { steps: { incoming: changes, outgoing: steps, key: id } }
)";
}

inline constexpr const char* kUpserts = R"(
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing:
  tickets:
    transformers:
      - type: map
        fields: { payload: { summary: "{{ summary }}", externalXRef: "{{ ref }}", company: { id: 3 }, board: Help Desk } }
    publisher: { type: connectwise, client: psa, entity: POST /service/tickets, match: externalXRef, names: true }
routes: { tickets: { incoming: changes, outgoing: tickets, key: id } }
)";

inline void store(const Story& story) {
  const Exit stored = story.leat({"run", "--once", "--store-only", story.config()});
  CAPTURE(stored.err);
  REQUIRE(stored.code == 0);
}

inline std::string plan_file(const Story& story) { return (story.folder().path() / "plan.json").string(); }

inline std::string status_of(const Story& story, const std::string& key) {
  return story.tasks({"--key", key}).at(0)["status"].get<std::string>();
}

inline std::size_t notes_of(const Sandbox& sandbox, int ticket) {
  std::size_t found = 0;
  for (const Json& note : sandbox.get("/service/tickets/" + std::to_string(ticket) + "/notes?pageSize=1000")) {
    found += note["text"] == "planned" ? 1 : 0;
  }
  return found;
}

// The ticket of this summary, of which there is one.
inline int ticket_of(const Sandbox& sandbox, const std::string& summary) {
  const Json found = sandbox.get("/service/tickets?conditions=summary%20%3D%20%22" + summary + "%22");
  REQUIRE(found.size() == 1);
  return found[0]["id"].get<int>();
}

}  // namespace leat::test
