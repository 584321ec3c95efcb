// Documents: multipart upload, lists by record, download.
#include <doctest/doctest.h>

#include "plugins/connectwise/sandbox/engine/form.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

struct Part {
  std::string name;
  std::string content;
  std::string file_name;
};

std::string form(const std::vector<Part>& parts) {
  std::string body;
  for (const Part& part : parts) {
    body += "--limit\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
    if (!part.file_name.empty())
      body += "; filename=\"" + part.file_name + "\"\r\nContent-Type: application/octet-stream";
    body += "\r\n\r\n" + part.content + "\r\n";
  }
  return body + "--limit--\r\n";
}

Response upload(Harness& harness, const std::vector<Part>& parts, const std::string& path = "/system/documents") {
  return harness.send("POST", path, form(parts), {{"Content-Type", "multipart/form-data; boundary=limit"}});
}

const std::string bytes = {'\0', '\r', '\n', '-', '-', '\x7f', '\xff', '"'};

}  // namespace

TEST_CASE("an uploaded document is listed under its record, downloaded byte for byte, and deleted") {
  Harness harness;
  const Response made = upload(harness, {{"recordType", "Ticket", ""},
                                         {"recordId", "7", ""},
                                         {"title", "Screen shot", ""},
                                         {"file", bytes, "my screen.png"}});
  CHECK(made.status == 201);
  const Json document = Json::parse(made.body);
  const std::string path = "/system/documents/" + document["id"].dump();
  CHECK(header(made, "Location").substr(header(made, "Location").size() - path.size()) == path);
  CHECK(document["title"] == "Screen shot");
  CHECK(document["fileName"] == "my screen.png");
  CHECK(document["size"] == bytes.size());
  CHECK(document["owner"] == "sandboxApi");
  CHECK(document["linkFlag"] == false);
  CHECK(document["imageFlag"] == true);
  CHECK(document["_info"]["lastUpdated"] == "2026-02-03T10:11:12Z");

  CHECK(harness.ids("/system/documents?recordType=ticket&recordId=7") == std::vector<Id>{document["id"].get<Id>()});
  CHECK(harness.get("/system/documents/count?recordType=Ticket&recordId=7")["count"] == 1);
  CHECK(harness.get("/system/documents/count?recordType=Company&recordId=7")["count"] == 0);
  CHECK(harness.ids("/system/documents?recordType=Ticket&recordId=8").empty());
  CHECK(harness.get("/service/tickets/7/documents").at(0)["name"] == "Screen shot");

  const Response file = harness.send("GET", path + "/download");
  CHECK(file.body == bytes);
  CHECK(file.content_type == "application/octet-stream");
  CHECK(header(file, "Content-Disposition") == "attachment; filename=\"my screen.png\"");
  CHECK(harness.send("GET", path + "/thumbnail").content_type == "image/png");

  const Response renamed = upload(harness, {{"title", "Other", ""}, {"privateFlag", "true", ""}}, path);
  CHECK(renamed.status == 200);
  CHECK(Json::parse(renamed.body)["title"] == "Other");
  CHECK(Json::parse(renamed.body)["publicFlag"] == false);
  CHECK(harness.send("GET", path + "/download").body == bytes);

  CHECK(harness.send("DELETE", path).status == 204);
  CHECK(harness.send("GET", path).status == 404);
  CHECK(harness.send("GET", path + "/download").status == 404);
  CHECK(harness.ids("/system/documents?recordType=Ticket&recordId=7").empty());
}

TEST_CASE("a link is kept instead of a file") {
  Harness harness;
  const Json document = Json::parse(upload(harness, {{"recordType", "Company", ""},
                                                     {"recordId", "2", ""},
                                                     {"title", "Wiki", ""},
                                                     {"url", "https://wiki.example/", ""}})
                                        .body);
  CHECK(document["linkFlag"] == true);
  CHECK(document["fileName"] == "https://wiki.example/");
}

TEST_CASE("an upload or a list that lacks something is refused") {
  struct Row {
    const char* name;
    std::vector<Part> parts;
    std::string code;
    std::string field;
  };
  const Part type{"recordType", "Ticket", ""};
  const Part id{"recordId", "7", ""};
  const Part title{"title", "t", ""};
  const Part file{"file", "x", "x.txt"};
  const Row rows[] = {
      {"no type", {id, title, file}, "MissingRequiredField", "recordType"},
      {"no record", {type, title, file}, "MissingRequiredField", "recordId"},
      {"no title", {type, id, file}, "MissingRequiredField", "title"},
      {"no file", {type, id, title}, "MissingRequiredField", "file"},
      {"no such ticket", {type, {"recordId", "999999", ""}, title, file}, "NotFound", "recordId"},
  };
  Harness harness;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Response response = upload(harness, row.parts);
    CHECK(response.status == 400);
    const Json error = Json::parse(response.body)["errors"][0];
    CHECK(error["code"] == row.code);
    CHECK(error["field"] == row.field);
  }
  CHECK(harness.send("POST", "/system/documents", "{}").status == 415);
  CHECK(harness.send("POST", "/system/documents", "x", {{"Content-Type", "multipart/form-data"}}).status == 400);
  CHECK(
      harness
          .send("POST", "/system/documents", "--b\r\n\r\nno end", {{"Content-Type", "multipart/form-data; boundary=b"}})
          .status == 400);
  const Json errors = harness.get("/system/documents")["errors"];
  REQUIRE(errors.size() == 2);
  CHECK(errors[0]["field"] == "recordType");
  CHECK(errors[1]["field"] == "recordId");
  CHECK(harness.get("/system/documents?recordType=Ticket&recordId=x")["errors"][0]["field"] == "recordId");
}
