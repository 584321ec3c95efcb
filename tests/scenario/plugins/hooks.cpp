// A subscriber of webhooks: keeps what comes with the right word, and reads it while its gate is open.
#include <leat/sdk.hpp>

#include <filesystem>
#include <string>

namespace {

struct Hooks {
  leat::File gate;
  static auto options() {
    return leat::options<Hooks>().field("gate", &Hooks::gate, "A file: events are read while it is there.");
  }

  void open(std::string_view, leat::Context& context) {
    if (const auto url = leat::events_url(context)) context.info("my address is " + *url);
  }

  void webhook(const leat::Webhook& request, leat::Batch& events, leat::Context&) const {
    if (request.header("X-Word") != "open sesame") {
      throw leat::failure(leat::ErrorKind::denied, "the word of a webhook is wrong");
    }
    leat::NewRecord event(request.body());
    event.set("target", request.target());
    events.append(std::move(event));
  }

  void poll(leat::Batch& out, const leat::Poll&, leat::Context& context) const {
    if (!gate.path.empty() && !std::filesystem::exists(gate.path)) {
      context.wait(std::chrono::milliseconds(20));
      return;  // nothing yet
    }
    while (auto event = leat::next_event(context)) {
      event->set("woken", leat::woken(context));
      context.info("read event " + std::string((*event)["id"].json()));
      out.append(std::move(*event));
    }
    out.end();
  }
};

}  // namespace

LEAT_PLUGIN("test.hooks", "1.0.0", "Leat", leat::subscriber<Hooks>("hooks"));
