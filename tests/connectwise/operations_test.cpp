// Every operation of the catalog, from {path, query, payload} to the sandbox's answer.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "connectwise/scripted_client.hpp"
#include "plugins/connectwise/reading/subscriber.hpp"
#include "plugins/connectwise/request.hpp"
#include "support/plugin_host.hpp"
#include "tests/sandbox/minimal_request.hpp"

namespace connectwise = leat::connectwise;
namespace sandbox = leat::sandbox;
using leat::NewRecord;
using namespace leat::sandbox::test;
using leat::test::Scripted;
using leat::test::ScriptedClient;

namespace {

// What a user would write: values for the names in braces, the rest of the URL as query, the body as payload.
Json input_of(const Operation& operation, const Asked& asked) {
  Json input = {{"path", Json::object()}, {"query", Json::object()}};
  std::string_view path = asked.path;
  const std::size_t question = path.find('?');
  for (std::string_view rest = question == path.npos ? "" : path.substr(question + 1); !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    input["query"][std::string(pair.substr(0, pair.find('=')))] = pair.substr(pair.find('=') + 1);
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
  }
  path = path.substr(0, question);
  std::string_view pattern = operation.path;
  while (!pattern.empty() && !path.empty()) {
    const auto part = [](std::string_view& text) {
      const std::size_t end = text.find('/', 1);
      const std::string_view first = text.substr(0, end);
      text = end == text.npos ? std::string_view() : text.substr(end);
      return first;
    };
    const std::string_view name = part(pattern);
    const std::string_view value = part(path);
    const std::size_t open = name.find('{');
    if (open == name.npos) continue;
    const std::string_view rest = name.substr(open + 1);
    input["path"][std::string(rest.substr(0, rest.find_first_of("}:")))] = value.substr(open);
  }
  const bool has_payload = operation.body != BodyKind::none && operation.body != BodyKind::multipart;
  if (has_payload) input["payload"] = Json::parse(asked.body);
  return input;
}

// What the sandbox answers, as the client gives it on.
Scripted answer_of(Harness& harness, const leat::Request& request) {
  std::vector<sandbox::Header> headers;
  for (const leat::Header& header : request.headers) headers.push_back({header.name, header.value});
  const sandbox::Response response = harness.send(request.method, request.url, request.body, headers);
  Scripted scripted{response.body};
  for (const sandbox::Header& header : response.headers) scripted.headers[header.name] = header.value;
  if (response.status < 200 || response.status > 299) {
    scripted.error = leat::Error{leat::ErrorKind::invalid, std::to_string(response.status) + " " + response.body, 0};
  }
  return scripted;
}

// Records of all pages, as the subscriber reads them; or why it does not.
leat::Result<std::size_t> read_all(Harness& harness, const Operation& operation, const Json& input,
                                   std::size_t expected) {
  std::mutex mutex;  // several requests are in flight
  ScriptedClient client([&](const leat::Request& request) {
    const std::lock_guard lock(mutex);
    return answer_of(harness, request);
  });
  leat::test::PluginHost host;
  host.offer(LEAT_CLIENT_SERVICE, client.table());
  // Not a whole page of them: a list that is not paged would give that again and again.
  const Json options = {{"client", "psa"},
                        {"entity", connectwise::name_of(operation)},
                        {"parameters", input},
                        {"pagination", {{"page_size", expected == 3 ? 2 : 3}}}};
  const auto subscriber = host.make<connectwise::Subscriber>(options.dump());
  const auto ctx = host.call();
  leat::Context context(ctx.get());
  subscriber->open("", context);
  std::size_t records = 0;
  for (int polls = 0; polls < 2000; ++polls) {
    leat::host::Batch raw;
    leat::Batch batch(&raw);
    if (auto done = subscriber->poll(batch, leat::Poll{1000, std::chrono::seconds(1)}, context); !done) {
      return done.error();
    }
    records += batch.size();
    if (raw.ended()) return records;
  }
  return leat::Error{leat::ErrorKind::broken, "reading does not end", 0};
}

}  // namespace

TEST_CASE("every operation: the documented method and URL, accepted by the sandbox, and every list pages to its end") {
  const leat::test::PluginHost host;                     // records
  std::map<Method, std::unique_ptr<Harness>> harnesses;  // apart, so that deletions do not disturb reads
  std::size_t good = 0;
  std::size_t lists = 0;
  std::string wrong;
  for (const Operation& operation : catalog().operations()) {
    auto& harness = harnesses[operation.method];
    if (!harness) {
      sandbox::Settings settings;
      settings.tickets = 20;
      harness = std::make_unique<Harness>(settings);
    }
    const Asked asked = minimal_request(*harness, operation);
    const auto say = [&](const std::string& what) { wrong += "\n" + connectwise::name_of(operation) + ": " + what; };
    const NewRecord input(input_of(operation, asked).dump());
    const auto prepared = connectwise::prepare_request(catalog(), operation, input.root(),
                                                       {.check_payload = operation.body != BodyKind::multipart});
    const bool upload = operation.body == BodyKind::multipart;
    if (!prepared && !upload) {
      say(prepared.error().message);
      continue;
    }
    const std::string url = upload ? asked.path : prepared->url;
    if (url != asked.path) {
      say("asked " + asked.path + ", made " + url);
      continue;
    }
    const bool is_list = operation.method == Method::get && operation.response == ResponseKind::array &&
                         !operation.path.ends_with("/count");
    if (is_list) {
      const Json all = Json::parse(
          harness->send("GET", url + (url.find('?') == url.npos ? "?" : "&") + "pageSize=1000").body, nullptr, false);
      const auto read = read_all(*harness, operation, input_of(operation, asked), all.size());
      if (!read || *read != all.size()) {
        say(read ? std::to_string(*read) + " records were read of " + std::to_string(all.size())
                 : read.error().message);
        continue;
      }
      ++lists;
      ++good;
      continue;
    }
    // Uploads, and the body of DELETEs that the document does not declare, are the publisher's matter.
    const std::string body = upload || prepared->body.empty() ? asked.body : prepared->body;
    const sandbox::Response response =
        harness->send(std::string(to_string(operation.method)), url, body, {{"Content-Type", asked.content_type}});
    const int expected = operation.success == 0 ? 200 : operation.success;
    if (response.status != expected && response.status != 204) {
      say("answered with " + std::to_string(response.status) + " " + response.body.substr(0, 200));
      continue;
    }
    ++good;
  }
  INFO("wrong:", wrong);
  CHECK(good == catalog().operations().size());
  MESSAGE(good << " of " << catalog().operations().size() << " operations, " << lists << " of them lists");
}
