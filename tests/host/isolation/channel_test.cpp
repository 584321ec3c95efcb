#include "host/isolation/channel.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace leat;
using namespace leat::host;

namespace {

struct Pair {
  Descriptor ours;
  Descriptor theirs;
  Pair() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    ours = Descriptor(ends[0]);
    theirs = Descriptor(ends[1]);
  }
};

std::string wait_for_answer(Exchange& exchange) {
  std::unique_lock lock(exchange.mutex);
  exchange.changed.wait(lock, [&] { return exchange.answer || exchange.ended; });
  return exchange.answer ? std::string(exchange.answer->bytes()) : "ended";
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (wrote <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

// The bytes of a message as they stand on the wire.
std::string on_the_wire(Verb verb, std::string_view body) {
  Pair pair;
  const int theirs = pair.theirs.get();
  Channel channel(std::move(pair.ours));
  channel.tell(verb, 1, body);
  std::string bytes(4096, '\0');
  bytes.resize(static_cast<std::size_t>(recv(theirs, bytes.data(), bytes.size(), 0)));
  return bytes;
}

}  // namespace

TEST_CASE("questions of many threads each get their own answer, messages of 8 MiB among them") {
  Pair pair;
  Channel ours(std::move(pair.ours));
  Channel theirs(std::move(pair.theirs));
  std::thread other([&] {
    theirs.read([&](const Message& message) { theirs.answer(message, std::string(message.bytes()) + "!"); });
  });
  std::thread reader([&] { ours.read([](const Message&) {}); });
  std::vector<std::thread> askers;
  askers.reserve(8);
  std::atomic<int> right{0};
  for (int asker = 0; asker < 8; ++asker) {
    askers.emplace_back([&, asker] {
      for (int i = 0; i < 200; ++i) {
        std::string text = std::to_string(asker) + "." + std::to_string(i);
        if (i == 100 && asker == 0) text.resize(std::size_t{8} << 20U, 'x');
        const auto asked = ours.ask(Verb::process, text);
        if (asked.exchange != nullptr && wait_for_answer(*asked.exchange) == text + "!") ++right;
        ours.forget(asked.id);
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
  CHECK(right == 8 * 200);
  ours.shut();
  reader.join();
  other.join();
}

TEST_CASE("a peer that goes away ends the reading, and end() wakes who waits") {
  Pair pair;
  Channel channel(std::move(pair.ours));
  const auto asked = channel.ask(Verb::poll, "");
  REQUIRE(asked.exchange != nullptr);
  pair.theirs = Descriptor();
  CHECK(channel.read([](const Message&) {}) == "closed its connection");
  channel.end();
  CHECK(wait_for_answer(*asked.exchange) == "ended");
  CHECK(channel.ask(Verb::poll, "").exchange == nullptr);
}

TEST_CASE("what is larger than a message may be is refused as invalid where it is made, and its waiter is told") {
  Pair pair;
  Channel ours(std::move(pair.ours), 1000);
  Channel theirs(std::move(pair.theirs), 1000);
  const auto refusal = [](std::size_t size) {
    Encoder out;
    encode(out, Result<Done>(Error{ErrorKind::invalid,
                                   "larger than a message between the host and a plugin's process may be (" +
                                       std::to_string(size) + " bytes, at most 1000)",
                                   0}));
    return out.take();
  };
  std::thread other([&] {
    theirs.read([&](const Message& question) {
      std::string body(std::stoul(std::string(question.bytes())), 'x');
      theirs.answer(question, body);
      leat_http_response response{};
      response.struct_size = sizeof response;
      response.http_status = 200;
      response.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
      const leat_outcome outcome{sizeof outcome, LEAT_OK, 0, {}};
      theirs.completed(body.size(), outcome, &response);
    });
  });
  std::vector<std::string> completions;
  std::thread reader([&] {
    ours.read([&](const Message& note) {
      Decoder in(note.bytes());
      const CompletionImage completion(in, note.body);
      CHECK(in.complete());
      completions.push_back(std::to_string(note.id) + ": " + std::to_string(completion.outcome().kind) + " " +
                            completion.error().message);
      if (completions.size() == 2) ours.shut();
    });
  });
  const auto ask = [&](const std::string& body) {
    const auto asked = ours.ask(Verb::poll, body);
    REQUIRE(asked.exchange != nullptr);
    return wait_for_answer(*asked.exchange);
  };
  CHECK(ask(std::string(1001, 'x')) == refusal(1001));
  CHECK(ask("800") == std::string(800, 'x'));
  CHECK(ask("1200") == refusal(1200));
  reader.join();
  other.join();
  REQUIRE(completions.size() == 2);
  CHECK(completions[0] == "800: 0 ");
  CHECK(completions[1].starts_with("1200: 1 larger than a message between the host and a plugin's process may be ("));
}

TEST_CASE("what is no message ends the reading with the reason") {
  struct Row {
    const char* what;
    std::string bytes;
    std::string why;
  };
  const std::string sound = on_the_wire(Verb::log, "abc");
  std::string huge = sound;
  huge[11] = '\x7f';  // the highest byte of the size
  std::string role = sound;
  role[14] = 9;
  std::string answer = sound;
  answer[14] = 1;
  const Row rows[] = {{"nothing", "", "closed its connection"},
                      {"half a head", sound.substr(0, 7), "closed its connection"},
                      {"half a body", sound.substr(0, sound.size() - 1), "ended inside a message"},
                      {"a size of 2 GiB", huge, "sent what is no message"},
                      {"an unknown role", role, "sent what is no message"},
                      {"an answer to nothing", answer, "answered a question that nobody asked"}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Pair pair;
    write_all(pair.theirs.get(), row.bytes);
    pair.theirs = Descriptor();
    Channel channel(std::move(pair.ours));
    CHECK(channel.read([](const Message&) {}) == row.why);
  }
}

TEST_CASE("random bytes end the reading, whatever they are") {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::string bytes = on_the_wire(Verb::log, std::string(random() % 100, 'x'));
    for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    Pair pair;
    write_all(pair.theirs.get(), bytes);
    pair.theirs = Descriptor();
    Channel channel(std::move(pair.ours));
    CHECK_FALSE(channel.read([](const Message&) {}).empty());
  }
}
