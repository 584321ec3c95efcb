#include "plugins/connectwise/reading/subscriber.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "connectwise/reading_host.hpp"

using namespace leat;
using test::Reading;
using test::refusal;
using test::Scripted;
using test::ScriptedChain;
using test::ScriptedClient;

namespace {

// Tickets 1..count, two or more a page, as the server pages them.
class Tickets {
 public:
  explicit Tickets(int count, bool forward_only = true) : count_(count), forward_only_(forward_only) {}

  Scripted operator()(const Request& request) const {
    const bool forward =
        std::ranges::any_of(request.headers, [](const Header& h) { return h.value == "forward-only"; });
    const int size = number(request.url, "pageSize=", 25);
    const bool keyed = forward && forward_only_;
    const int behind = number(request.url, "id%20%3E%20", 0);
    const int first =
        keyed ? number(request.url, "pageId=", 0) + 1 : behind + (number(request.url, "page=", 1) - 1) * size + 1;
    const int last = std::min(first + size - 1, count_);
    Scripted scripted;
    for (int id = first; id <= last; ++id) scripted.body += (id == first ? "[" : ",") + ticket(id);
    scripted.body += scripted.body.empty() ? "[]" : "]";
    if (keyed) {
      scripted.headers["Link"] =
          last < count_ ? "<https://h/x?pageId=" + std::to_string(last) + ">; rel=\"next\"" : std::string();
    }
    return scripted;
  }

 private:
  static int number(const std::string& url, const std::string& name, int otherwise) {
    const std::size_t at = url.find(name);
    return at == std::string::npos ? otherwise : std::stoi(url.substr(at + name.size()));
  }
  static std::string ticket(int id) { return "{\"id\":" + std::to_string(id) + ",\"summary\":\"x\"}"; }

  int count_;
  bool forward_only_;
};

const std::string tickets_by_two =
    R"("entity": "GET /service/tickets", "pagination": {"page_size": 2, "in_flight": 1})";

}  // namespace

TEST_CASE("all pages of a list arrive in order, then the read ends") {
  ScriptedClient client(Tickets(5));
  Reading reading(client, tickets_by_two);
  reading.open();
  CHECK(reading.ids() == "1 2 3 4 5 ");
  CHECK(client.lines() == std::vector<std::string>{"GET /service/tickets?pageSize=2",
                                                   "GET /service/tickets?pageSize=2&pageId=2",
                                                   "GET /service/tickets?pageSize=2&pageId=4"});
}

TEST_CASE("a list without forward-only paging is read by id, each record once") {
  ScriptedClient client(Tickets(5, false));
  Reading reading(client, tickets_by_two);
  reading.open();
  CHECK(reading.ids() == "1 2 3 4 5 ");
  CHECK(client.lines() ==
        std::vector<std::string>{"GET /service/tickets?pageSize=2", "GET /service/tickets?orderBy=id&pageSize=2",
                                 "GET /service/tickets?conditions=id%20%3E%202&orderBy=id&pageSize=2",
                                 "GET /service/tickets?conditions=id%20%3E%204&orderBy=id&pageSize=2"});
}

TEST_CASE("the next read begins anew, and in the mode that worked") {
  ScriptedClient client(Tickets(3, false));
  Reading reading(client, tickets_by_two);
  reading.open();
  CHECK(reading.ids() == "1 2 3 ");
  const std::size_t before = client.lines().size();
  CHECK(reading.ids() == "1 2 3 ");
  CHECK(client.lines()[before] == "GET /service/tickets?orderBy=id&pageSize=2");
}

TEST_CASE("reading goes on behind any stored cursor, in another process too") {
  std::vector<std::string> cursors;
  for (const bool forward_only : {true, false}) {
    cursors.clear();
    ScriptedClient all(Tickets(5, forward_only));
    Reading first(all, tickets_by_two);
    first.open();
    REQUIRE(first.ids(&cursors) == "1 2 3 4 5 ");
    const std::vector<std::string> rest = {"3 4 5 ", "5 ", "1 2 3 4 5 "};
    REQUIRE(cursors.size() == rest.size());
    for (std::size_t i = 0; i < rest.size(); ++i) {
      CAPTURE(cursors[i]);
      Reading again(all, tickets_by_two);
      again.open(cursors[i]);
      CHECK(again.ids() == rest[i]);
    }
  }
}

TEST_CASE("a cursor of other options begins anew") {
  std::vector<std::string> cursors;
  ScriptedClient client(Tickets(5));
  Reading first(client, tickets_by_two);
  first.open();
  first.ids(&cursors);
  for (const std::string& cursor : {cursors[0], std::string("{\"configuration\":7}"), std::string("{}")}) {
    Reading other(client, tickets_by_two + R"(, "parameters": {"query": {"conditions": "id > 0"}})");
    other.open(cursor);
    CHECK(other.ids() == "1 2 3 4 5 ");
  }
}

TEST_CASE("a cursor that a person set wrongly is refused, instead of everything being read again") {
  const std::pair<const char*, const char*> rows[] = {
      {"garbage", "it is no JSON object"},
      {"[]", "it is no JSON object"},
      {R"({"watermrk": "2026-01-01T00:00:00Z"})", "it has no member \"watermrk\""},
      {R"({"watermark": "yesterday"})", "\"watermark\" is a time such as"},
      {R"({"watermark": 5})", "\"watermark\" is a time such as"}};
  ScriptedClient client(Tickets(5));
  for (const auto& row : rows) {
    CAPTURE(row.first);
    Reading reading(client, tickets_by_two);
    try {
      reading.open(row.first);
      FAIL_CHECK("opened");
    } catch (const Failure& failure) {
      CHECK(failure.error().kind == ErrorKind::invalid);
      CHECK(failure.error().message.find(row.second) != std::string::npos);
    }
  }
  CHECK(client.lines().empty());
}

TEST_CASE("the next page is on its way while the host stores this one, and only that one") {
  ScriptedClient client(Tickets(10));
  Reading reading(client, tickets_by_two);
  reading.open();
  REQUIRE(reading.poll());
  CHECK(client.lines().size() == 2);
  REQUIRE(reading.poll());
  CHECK(client.lines().size() == 3);
}

TEST_CASE("pagination off reads one page as it comes") {
  ScriptedClient client(Tickets(5));
  Reading reading(client, R"("entity": "GET /service/tickets", "pagination": false, )"
                          R"("parameters": {"query": {"page": 2, "pageSize": 2}})");
  reading.open();
  CHECK(reading.ids() == "3 4 ");
  CHECK(client.lines() == std::vector<std::string>{"GET /service/tickets?page=2&pageSize=2"});
}

TEST_CASE("one object is one record") {
  ScriptedClient client([](const Request&) { return Scripted{R"({"id": 4, "name": "US"})"}; });
  Reading reading(client, R"("entity": "AddressFormats - Get AddressFormat by id", "parameters": {"path": {"id": 4}})");
  reading.open();
  CHECK(reading.ids() == "4 ");
  CHECK(client.lines() == std::vector<std::string>{"GET /company/addressFormats/4"});
}

TEST_CASE("an order of one's own is kept and paged by number") {
  ScriptedClient client(Tickets(3));
  Reading reading(client, tickets_by_two + R"(, "parameters": {"query": {"orderBy": "lastUpdated desc"}})");
  reading.open();
  CHECK(reading.ids() == "1 2 3 ");
  CHECK(client.lines()[0] == "GET /service/tickets?orderBy=lastUpdated%20desc&pageSize=2&page=1");
}

TEST_CASE("an empty answer is no record") {
  for (const char* body : {"[]", ""}) {
    ScriptedClient client([body](const Request&) { return Scripted{body}; });
    Reading reading(client, tickets_by_two);
    reading.open();
    CHECK(reading.ids().empty());
  }
}

TEST_CASE("a failed request fails the poll with the client's reason, and the next poll asks again") {
  int calls = 0;
  ScriptedClient client([&calls](const Request& request) {
    if (++calls == 1) return Scripted{{}, {}, Error{ErrorKind::busy, "429", 0}};
    return Tickets(1)(request);
  });
  Reading reading(client, tickets_by_two);
  reading.open();
  const auto failed = reading.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::busy);
  CHECK(reading.ids() == "1 ");
}

TEST_CASE("broken JSON is asked for again, not taken for the end") {
  for (const char* body : {R"([{"id":1},{"id")", R"([{"id":1}]x)", "nonsense", R"([{"id":01}])"}) {
    CAPTURE(std::string(body));
    ScriptedClient client([body](const Request&) { return Scripted{body}; });
    Reading reading(client, tickets_by_two);
    reading.open();
    const auto failed = reading.poll();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::unreachable);
    CHECK(failed.error().message.starts_with("GET /service/tickets was answered with broken JSON"));
  }
}

TEST_CASE("404 for a page behind the last is the end, for the first it is an error") {
  const auto script = [](const Request& request) {
    if (request.url.find("page=1&") != std::string::npos || request.url.ends_with("page=1"))
      return Tickets(2, false)(request);
    return Scripted{{}, {}, Error{ErrorKind::not_found, "404", 0}};
  };
  ScriptedClient client(script);
  Reading reading(client, tickets_by_two + R"(, "parameters": {"query": {"orderBy": "id"}})");
  reading.open();
  CHECK(reading.ids() == "1 2 ");

  ScriptedClient nothing([](const Request&) { return Scripted{{}, {}, Error{ErrorKind::not_found, "404", 0}}; });
  Reading first(nothing, tickets_by_two);
  first.open();
  const auto failed = first.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::denied);
}

TEST_CASE("a request that is refused pauses the incoming instead of ending it") {
  for (const ErrorKind kind : {ErrorKind::invalid, ErrorKind::not_found, ErrorKind::denied}) {
    ScriptedClient client([kind](const Request&) { return Scripted{{}, {}, Error{kind, "400 ApiFindCondition", 0}}; });
    Reading reading(client, tickets_by_two);
    reading.open();
    const auto failed = reading.poll();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::denied);
    CHECK(failed.error().message == "400 ApiFindCondition");
  }
}

TEST_CASE("a server that repeats a page does not read for ever") {
  ScriptedClient client([](const Request&) { return Scripted{R"([{"id":1},{"id":2}])"}; });
  Reading reading(client, tickets_by_two + R"(, "parameters": {"query": {"orderBy": "id"}})");
  reading.open();
  REQUIRE(reading.poll());
  const auto failed = reading.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::broken);
}

TEST_CASE("configurations that cannot work are refused before anything is asked for") {
  const std::pair<std::string, std::string> rows[] = {
      {R"("entity": "PUT /company/addressFormats/{id}")",
       "entity: PUT /company/addressFormats/{id} writes; a subscriber needs a GET, or the POST of a search"},
      {R"("entity": "GET /service/tikets")", "entity \"GET /service/tikets\" is not in the catalog"},
      {R"("entity": "GET /finance/invoices/{id}/pdf", "parameters": {"path": {"id": 1}})",
       "entity: GET /finance/invoices/{id}/pdf answers with a file: set download_folder"},
      {R"("entity": "GET /company/addressFormats/{id}")", "parameters: path.id is missing"},
      {R"("entity": "GET /service/tickets", "parameters": {"query": {"condition": "x"}})",
       "parameters: query.condition is not a parameter of GET /service/tickets (did you mean conditions?)"},
      {R"("entity": "GET /service/tickets", "parameters": {"query": {"pageSize": 10}})",
       "parameters.query.pageSize is set by pagination"},
      {R"("entity": "GET /service/tickets", "pagination": {"page_size": 1001})",
       "pagination.page_size must be between 1 and 1000"},
  };
  for (const auto& [config, message] : rows) {
    const Error error = refusal(config);
    CAPTURE(error.message);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.message.starts_with(message));
  }
}

TEST_CASE("a path alone is read with GET") {
  ScriptedClient client(Tickets(1));
  Reading reading(client, R"("entity": "/service/tickets")");
  reading.open();
  CHECK(reading.ids() == "1 ");
  CHECK(client.lines() == std::vector<std::string>{"GET /service/tickets?pageSize=1000"});
}

TEST_CASE("request transformers run once for a read, and a read that goes on keeps what they made") {
  int runs = 0;
  const ScriptedChain chain(
      [&runs](Batch& batch) { batch.at(0)->root()["query"].set("conditions", "id > " + std::to_string(++runs)); });
  const std::string config = tickets_by_two + R"(, "request_transformers": {"$chain": "x"})";
  ScriptedClient client(Tickets(5));
  std::string cursor;
  {
    Reading first(client, config, &chain);
    first.open();
    const auto page = first.poll();
    REQUIRE(page);
    cursor = page->cursor;
  }  // its request for the next page is given up

  Reading again(client, config, &chain);
  again.open(cursor);
  CHECK(again.ids() == "3 4 5 ");
  CHECK(runs == 1);
  CHECK(again.ids() == "1 2 3 4 5 ");
  CHECK(runs == 2);
  CHECK(client.lines()[0] == "GET /service/tickets?conditions=id%20%3E%201&pageSize=2");
  CHECK(client.lines()[2] == "GET /service/tickets?conditions=id%20%3E%201&pageSize=2&pageId=2");
}

TEST_CASE("request transformers that leave no request, or a wrong one, fail the poll") {
  const std::pair<ScriptedChain::Script, std::string> rows[] = {
      {[](Batch& batch) { batch.drop(0); }, "the request transformers must leave exactly one {path, query}"},
      {[](Batch& batch) { batch.append(NewRecord("{}")); },
       "the request transformers must leave exactly one {path, query}"},
      {[](Batch& batch) { batch.at(0)->root()["path"].set("id", 1); },
       "path.id is not a parameter of GET /service/tickets"}};
  for (const auto& row : rows) {
    CAPTURE(row.second);
    const ScriptedChain chain(row.first);
    ScriptedClient client(Tickets(1));
    Reading reading(client, tickets_by_two + R"(, "request_transformers": {"$chain": "x"})", &chain);
    reading.open();
    const auto failed = reading.poll();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::denied);
    CHECK(failed.error().message.starts_with(row.second));
    CHECK(client.lines().empty());
  }
}
