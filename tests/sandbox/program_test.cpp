// The program itself: help, options, callbacks over real sockets, requests at the same time.
#include <doctest/doctest.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/sandbox/callbacks/signature.hpp"
#include "support/http_server.hpp"
#include "support/process.hpp"

using namespace leat::test;
using Json = nlohmann::ordered_json;

namespace {

std::string program() { return LEAT_SANDBOX; }

// A running sandbox, and requests to it over connections of their own.
class Running {
 public:
  explicit Running(std::vector<std::string> options) {
    options.insert(options.begin(), {program(), "--port", "0", "--tickets", "50"});
    process = std::make_unique<Program>(options);
    process->wait_for("/apis/3.0");
    const std::string out = process->out();
    const std::size_t colon = out.find(':', out.find("://") + 3);
    port = std::stoi(out.substr(colon + 1));
  }

  // The whole answer, headers too; empty when the connection ends without one.
  std::string send(const std::string& method, const std::string& target, const std::string& body = {}) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      Stream stream(fd);
      const std::string keys = leat::connectwise::base64("sandbox+sandboxPublicKey:sandboxPrivateKey");
      stream.write(method + " " + target +
                   " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nclientId: c\r\nAuthorization: Basic " + keys +
                   "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                   body);
      char block[65536];
      for (std::size_t got = 0; (got = stream.read(block, sizeof block)) > 0;) answer.append(block, got);
    }
    ::close(fd);
    return answer;
  }
  Json json(const std::string& method, const std::string& target, const std::string& body = {}) const {
    const std::string answer = send(method, target, body);
    return Json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false);
  }

  std::unique_ptr<Program> process;
  int port = 0;
};

const std::string api = "/v4_6_release/apis/3.0";
constexpr const char* ticket = R"({"summary":"x","company":{"id":2}})";

// Takes callbacks; the test says what each is answered.
class Receiver {
 public:
  explicit Receiver(std::vector<int> statuses)
      : statuses_(std::move(statuses)),
        server_([this](const HttpRequest& request, HttpPeer& peer) { take(request, peer); }) {}

  // The requests once there are `count`; fewer when they do not come within ten seconds.
  std::vector<HttpRequest> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return taken_.size() >= count; });
    return taken_;
  }
  std::string url() const { return server_.url("/hook?recordId="); }

 private:
  void take(const HttpRequest& request, HttpPeer& peer) {
    std::unique_lock lock(mutex_);
    const int status = taken_.size() < statuses_.size() ? statuses_[taken_.size()] : 200;
    taken_.push_back(request);
    lock.unlock();
    changed_.notify_all();
    peer.answer(status, "");
  }

  std::vector<int> statuses_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> taken_;
  HttpServer server_;
};

std::string registration(const std::string& url) {
  return Json{{"url", url}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}}.dump();
}

}  // namespace

TEST_CASE("--help names each option in its group") {
  const Exit help = run({program(), "--help"});
  CHECK(help.code == 0);
  for (const char* word :
       {"Listening:", "Data:", "Access:", "Faults:", "Callbacks:", "--state", "--permissions", "--codebase", "--fault ",
        "--callback-retry", "missing-client-id=401, 403, 400", "/sandbox/faults", "/sandbox/state"}) {
    CAPTURE(word);
    CHECK(help.out.find(word) != std::string::npos);
  }
}

TEST_CASE("an option that cannot be used ends the program with its name") {
  const TempDir folder;
  const std::string bad = folder.write("bad.json", "{");
  struct Row {
    std::vector<std::string> options;
    std::string message;
  };
  const Row rows[] = {{{"--permissions", "/nowhere.json"}, "--permissions: /nowhere.json cannot be read"},
                      {{"--permissions", bad}, "--permissions " + bad + ": permissions are not JSON"},
                      {{"--state", bad}, bad + ": "},
                      {{"--fault", "{\"fault\":\"x\"}"}, "no fault 'x'"},
                      {{"--variant", "order=up"}, "order takes one of id, shuffled"},
                      {{"--threads", "0"}, "--threads"}};
  for (const Row& row : rows) {
    CAPTURE(row.message);
    std::vector<std::string> command = {program(), "--port", "0"};
    command.insert(command.end(), row.options.begin(), row.options.end());
    const Exit ended = run(command);
    CHECK(ended.code != 0);
    CHECK((ended.err + ended.out).find(row.message) != std::string::npos);
  }
}

TEST_CASE("a callback arrives signed, at the registered address, with a key that the sandbox gives") {
  Receiver receiver({});
  const Running sandbox({});
  CHECK(sandbox.json("POST", api + "/system/callbacks", registration(receiver.url()))["id"].is_number());
  const Json made = sandbox.json("POST", api + "/service/tickets", ticket);
  const auto taken = receiver.wait(1);
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].method == "POST");
  CHECK(taken[0].target == "/hook?recordId=" + made["id"].dump() + "&action=added");
  const Json event = Json::parse(taken[0].body);
  CHECK(event["ID"] == made["id"]);
  const std::string key_url = event["Metadata"]["key_url"];
  const std::string origin = "http://127.0.0.1:" + std::to_string(sandbox.port);
  REQUIRE(key_url.find(origin) == 0);
  const Json key = sandbox.json("GET", key_url.substr(origin.size()));
  CHECK(taken[0].header("x-content-signature") ==
        leat::sandbox::sign(key["signing_key"].get<std::string>(), taken[0].body));
}

TEST_CASE("a callback that is refused comes again, and writing does not wait for it") {
  Receiver receiver({429, 404});
  const Running sandbox({"--callback-retry", "20", "30"});
  sandbox.json("POST", api + "/system/callbacks", registration(receiver.url()));
  CHECK(sandbox.json("POST", api + "/service/tickets", ticket)["id"].is_number());
  const auto taken = receiver.wait(3);
  REQUIRE(taken.size() == 3);
  CHECK(taken[1].body == taken[0].body);
  CHECK(taken[2].body == taken[0].body);
}

TEST_CASE("a receiver that never takes the connection switches its entry off in the end") {
  const Running sandbox({"--callback-retry", "5", "5", "--callback-disable-after", "0"});
  // A port that nobody listens on: taken and given back.
  std::string url;
  {
    const Receiver gone({});
    url = gone.url();
  }
  const Json entry = sandbox.json("POST", api + "/system/callbacks", registration(url));
  sandbox.json("POST", api + "/service/tickets", ticket);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool inactive = false;
  while (!inactive && std::chrono::steady_clock::now() < deadline) {
    inactive = sandbox.json("GET", api + "/system/callbacks/" + entry["id"].dump())["inactiveFlag"] == true;
  }
  CHECK(inactive);
  CHECK(sandbox.json("GET", "/sandbox/callbacks")["repeated"] == 2);
}

TEST_CASE("the state is there again after a restart") {
  const TempDir folder;
  const std::string file = folder.path() / "state.json";
  std::string id;
  {
    const Running sandbox({"--state", file});
    id = sandbox.json("POST", api + "/service/tickets", ticket)["id"].dump();
    sandbox.process->signal(SIGTERM);
    CHECK(sandbox.process->wait().code == 0);
  }
  const Running again({"--state", file});
  CHECK(again.json("GET", api + "/service/tickets/" + id)["summary"] == "x");
}

TEST_CASE("latency holds neither a thread nor other requests") {
  const Running sandbox({"--threads", "1", "--latency", "300"});
  constexpr int count = 8;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < count; ++i) {
    threads.emplace_back(
        [&] { good += sandbox.send("GET", api + "/service/tickets/1").find("200 OK") != std::string::npos ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == count);
  // All of them were waiting at once at some moment, which one at a time could not be.
  CHECK(sandbox.json("GET", "/sandbox/requests")["in_flight_max"].get<int>() > 1);
}
