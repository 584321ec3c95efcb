// A publisher that makes a ticket and then, with the id that it was given, a note of it.
#include <leat/sdk.hpp>

#include <string>

namespace {

struct Steps {
  static constexpr bool rehearsable = true;
  leat::Client client;
  std::string then = "note";
  bool waits_later = false;

  static auto options() {
    return leat::options<Steps>()
        .field("client", &Steps::client, "To write through.", leat::required)
        .field("then", &Steps::then, "What the second step needs of the first one's answer.",
               leat::one_of({"note", "read", "status"}))
        .field("waits_later", &Steps::waits_later, "Starts each request, and waits for its answer then.");
  }

  leat::NewRecord post(const std::string& url, leat::Record body, leat::Context& context) const {
    leat::Request request;
    request.method = "POST";
    request.url = url;
    request.header("Content-Type", "application/json");
    request.body = std::string(body.json());
    if (!waits_later) return leat::NewRecord(leat::value_of(client.call(request, context)).body());
    auto started = leat::value_of(client.start(request, context));
    return leat::NewRecord(leat::value_of(started.wait(context)).body());
  }

  std::string publish(leat::Record record, leat::Context& context) {
    leat::NewRecord ticket("{}");
    ticket.set("summary", record["summary"].text());
    ticket.root().put("company").set_object();
    ticket["company"].set("id", 3);
    const leat::NewRecord made = post("/service/tickets", leat::Record(ticket.raw()), context);
    const std::string notes = "/service/tickets/" + std::string(made["id"].text()) + "/notes";
    std::string text = "planned";
    if (then == "read") {
      text += " behind " + std::to_string(leat::NewRecord(client.get(notes, context).body()).root().size());
    } else if (then == "status") {
      if (!made["status"]["name"]) throw leat::invalid("the answer has no status");
      text += " in " + std::string(made["status"]["name"].text());
    }
    leat::NewRecord note("{}");
    note.set("text", text);
    note.set("internalAnalysisFlag", true);
    return std::string(post(notes, leat::Record(note.raw()), context).json());
  }
};

}  // namespace

LEAT_PLUGIN("test.steps", "1.0.0", "Leat", leat::publisher<Steps>("steps"));
