// Every operation of the catalog, from {path, query, payload} to the sandbox's answer.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>

#include "plugins/connectwise/reading/paging.hpp"
#include "plugins/connectwise/request.hpp"
#include "support/plugin_host.hpp"
#include "tests/sandbox/minimal_request.hpp"

namespace connectwise = leat::connectwise;
namespace sandbox = leat::sandbox;
using leat::NewRecord;
using namespace leat::sandbox::test;
using connectwise::Paging;
using connectwise::PagingSetup;
using connectwise::PreparedRequest;

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

// `records`: not a whole page of them, which a list that is not paged would give again and again.
PagingSetup paging_of(const Operation& operation, std::size_t records) {
  const Schema* schema = catalog().schema(operation.response_schema);
  PagingSetup setup;
  setup.page_size = records == 3 ? 2 : 3;
  setup.has_id = schema != nullptr && schema->find("id") != nullptr;
  return setup;
}

// Records of all pages, as a subscriber walks them; nothing when a page is refused.
std::optional<std::size_t> walk(Harness& harness, const Operation& operation, const std::string& url,
                                std::size_t expected) {
  Paging paging(paging_of(operation, expected));
  std::size_t records = 0;
  for (int requests = 0; !paging.ended(); ++requests) {
    if (requests > 2000) return {};
    std::string page_url = url;
    const auto wanted = paging.request();
    for (const auto& [name, value] : wanted.query) connectwise::append_query(page_url, name, value);
    std::vector<sandbox::Header> headers;
    if (wanted.forward_only) headers.push_back({"pagination-type", "forward-only"});
    const sandbox::Response response = harness.send("GET", page_url, {}, headers);
    const Json page = Json::parse(response.body, nullptr, false);
    if (response.status != 200 || !page.is_array()) return {};
    connectwise::PageAnswer answer;
    answer.records = page.size();
    const std::string link = header(response, "Link");
    if (link != "(absent)") answer.link = link;
    answer.print = connectwise::page_print(response.body);
    const auto step = paging.take(answer);
    if (!step) return {};
    if (*step == Paging::Step::keep) records += answer.records;
  }
  return records;
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
      const auto walked = walk(*harness, operation, url, all.size());
      if (!walked || !all.is_array() || *walked != all.size()) {
        say("pages hold " + (walked ? std::to_string(*walked) : "?") + " records, the list " +
            std::to_string(all.size()));
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
