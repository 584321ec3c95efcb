#include "scenario/story.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

namespace leat::test {
namespace {

constexpr const char* kClients = R"(clients:
  psa:
    type: connectwise
    base_uri: ${CW_BASE_URI}
    client_id: ${CW_CLIENT_ID}
    company_id: sandbox
    public_key: ${CW_PUBLIC_KEY}
    private_key: ${CW_PRIVATE_KEY}
)";

// The credentials a sandbox has by default, as Basic wants them: company+public:private in base64.
constexpr const char* kBasic = "c2FuZGJveCtzYW5kYm94UHVibGljS2V5OnNhbmRib3hQcml2YXRlS2V5";

// The body of the answer; a connection of its own, ended by the server.
std::string http(const std::string& origin, const std::string& method, const std::string& path,
                 const std::string& content = {}) {
  const int port = std::stoi(origin.substr(origin.rfind(':') + 1));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    throw std::runtime_error("the sandbox does not answer");
  }
  const std::string request =
      method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\nAuthorization: Basic " +
      kBasic + "\r\nclientId: 11111111-2222-3333-4444-555555555555\r\nContent-Type: application/json" +
      "\r\nContent-Length: " + std::to_string(content.size()) + "\r\nConnection: close\r\n\r\n" + content;
  if (write(fd, request.data(), request.size()) < 0) throw std::runtime_error("the sandbox hung up");
  std::string answer;
  char buffer[65536];
  for (ssize_t got = 0; (got = read(fd, buffer, sizeof(buffer))) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(fd);
  const auto body = answer.find("\r\n\r\n");
  if (body == std::string::npos) throw std::runtime_error("the sandbox sent no answer to " + path);
  return answer.substr(body + 4);
}

}  // namespace

std::string build_folder() { return LEAT_BUILD; }
std::string source_folder() { return LEAT_SOURCE; }
std::string cmake_program() { return LEAT_CMAKE; }

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(Json::parse(line));
  return out;
}

Sandbox::Sandbox(std::vector<std::string> options) {
  options.insert(options.begin(), {build_folder() + "/bin/connectwise-sandbox", "--port", "0"});
  program_ = std::make_unique<Program>(std::move(options));
  const std::string mark = "listening on ";
  program_->wait_for("/apis/3.0");
  const std::string out = program_->out();
  const auto start = out.find(mark) + mark.size();
  base_uri_ = out.substr(start, out.find_first_of(" \n", start) - start);
}

Json Sandbox::get(const std::string& path) const {
  const auto slash = base_uri_.find('/', 8);
  return Json::parse(http(origin(), "GET", base_uri_.substr(slash) + path));
}

std::string Sandbox::send(const std::string& method, const std::string& path, const std::string& body) const {
  return http(origin(), method, path.starts_with("/sandbox/") ? path : base_uri_.substr(base_uri_.find('/', 8)) + path,
              body);
}

Json Sandbox::requests() const { return Json::parse(http(origin(), "GET", "/sandbox/requests")); }

std::uint64_t Sandbox::requests(const std::string& operation) const {
  return requests()["operations"].value(operation, std::uint64_t{0});
}

Story::Story(const Sandbox& sandbox, const std::string& config) : Story(kClients + config) {
  variables["CW_BASE_URI"] = sandbox.base_uri();
}

Story::Story(const std::string& config) {
  folder_.write("leat.yaml", config);
  variables = {{"CW_CLIENT_ID", "11111111-2222-3333-4444-555555555555"},
               {"CW_PUBLIC_KEY", "sandboxPublicKey"},
               {"CW_PRIVATE_KEY", "sandboxPrivateKey"},
               {"CW_BASE_URI", "http://127.0.0.1:9/v4_6_release/apis/3.0"}};
}

std::unique_ptr<Program> Story::start(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), build_folder() + "/bin/leat");
  return std::make_unique<Program>(std::move(arguments), variables);
}

Exit Story::leat(std::vector<std::string> arguments, const std::string& input) const {
  arguments.insert(arguments.begin(), build_folder() + "/bin/leat");
  return Program(std::move(arguments), variables, input).wait(std::chrono::seconds(120));
}

std::vector<Json> Story::lines(const std::string& file) const { return json_lines(folder_.read(file)); }

std::vector<Json> Story::tasks(std::vector<std::string> options) const {
  options.insert(options.begin(), {"tasks", "list", "--json", "--limit", "100000", "-c", config()});
  const Exit listed = leat(std::move(options));
  if (listed.code != 0) throw std::runtime_error("tasks list: " + listed.err);
  return json_lines(listed.out);
}

}  // namespace leat::test
