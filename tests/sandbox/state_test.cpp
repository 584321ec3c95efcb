// The state: what differs from the seeds, as JSON.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

Settings kept_in(std::string state_file) {
  Settings settings = few_tickets();
  settings.state_file = std::move(state_file);
  return settings;
}

struct Folder {
  Folder()
      : path(std::filesystem::temp_directory_path() / ("sandbox-state-" + std::to_string(std::random_device()()))) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file() const { return path / "state.json"; }

  std::filesystem::path path;
};

void change(Harness& harness) {
  harness.post("/service/tickets", {{"summary", "new"}, {"company", {{"id", 2}}}, {"initialDescription", "first"}});
  harness.send("DELETE", "/service/tickets/3");
  harness.patch("/service/tickets/4", {{{"op", "replace"}, {"path", "summary"}, {"value", "changed"}}});
  harness.send("POST", "/system/documents",
               "--x\r\nContent-Disposition: form-data; "
               "name=\"recordType\"\r\n\r\nTicket\r\n--x\r\nContent-Disposition: form-data; "
               "name=\"recordId\"\r\n\r\n7\r\n--x\r\nContent-Disposition: form-data; "
               "name=\"title\"\r\n\r\nt\r\n--x\r\nContent-Disposition: "
               "form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n\xff\x01\r\n--x--\r\n",
               {{"Content-Type", "multipart/form-data; boundary=x"}});
}

// Everything the changes above touch, as it reads.
std::string view(Harness& harness) {
  std::string text;
  for (const char* path :
       {"/service/tickets?pageSize=100", "/service/tickets/count", "/service/tickets/24/notes",
        "/system/documents?recordType=Ticket&recordId=7", "/system/documents/4/download", "/company/companies/count"}) {
    const Response response = harness.send("GET", path);
    text += std::to_string(response.status) + " " + response.body + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a sandbox that starts with the state of another one answers as that did, and gives no id twice") {
  const Folder folder;
  std::string before;
  Json token;
  {
    Harness first(kept_in(folder.file()));
    change(first);
    token = Json::parse(first.send("POST", "/system/members/akim/tokens", "{}").body);
    before = view(first);
    CHECK(first.control("POST", "/sandbox/state").status == 204);
  }
  Harness second(kept_in(folder.file()));
  CHECK(view(second) == before);
  CHECK(second.get("/service/tickets/4")["summary"] == "changed");
  CHECK(second.send("GET", "/service/tickets/3").status == 404);
  CHECK(second.send("GET", "/service/tickets/1", "", {keys(token["publicKey"], token["privateKey"])}).status == 200);
  CHECK(second.post("/service/tickets", {{"summary", "next"}, {"company", {{"id", 2}}}})["id"] == 25);
}

TEST_CASE("a state can be put back over a running sandbox") {
  Harness harness(few_tickets());
  const std::string seeds = view(harness);
  const std::string empty = harness.control("GET", "/sandbox/state").body;
  change(harness);
  const std::string changed = view(harness);
  const std::string full = harness.control("GET", "/sandbox/state").body;
  CHECK(changed != seeds);
  CHECK(harness.control("PUT", "/sandbox/state", empty).status == 204);
  CHECK(view(harness) == seeds);
  CHECK(harness.control("PUT", "/sandbox/state", full).status == 204);
  CHECK(view(harness) == changed);
}

TEST_CASE("a state that cannot be used is refused, at the start with the file's name") {
  struct Row {
    const char* text;
    std::string message;
  };
  const Row rows[] = {
      {"{}", "\"format\" is not"},
      {"nonsense", ""},
      {R"({"format":"connectwise-sandbox/1"})", "store"},
      {R"({"format":"connectwise-sandbox/1","store":{"tickets":7,"lists":{},"ids":{}},"documents":[]})", "7 tickets"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Harness harness(few_tickets());
    const Response response = harness.control("PUT", "/sandbox/state", row.text);
    CHECK(response.status == 400);
    CHECK(response.body.find(Json(row.message).dump().substr(1, row.message.size())) != std::string::npos);
    const Folder folder;
    std::ofstream(folder.file()) << row.text;
    std::string error;
    try {
      const Harness started(kept_in(folder.file()));
    } catch (const std::exception& caught) {
      error = caught.what();
    }
    CHECK(error.find(folder.file() + ": ") == 0);
  }
}
