#include "host/isolation/supervisor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/backoff.hpp"
#include "host/isolation/answers.hpp"

namespace leat::host {
namespace {

constexpr std::uint32_t write_patience_seconds = 30;
constexpr auto stop_patience = std::chrono::seconds(5);
constexpr auto drain_patience = std::chrono::seconds(5);
constexpr Backoff backoff{std::chrono::milliseconds(100), std::chrono::seconds(30)};

}  // namespace

Supervisor::Lease::Lease(Supervisor& owner, std::shared_ptr<Life> life) : life_(std::move(life)) {
  ++life_->active;
  token_ = std::shared_ptr<void>(life_.get(), [kept = life_, &owner](void*) {
    if (--kept->active == 0) owner.changed();
  });
}

Supervisor::Supervisor(Options options, Services& services)
    : options_(std::move(options)),
      services_(services),
      name_(fmt::format("plugin {}", options_.file.filename().string())) {}

Supervisor::~Supervisor() { stop(); }

Result<DescriptionImage> Supervisor::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    block_signals();
    run(stop);
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return first_.has_value(); });
  return *first_;
}

void Supervisor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Supervisor::changed() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

Result<Supervisor::Lease> Supervisor::enter(Call& call) {
  std::unique_lock lock(mutex_);
  // A call that came out of this process must get in, or the process would never be without work.
  const bool inside = current_ != nullptr && Answers::serving() == current_.get();
  const auto decided = [&] {
    return !failure_.empty() || (current_ != nullptr && !current_->ended() && (inside || !draining_));
  };
  if (!changed_.wait(lock, call.stop(), decided)) {
    return Error{ErrorKind::cancelled, fmt::format("{}: cancelled while its process was started", name_), 0};
  }
  if (!failure_.empty()) return Error{ErrorKind::denied, failure_, 0};
  return Lease(*this, current_);
}

void Supervisor::run(const std::stop_token& stop) {
  while (live(stop)) {
  }
  const std::lock_guard lock(mutex_);
  current_ = nullptr;
  if (failure_.empty()) failure_ = fmt::format("{}: its process has ended with the host", name_);
  if (!first_) first_ = Error{ErrorKind::broken, failure_, 0};
  changed_.notify_all();
}

bool Supervisor::live(const std::stop_token& stop) {
  auto born = give_birth();
  if (!born) return mourn(born.error().message, stop);
  Life& life = **born;
  const auto greeted = greet(life, stop);
  if (!greeted) {
    life.kill("was killed because it could not load the plugin");
    bury(life);
    return mourn(greeted.error().message, stop);
  }
  bool replaced = false;
  {
    std::unique_lock lock(mutex_);
    current_ = *born;
    changed_.notify_all();
    while (!life.ended() && !stop.stop_requested()) {
      changed_.wait(lock, stop, [&] { return life.ended() || life.overgrown(); });
      if (life.ended() || stop.stop_requested()) break;
      draining_ = true;
      replaced = changed_.wait_for(lock, stop, drain_patience, [&] { return life.active == 0 || life.ended(); }) &&
                 !life.ended();
      if (replaced || life.ended()) break;
      draining_ = false;  // a long call: let the others in, and try again
      changed_.notify_all();
      changed_.wait_for(lock, stop, drain_patience, [&] { return life.ended(); });
    }
    current_ = nullptr;
    draining_ = false;
  }
  if (replaced || stop.stop_requested()) retire(life);
  bury(life);
  if (stop.stop_requested()) return false;
  if (!replaced) return mourn(fmt::format("its process {}", life.ending()), stop);
  services_.log.warn(name_, "its process has used more than memory_max, {} MiB: it is replaced",
                     options_.policy.memory_max >> 20U);
  return true;
}

Result<std::shared_ptr<Life>> Supervisor::give_birth() {
  auto sockets = make_socket_pair(write_patience_seconds);
  if (!sockets) return sockets.error();
  std::vector<std::string> command = options_.command;
  command.push_back(options_.file.string());
  auto process = Process::start(command, sockets->theirs);
  if (!process) return process.error();
  auto life = std::make_shared<Life>(++births_, std::move(*process), std::move(sockets->ours), services_.log);
  life->begin({name_, options_.policy.memory_max,
               [this, weak = std::weak_ptr<Life>(life)](Message message) {
                 if (const auto kept = weak.lock()) receive(kept, std::move(message));
               },
               [this] { changed(); }});
  return life;
}

Result<Done> Supervisor::greet(Life& life, const std::stop_token& stop) {
  Encoder hello;
  std::int32_t level = 0;
  while (level < static_cast<std::int32_t>(Level::error) && !services_.log.enabled(static_cast<Level>(level))) ++level;
  hello.number(level);
  Call call(services_.clock, stop, name_);
  auto reply = life.converse(call, Verb::hello, hello.bytes(), options_.start_limit, "loading");
  if (reply.state == Life::Reply::State::unsent) {  // it is ending: how it ended says more
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return life.ended(); });
    reply.why = life.ending();
  }
  if (reply.state != Life::Reply::State::answered) {
    return Error{ErrorKind::broken, fmt::format("its process {}", reply.why), 0};
  }
  Decoder in(reply.answer.bytes());
  if (auto done = decode_result(in); !done) return done;
  const auto description = decode_description(in);
  if (!in.complete()) return Error{ErrorKind::broken, "its process described itself in a damaged message", 0};
  const std::lock_guard lock(mutex_);
  if (!first_) {
    offered_ = std::string(reply.answer.bytes());
    first_ = description;
    changed_.notify_all();
  } else if (offered_ != reply.answer.bytes()) {
    failure_ = fmt::format("{}: the file has changed since the host was started; start the host anew", name_);
    return Error{ErrorKind::denied, failure_, 0};
  }
  return Done{};
}

// The polite end: instances are gone, the library's deinit runs.
void Supervisor::retire(Life& life) {
  Call call(services_.clock, std::stop_token(), name_);
  const auto reply = life.converse(call, Verb::stop, {}, stop_patience, "its end");
  if (reply.state == Life::Reply::State::answered) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop_patience, [&] { return life.ended(); });
  } else if (!life.ending().starts_with("ended by itself with exit code 0")) {
    services_.log.warn(name_, "its process {} while it was to end", life.ending());
  }
}

// Nothing of it stays: the process, and what was sent through it.
void Supervisor::bury(Life& life) {
  life.kill("was killed because it did not end when it was asked to");
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return life.ended(); });
  }
  life.join();
  for (const Send& send : life.sends.take_all()) {
    const std::string why = fmt::format("{}: its process {}", name_, life.ending());
    complete(send, send.repeatable ? LEAT_UNREACHABLE : LEAT_UNCERTAIN, why);
  }
}

bool Supervisor::mourn(const std::string& how, const std::stop_token& stop) {
  const LibraryConfig& policy = options_.policy;
  const auto now = Steady::now();
  crashes_.push_back(now);
  while (now - crashes_.front() > policy.crashes_within) crashes_.pop_front();
  std::unique_lock lock(mutex_);
  if (!first_) {  // nobody uses it yet
    failure_ = how;
    return false;
  }
  if (failure_.empty() && crashes_.size() >= policy.crashes_max) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(policy.crashes_within).count();
    failure_ = fmt::format(
        "{} is in quarantine: its process crashed {} times within {} min, the last time: {}. Start the host "
        "anew to release it",
        name_, crashes_.size(), minutes, how);
  }
  if (!failure_.empty()) {
    services_.log.error(name_, "{}", failure_);
    return false;
  }
  const auto delay = backoff.delay(static_cast<int>(crashes_.size()), random_);
  services_.log.warn(name_, "{}; it is started again in {} ms (crash {} of {})", how, delay.count(), crashes_.size(),
                     policy.crashes_max);
  changed_.wait_for(lock, stop, delay, [] { return false; });
  return !stop.stop_requested();
}

void Supervisor::receive(const std::shared_ptr<Life>& life, Message message) {
  Answers answers(*life, services_, name_);
  if (message.role == Message::Role::note && answers.note(message)) return;
  const bool question = message.role == Message::Role::question;
  const auto job = std::make_shared<Message>(std::move(message));
  const bool runs = workers_.run([this, life, job] { Answers(*life, services_, name_).serve(*job); });
  if (!runs && question) answers.refuse(*job);
  if (!runs && !question) life->kill("was killed because it sent more than it was asked");
}

}  // namespace leat::host
