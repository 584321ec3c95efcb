#include "host/isolation/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/isolation/batch_image.hpp"
#include "host/isolation/channel.hpp"
#include "host/isolation/child_host.hpp"
#include "host/isolation/description.hpp"
#include "host/isolation/process.hpp"
#include "host/isolation/workers.hpp"
#include "host/net/transport.hpp"
#include "host/plugin/client_instance.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/registry.hpp"
#include "host/record/batch.hpp"

namespace leat::host {
namespace {

constexpr std::size_t workers_max = 1024;

using Made = std::variant<std::unique_ptr<ClientInstance>, std::unique_ptr<SubscriberInstance>,
                          std::unique_ptr<PublisherInstance>, std::unique_ptr<TransformerInstance>>;

class Child {
 public:
  Child(std::filesystem::path file, std::string version)
      : file_(std::move(file)), version_(std::move(version)), channel_(Descriptor(isolated_socket)) {}

  int run() {
    const std::string why = channel_.read([this](Message message) { receive(std::move(message)); });
    if (!stopped_) _exit(0);  // the host is gone, or will kill this process
    return 0;
  }

 private:
  void receive(Message message) {
    if (message.role == Message::Role::note && message.verb == Verb::cancel_call) {
      if (host_ != nullptr) host_->cancel(message.id);
      return;
    }
    if (message.role == Message::Role::question && message.verb == Verb::hello && host_ == nullptr) begin(message);
    if (host_ == nullptr) return;
    if (message.role == Message::Role::question) host_->arrived(message.id);
    const auto job = std::make_shared<Message>(std::move(message));
    if (!workers_.run([this, job] { serve(*job); })) _exit(1);
  }

  void serve(const Message& message) noexcept {
    try {
      if (message.role == Message::Role::note) return note(message);
      channel_.answer(message, reply(message).bytes());
      if (message.verb == Verb::stop) {
        stopped_ = true;
        channel_.shut();
      }
    } catch (const std::exception& error) {
      Encoder answer;
      encode(answer, Result<Done>(Error{ErrorKind::broken, error.what(), 0}));
      channel_.answer(message, answer.bytes());
    }
  }

  void note(const Message& message) {
    Decoder in(message.bytes());
    if (message.verb == Verb::completed) {
      const CompletionImage completion(in, message.body);
      if (const auto send = host_->sends.take(message.id)) completion.run(send->done, send->user);
    } else if (message.verb == Verb::cancel_send) {
      const auto crossing = crossings_.with([&](const auto& all) -> std::optional<Crossing> {
        const auto found = all.find(message.id);
        if (found == all.end()) return std::nullopt;
        return found->second;
      });
      if (!crossing) return;
      if (const auto made = find(crossing->instance)) of<ClientInstance>(*made).cancel(crossing->ticket);
    }
  }

  Encoder reply(const Message& message) {
    Decoder in(message.bytes());
    Encoder out;
    switch (message.verb) {
      case Verb::hello: return hello();
      case Verb::stop: return stop();
      default: break;
    }
    const CallImage image = decode_call(in);
    ChildHost::Work work(*host_, message.id, image);
    const auto number = in.number<std::uint64_t>();
    if (message.verb == Verb::create) return create(work.call(), number, in);
    if (message.verb == Verb::search) return search(work.call(), in);
    const auto made = find(number);
    if (made == nullptr) {
      encode(out, Result<Done>(Error{ErrorKind::broken, "there is no such instance", 0}));
      return out;
    }
    switch (message.verb) {
      case Verb::destroy: instances_.with([&](auto& all) { all.erase(number); }); break;
      case Verb::open: encode(out, open(*made, work.call(), in.text())); return out;
      case Verb::close: encode(out, close(*made, work.call())); return out;
      case Verb::settle: {
        const std::string_view cursor = in.text();
        encode(out, of<SubscriberInstance>(*made).settle(work.call(), cursor, in.flag()));
        return out;
      }
      case Verb::poll: return poll(*made, work.call(), in);
      case Verb::webhook: return webhook(*made, work.call(), in);
      case Verb::publish:
      case Verb::process: return deliver(*made, work, message, in);
      case Verb::constants:
      case Verb::doctor: return look(*made, work.call(), message.verb, in);
      case Verb::send: return send(*made, work.call(), number, in);
      case Verb::quiesce: of<ClientInstance>(*made).quiesce(); break;
      default: break;
    }
    encode(out, Result<Done>(Done{}));
    return out;
  }

  void begin(const Message& hello) {
    Decoder in(hello.bytes());
    const auto level = static_cast<Level>(std::clamp(in.number<std::int32_t>(), LEAT_TRACE, LEAT_ERROR));
    log_ = std::make_unique<Log>(secrets_, level, [this](Level at, std::string_view line) {
      Encoder out;
      out.number(static_cast<std::int32_t>(at));
      out.text({});
      out.text(line);
      channel_.tell(Verb::log, 0, out.bytes());
    });
    host_ = std::make_unique<ChildHost>(channel_, *log_, secrets_, clock_, version_);
  }

  Encoder hello() {
    library_ = open_library(file_);
    const auto offers_clients = [](const LibraryComponent& component) { return component.kind == LEAT_KIND_CLIENT; };
    if (std::any_of(library_.components.begin(), library_.components.end(), offers_clients)) start_http_threads();
    if (library_.state == Library::State::loaded) init_library(host_->raw(), library_);
    Encoder out;
    if (library_.state != Library::State::loaded) {
      encode(out, Result<Done>(Error{ErrorKind::invalid, library_.reason, 0}));
      return out;
    }
    encode(out, Result<Done>(Done{}));
    encode(out, describe(library_));
    return out;
  }

  Encoder stop() {
    // When the process is replaced they are still there; the youngest goes first.
    auto all = instances_.with([](auto& instances) { return std::exchange(instances, {}); });
    while (!all.empty()) all.erase(std::prev(all.end()));
    if (library_.plugin != nullptr && library_.plugin->deinit != nullptr) library_.plugin->deinit();
    Encoder out;
    encode(out, Result<Done>(Done{}));
    return out;
  }

  template <class T>
  Result<Made> make(const LibraryComponent& component, Call& call, std::string_view config, std::string place) {
    auto made = T::create(*component.table, host_->raw(), call, config, std::move(place));
    if (!made) return made.error();
    return Made(std::move(*made));
  }

  Encoder create(Call& call, std::uint64_t number, Decoder& in) {
    Encoder out;
    const auto index = in.number<std::uint32_t>();
    const std::string place(in.text());
    const std::string_view config = in.text();
    if (!in.complete() || index >= library_.components.size()) {
      encode(out, Result<Done>(Error{ErrorKind::broken, "there is no such component", 0}));
      return out;
    }
    const LibraryComponent& component = library_.components[index];
    auto made = component.kind == LEAT_KIND_CLIENT       ? make<ClientInstance>(component, call, config, place)
                : component.kind == LEAT_KIND_SUBSCRIBER ? make<SubscriberInstance>(component, call, config, place)
                : component.kind == LEAT_KIND_PUBLISHER  ? make<PublisherInstance>(component, call, config, place)
                                                         : make<TransformerInstance>(component, call, config, place);
    if (!made) {
      encode(out, Result<Done>(made.error()));
      return out;
    }
    encode(out, Result<Done>(Done{}));
    const auto* const publisher = std::get_if<std::unique_ptr<PublisherInstance>>(&*made);
    out.flag(publisher != nullptr && (*publisher)->replay_safe());
    out.number(publisher == nullptr ? std::uint32_t{0} : (*publisher)->batch_max());
    instances_.with([&](auto& all) { all.insert_or_assign(number, std::make_shared<Made>(std::move(*made))); });
    return out;
  }

  static Encoder look(Made& made, Call& call, Verb verb, Decoder& in) {
    Record known;
    Record found;
    Result<Done> done = known.set_json(in.text());
    if (done && verb == Verb::constants) {
      done = of<TransformerInstance>(made).constants(call, known);
    } else if (done) {
      done = std::visit([](auto& instance) -> Instance& { return *instance; }, made).doctor(call, known, found);
    }
    Encoder out;
    encode(out, done);
    if (!done) return out;
    out.text(known.json());
    out.text(found.json());
    return out;
  }

  static Result<Done> open(Made& made, Call& call, std::string_view cursor) {
    if (std::holds_alternative<std::unique_ptr<PublisherInstance>>(made)) return of<PublisherInstance>(made).open(call);
    return of<SubscriberInstance>(made).open(call, cursor);
  }
  static Result<Done> close(Made& made, Call& call) {
    if (std::holds_alternative<std::unique_ptr<PublisherInstance>>(made)) {
      return of<PublisherInstance>(made).close(call);
    }
    return of<SubscriberInstance>(made).close(call);
  }

  static Encoder poll(Made& made, Call& call, Decoder& in) {
    const auto max = in.number<std::uint32_t>();
    const auto wait = std::chrono::milliseconds(in.number<std::uint32_t>());
    Batch batch;
    const BatchBefore before(batch);
    const auto done = of<SubscriberInstance>(made).poll(call, max, wait, batch);
    Encoder out;
    encode(out, done);
    if (done) before.encode_changes(out, batch);
    return out;
  }

  static Encoder webhook(Made& made, Call& call, Decoder& in) {
    const RequestImage image(in);
    const leat_http_request& raw = image.raw();
    const leat_webhook request{sizeof request, 0, raw.method, raw.url, raw.headers, raw.header_count, raw.body};
    Batch events;
    const BatchBefore before(events);
    const auto done = of<SubscriberInstance>(made).webhook(call, request, events);
    Encoder out;
    encode(out, done);
    if (done) before.encode_changes(out, events);
    return out;
  }

  static Encoder deliver(Made& made, ChildHost::Work& work, const Message& message, Decoder& in) {
    Batch batch;
    Encoder out;
    if (!decode_batch(in, message.body, Trust::host, batch)) {
      encode(out, Result<Done>(Error{ErrorKind::broken, "the host sent a damaged batch", 0}));
      return out;
    }
    const BatchBefore before(batch);
    Result<Done> done = Done{};
    if (message.verb == Verb::publish) {
      work.report(batch);
      done = of<PublisherInstance>(made).publish(work.call(), batch);
    } else {
      done = of<TransformerInstance>(made).process(work.call(), batch);
    }
    encode(out, done);
    before.encode_changes(out, batch);
    return out;
  }

  // A send on its way through this library's client.
  struct Waiting {
    Child& child;
    std::uint64_t number;
    static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
      const std::unique_ptr<Waiting> self(static_cast<Waiting*>(user));
      self->child.crossings_.with([&](auto& all) { all.erase(self->number); });
      self->child.channel_.completed(self->number, *outcome, response);
    }
  };

  Encoder send(Made& made, Call& call, std::uint64_t instance, Decoder& in) {
    const auto number = in.number<std::uint64_t>();
    const RequestImage request(in);
    crossings_.with([&](auto& all) { all.insert_or_assign(number, Crossing{instance, 0}); });
    auto waiting = std::make_unique<Waiting>(Waiting{*this, number});
    const auto sent = of<ClientInstance>(made).send(call, request.raw(), &Waiting::done, waiting.get());
    Encoder out;
    if (!sent) {
      crossings_.with([&](auto& all) { all.erase(number); });
      encode(out, Result<Done>(sent.error()));
      return out;
    }
    waiting.release();  // NOLINT(bugprone-unused-return-value): done owns it
    crossings_.with([&](auto& all) {
      if (const auto found = all.find(number); found != all.end()) found->second.ticket = *sent;
    });
    encode(out, Result<Done>(Done{}));
    return out;
  }

  Encoder search(Call& call, Decoder& in) {
    const std::string_view words = in.text();
    const auto limit = in.number<std::uint32_t>();
    const auto found = Catalog(library_.id, catalog_of(*library_.plugin)).search(call, words, limit);
    Encoder out;
    encode(out, found ? Result<Done>(Done{}) : Result<Done>(found.error()));
    if (found) out.text(*found);
    return out;
  }

  std::shared_ptr<Made> find(std::uint64_t number) const {
    return instances_.with([&](const auto& all) {
      const auto found = all.find(number);
      return found == all.end() ? nullptr : found->second;
    });
  }
  template <class T>
  static T& of(Made& made) {
    return *std::get<std::unique_ptr<T>>(made);  // throws when the host mixed them up
  }

  struct Crossing {
    std::uint64_t instance = 0;
    std::uint64_t ticket = 0;
  };

  const std::filesystem::path file_;
  const std::string version_;
  Channel channel_;
  SystemClock clock_;
  Secrets secrets_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<ChildHost> host_;
  Library library_;
  Guarded<std::map<std::uint64_t, std::shared_ptr<Made>>> instances_;
  Guarded<std::map<std::uint64_t, Crossing>> crossings_;
  std::atomic<bool> stopped_{false};
  Workers workers_{workers_max};
};

}  // namespace

int run_isolated(const std::filesystem::path& file, const std::string& version) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);  // as in the host: who writes to what is gone gets an error
  fcntl(isolated_socket, F_SETFD, FD_CLOEXEC);
  return Child(file, version).run();
}

}  // namespace leat::host
