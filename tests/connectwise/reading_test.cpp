// What can be read, against the sandbox: lists, searches, objects, counts, reports, children, files.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "plugins/connectwise/reading/track.hpp"
#include "support/process.hpp"

using namespace leat;
using namespace leat::test;

namespace {

std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += std::to_string(i) + " ";
  return text;
}

nlohmann::json parsed(const std::string& text) { return nlohmann::json::parse(text); }

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a long list is read with several requests in flight, whole and in order") {
  for (const int in_flight : {1, 2, 4, 16}) {
    CAPTURE(in_flight);
    SandboxPsa psa(with_tickets(230));
    Reading reading(psa.client, R"("entity": "GET /service/tickets", "pagination": {"page_size": 10, "in_flight": )" +
                                    std::to_string(in_flight) + "}");
    reading.open();
    CHECK(reading.ids() == numbers(1, 230));
    if (in_flight > 1) CHECK(psa.client.most_at_once() > 1);
    CHECK(psa.client.most_at_once() <= static_cast<std::size_t>(in_flight));
  }
}

TEST_CASE("a list is read whole where records are gone, and where the user's conditions leave few") {
  SandboxPsa psa(with_tickets(400));
  std::string expected;
  for (int id = 1; id <= 400; ++id) {
    if (id % 7 == 0 || (id > 100 && id < 300)) {
      REQUIRE(psa.sandbox.send("DELETE", "/service/tickets/" + std::to_string(id)).status == 204);
    } else {
      expected += std::to_string(id) + " ";
    }
  }
  for (const char* forward : {"true", "false"}) {
    CAPTURE(forward);
    const std::string entity = forward == std::string("true") ? "GET /service/tickets" : "POST /service/tickets/search";
    Reading reading(psa.client, R"("entity": ")" + entity + R"(", "pagination": {"page_size": 10})");
    reading.open();
    CHECK(reading.ids() == expected);
  }
}

TEST_CASE("a search is a POST with its conditions in the body that may be repeated, page after page") {
  SandboxPsa psa(with_tickets(30));
  Reading reading(psa.client,
                  R"("entity": "POST /service/tickets/search", "pagination": {"page_size": 10, "in_flight": 1},
                     "parameters": {"query": {"conditions": "id > 5 or id = 2", "fields": ["summary"]}})");
  reading.open();
  CHECK(reading.ids() == "2 " + numbers(6, 30));
  const auto requests = psa.client.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].method == "POST");
  CHECK(requests[1].idempotent);
  CHECK(requests[1].url == "/service/tickets/search?fields=summary%2Cid&pageSize=10");
  CHECK(requests[1].body == R"({"conditions":"(id > 5 or id = 2) and id > 14","orderBy":"id"})");
}

TEST_CASE("a list of more ids than a URL holds is asked for in several questions") {
  SandboxPsa psa(with_tickets(900));
  std::string list;
  for (int id = 900; id >= 1; --id) list += (list.empty() ? "" : ",") + std::to_string(id);
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "parameters": {"query": {"conditions": "id in ()" +
                                  list + ")\", \"fields\": \"id\"}}");
  reading.open();
  CHECK(reading.ids() == numbers(1, 900));
  CHECK(psa.client.requests().size() > 3);
  for (const Request& request : psa.client.requests()) CHECK(request.url.size() < 1900);
}

TEST_CASE("a read of several questions goes on in the middle of them") {
  SandboxPsa psa(with_tickets(900));
  std::string list;
  for (int id = 1; id <= 900; ++id) list += (list.empty() ? "" : ",") + std::to_string(id);
  const std::string config = R"("entity": "GET /service/tickets", "pagination": {"page_size": 100},
                               "parameters": {"query": {"conditions": "id in ()" +
                             list + ")\", \"fields\": \"id\"}}";
  std::vector<std::string> cursors;
  Reading first(psa.client, config);
  first.open();
  std::vector<std::size_t> read;
  for (;;) {
    const auto page = first.poll();
    REQUIRE(page);
    read.push_back((read.empty() ? 0 : read.back()) + page->records.size());
    cursors.push_back(page->cursor);
    if (page->ended) break;
  }
  CHECK(read.back() == 900);
  for (std::size_t i = 0; i + 1 < cursors.size(); ++i) {
    Reading again(psa.client, config);
    again.open(cursors[i]);
    CHECK(again.records().size() == 900 - read[i]);
  }
}

TEST_CASE("a read that goes on in the middle of several questions begins each later one at its first record") {
  SandboxPsa psa(with_tickets(400));
  // Questions whose ids lie between each other's, unlike those of a list of ids.
  Reading everything(psa.client, R"("entity": "GET /service/tickets", "parameters": {"query": {"fields": "id,city"}})");
  everything.open();
  std::set<std::string> cities;
  for (const std::string& record : everything.records()) cities.insert(parsed(record).at("city"));
  REQUIRE(cities.size() > 3);
  std::string list;
  int filler = 0;
  for (const std::string& city : cities) {
    list += (list.empty() ? "\"" : ",\"") + city + "\"";
    for (int i = 0; i < 30; ++i) list += ",\"no such city " + std::to_string(++filler) + "\"";
  }
  const auto config =
      nlohmann::json{{"entity", "GET /service/tickets"},
                     {"pagination", {{"page_size", 25}}},
                     {"parameters", {{"query", {{"conditions", "city in (" + list + ")"}, {"fields", "id,city"}}}}}}
          .dump();
  const std::string options = config.substr(1, config.size() - 2);
  std::vector<std::string> cursors;
  std::vector<std::size_t> read;
  Reading first(psa.client, options);
  first.open();
  std::vector<std::string> all;
  for (;;) {
    const auto page = first.poll();
    REQUIRE_MESSAGE(page, page.error().message);
    all.insert(all.end(), page->records.begin(), page->records.end());
    cursors.push_back(page->cursor);
    read.push_back(all.size());
    if (page->ended) break;
  }
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 400);
  for (std::size_t i = 0; i + 1 < cursors.size(); ++i) {
    CAPTURE(cursors[i]);
    Reading again(psa.client, options);
    again.open(cursors[i]);
    CHECK(again.records() == std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(read[i]), all.end()));
  }
}

TEST_CASE("one object, a count and a list of children are read as records") {
  SandboxPsa psa(with_tickets(20));
  struct Row {
    std::string config;
    std::string first;
  };
  const Row rows[] = {
      {R"("entity": "GET /service/tickets/{id}", "parameters": {"path": {"id": 7}})", R"("id":7)"},
      {R"("entity": "GET /service/tickets/count", "parameters": {"query": {"conditions": "id < 6"}})",
       R"({"count":5})"},
      {R"("entity": "GET /service/boards/{parentId}/statuses", "parameters": {"path": {"parentId": 1}})", R"("board")"},
  };
  for (const Row& row : rows) {
    Reading reading(psa.client, row.config);
    reading.open();
    const auto records = reading.records();
    REQUIRE(!records.empty());
    CHECK(records.front().find(row.first) != std::string::npos);
  }
}

TEST_CASE("each row of a report is a record under the names of its columns, page after page") {
  SandboxPsa psa(with_tickets(25));
  const auto reports = psa.sandbox.get("/system/reports");
  REQUIRE(!reports.empty());
  const auto whole = psa.sandbox.get("/system/reports/Service?pageSize=1000");
  REQUIRE(whole.at("row_values").size() == 25);
  Reading reading(psa.client, R"("entity": "GET /system/reports/{reportName}", "pagination": {"page_size": 10},
                                 "parameters": {"path": {"reportName": "Service"}})");
  reading.open();
  const auto records = reading.records();
  REQUIRE(records.size() == 25);
  const auto row = parsed(records.at(20));
  std::size_t i = 0;
  for (const auto& definition : whole.at("column_definitions")) {
    CHECK(row.at(definition.begin().key()).dump() == whole.at("row_values").at(20).at(i++).dump());
  }
}

TEST_CASE("a file is kept whole in the folder, and the record says where and what") {
  const TempDir folder;
  ScriptedClient client([](const Request&) {
    Scripted file{std::string("\0\x01%PDF", 6)};
    file.headers = {{"Content-Type", "application/octet-stream"},
                    {"Content-Disposition", "attachment; filename=\"../../etc/of fer.pdf\""}};
    return file;
  });
  const std::string config = R"("entity": "GET /system/documents/{id}/download", "parameters": {"path": {"id": 12}},
                               "download_folder": ")" +
                             (folder.path() / "files").string() + "\"";
  for (int run = 0; run < 2; ++run) {
    Reading reading(client, config);
    reading.open();
    const auto records = reading.records();
    REQUIRE(records.size() == 1);
    const auto record = parsed(records[0]);
    CHECK(record.at("file_name") == "12-___.._etc_of fer.pdf");
    CHECK(record.at("size") == 6);
    CHECK(record.at("sha256") == "16ab99310b988afb1195e5165b7deac43e691ad62bc53b7efab93f9e633db4ff");
    CHECK(record.at("path") == (folder.path() / "files" / "12-___.._etc_of fer.pdf").string());
    CHECK(content(record.at("path")) == std::string("\0\x01%PDF", 6));
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  CHECK(files == 1);
}

TEST_CASE("a folder that cannot be written pauses the incoming") {
  const TempDir folder;
  std::ofstream(folder.path() / "file") << "x";
  ScriptedClient client([](const Request&) { return Scripted{"x"}; });
  Reading reading(client, R"("entity": "GET /finance/invoices/{id}/pdf", "parameters": {"path": {"id": 1}},
                             "download_folder": ")" +
                              (folder.path() / "file" / "x").string() + "\"");
  reading.open();
  const auto failed = reading.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::denied);
  CHECK(failed.error().message.starts_with("download_folder: cannot write"));
}

TEST_CASE("names of files stay inside their folder") {
  using connectwise::safe_file_name;
  CHECK(safe_file_name("../../x") == "___.._x");
  CHECK(safe_file_name("..") == "__");
  CHECK(safe_file_name(".bashrc") == "_bashrc");
  CHECK(safe_file_name("a\nb/c\\d") == "a_b_c_d");
  CHECK(safe_file_name(std::string(300, 'x') + ".pdf") == std::string(146, 'x') + ".pdf");
  CHECK(safe_file_name("Angebot \xC3\xBC.pdf") == "Angebot \xC3\xBC.pdf");
}

TEST_CASE("a server that is too slow for the page is asked for smaller ones, told once") {
  SandboxPsa psa(with_tickets(300));
  psa.slow_above = 70;
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "pagination": {"page_size": 200})");
  reading.open();
  CHECK(reading.ids() == numbers(1, 300));
  std::size_t told = 0;
  for (const std::string& line : reading.host().lines) told += line.find("instead of") != std::string::npos ? 1 : 0;
  CHECK(told == 2);  // 100, 50
  const std::size_t before = psa.client.requests().size();
  CHECK(reading.ids() == numbers(1, 300));
  CHECK(psa.client.requests()[before].url.find("pageSize=50") != std::string::npos);
}

TEST_CASE("only what the server or the wait for its answer took too long for asks for smaller pages") {
  struct Row {
    ErrorKind kind;
    std::string message;
    bool smaller;
  };
  using enum ErrorKind;
  const std::string subject = "GET https://psa.example/timeout/apis/3.0/service/tickets: ";
  const Row rows[] = {
      {unreachable, subject + "no answer within 60000 ms (timeout)", true},
      {unreachable, subject + "no answer within 60000 ms (timeout) (2 tries)", true},
      {busy, "GET was answered with 500 ConnectWiseApi: A timeout has occured. Please try again.", true},
      {busy, "GET was answered with 500 ConnectWiseApi: Timeout expired.", true},
      {busy, "GET was answered with 504: a web page instead of JSON (\"504 Gateway Timeout\")", true},
      {unreachable, subject + "no connection within 10000 ms (connect_timeout)", false},
      {unreachable, subject + "it could not be sent within 60000 ms (timeout)", false},
      {unreachable, subject + "the connection broke", false},
      {busy, "GET was answered with 503", false},
      {invalid, "GET was answered with 400: timeout", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(connectwise::is_timeout({row.kind, row.message, 0}) == row.smaller);
  }
}

TEST_CASE("a far side that cannot be reached leaves the size of pages as it is") {
  SandboxPsa psa(with_tickets(300));
  std::atomic<bool> reachable{false};
  psa.answer_instead = [&](const Request&) -> std::optional<Scripted> {
    if (reachable) return std::nullopt;
    return Scripted{{}, {}, Error{ErrorKind::unreachable, "no connection within 10000 ms (connect_timeout)", 0}};
  };
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "pagination": {"page_size": 200, "in_flight": 1})");
  reading.open();
  const auto page = reading.poll();
  REQUIRE_FALSE(page);
  CHECK(page.error().kind == ErrorKind::unreachable);
  CHECK(psa.client.requests().size() == 1);
  reachable = true;
  CHECK(reading.ids() == numbers(1, 300));
  for (const Request& request : psa.client.requests()) CHECK(request.url.find("pageSize=200") != std::string::npos);
}

TEST_CASE("a server that was too slow once is asked for as many records as before when it is fast again") {
  SandboxPsa psa(with_tickets(3000));
  psa.slow_above = 70;
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "pagination": {"page_size": 200})");
  reading.open();
  psa.before = [&](const Request&) { psa.slow_above = psa.client.requests().size() > 8 ? 0 : 70; };
  CHECK(reading.ids() == numbers(1, 3000));
  std::size_t told = 0;
  for (const std::string& line : reading.host().lines)
    told += line.find("records per request again") != std::string::npos;
  CHECK(told == 2);  // 100, 200
  CHECK(reading.ids() == numbers(1, 3000));
  CHECK(psa.client.requests().back().url.find("pageSize=200") != std::string::npos);
}

TEST_CASE("a ceiling ends a read with a word about it") {
  SandboxPsa psa(with_tickets(100));
  Reading reading(psa.client, R"("entity": "GET /service/tickets",
                                 "pagination": {"page_size": 10, "in_flight": 1, "max_records": 25})");
  reading.open();
  CHECK(reading.ids() == numbers(1, 30));
  CHECK(reading.ids() == numbers(1, 30));
  CHECK(reading.host().lines.back().find("stopped after 3 pages and 30 records") != std::string::npos);
}

TEST_CASE("numbered pages with an order of one's own keep it, and a record that moves back a page comes once") {
  SandboxPsa psa(with_tickets(60));
  bool added = false;
  psa.before = [&](const Request& request) {
    if (added || request.url.find("page=3") == std::string::npos) return;
    added = true;
    psa.sandbox.post("/service/tickets", {{"summary", "new"}, {"company", {{"id", 1}}}});
  };
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "pagination": {"page_size": 10, "in_flight": 1},
                                 "parameters": {"query": {"orderBy": "id desc", "fields": "id"}})");
  reading.open();
  const auto records = reading.records();
  CHECK(records.size() == 60);
  CHECK(std::set<std::string>(records.begin(), records.end()).size() == 60);
}
