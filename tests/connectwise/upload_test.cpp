#include "plugins/connectwise/writing/upload.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "connectwise/publishing.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;
using test::Publishing;
using test::SandboxPsa;
using Parsed = nlohmann::json;
namespace fs = std::filesystem;

namespace {

// A folder with files, and one beside it that nobody may read.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "leat-upload-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    root_ = name;
    fs::create_directories(root_ / "files" / "sub");
    write("files/a.txt", "hello");
    write("files/sub/b \"quoted\".bin", std::string("\r\n--x\0--\r\n", 10));
    write("secret.txt", "secret");
  }
  ~Folder() { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string files() const { return (root_ / "files").string(); }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

const Operation& post() { return *builtin_catalog().by_id("postSystemDocuments"); }

Result<Form> form(const std::string& payload, const UploadRules& rules, const Operation& operation = post()) {
  const NewRecord record(payload);
  return make_form(builtin_catalog(), operation, record.root(), rules);
}

}  // namespace

TEST_CASE("a file and its members become parts") {
  test::PluginHost host;
  const Folder folder;
  const auto made =
      form(R"({"recordType": "Ticket", "recordId": 7, "title": "Log", "file": "a.txt", "privateFlag": true})",
           {folder.files(), 100});
  REQUIRE_MESSAGE(made, made.error().message);
  const std::string start = "multipart/form-data; boundary=";
  REQUIRE(made->content_type.starts_with(start));
  const std::string line = "--" + made->content_type.substr(start.size());
  const auto value = [&](const std::string& name, const std::string& text) {
    return line + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n";
  };
  CHECK(made->body == value("recordType", "Ticket") + value("recordId", "7") + value("title", "Log") + line +
                          "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
                          "Content-Type: application/octet-stream\r\n\r\nhello\r\n" +
                          value("privateFlag", "true") + line + "--\r\n");
}

TEST_CASE("names are escaped, content is sent to the byte, the same parts make the same body") {
  test::PluginHost host;
  const Folder folder;
  const auto made =
      form(R"({"recordType": "Ticket", "recordId": 7, "file": "sub/b \"quoted\".bin"})", {folder.files(), 100});
  REQUIRE_MESSAGE(made, made.error().message);
  CHECK(made->body.find("filename=\"b %22quoted%22.bin\"") != std::string::npos);
  CHECK(made->body.find(std::string("\r\n\r\n\r\n--x\0--\r\n\r\n", 16)) != std::string::npos);
  const auto again = form(R"({"recordType": "Ticket", "recordId": 7, "file": "a.txt"})", {folder.files(), 100});
  CHECK(again->content_type != made->content_type);
  // A plan knows a request by its bytes.
  const auto planned = form(R"({"recordType": "Ticket", "recordId": 7, "file": "a.txt"})", {folder.files(), 100});
  CHECK(again->body == planned->body);
}

TEST_CASE("files come from the folder and from no other place") {
  test::PluginHost host;
  const Folder folder;
  fs::create_symlink(folder.root() / "secret.txt", folder.root() / "files" / "link");
  fs::create_symlink("a.txt", folder.root() / "files" / "inside");
  struct Row {
    std::string file;
    std::string said;  // empty: taken
  };
  const Row rows[] = {
      {"inside", ""},
      {"sub/../a.txt", ""},
      {folder.files() + "/a.txt", ""},
      {"../secret.txt", "payload.file: ../secret.txt is outside of upload_folder"},
      {"link", "payload.file: link is outside of upload_folder"},
      {"/etc/passwd", "payload.file: /etc/passwd is outside of upload_folder"},
      {"sub", "payload.file: sub is no file"},
      {".", "payload.file: . is outside of upload_folder"},
      {"none.txt", "payload.file: none.txt cannot be opened in upload_folder: No such file or directory"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.file);
    const auto made =
        form(R"({"recordType": "Ticket", "recordId": 7, "file": ")" + row.file + "\"}", {folder.files(), 100});
    CHECK((made ? "" : made.error().message) == row.said);
  }
}

TEST_CASE("what cannot be sent is refused, saying why") {
  test::PluginHost host;
  const Folder folder;
  folder.write("files/large", std::string(101, 'x'));
  const std::pair<std::string, std::string> rows[] = {
      {R"({"recordType": "Ticket", "recordId": 7, "file": "large"})",
       "payload.file: large has 101 bytes; upload_max is 100 bytes"},
      {R"({"recordType": "Ticket", "recordId": 7})",
       "payload.file is missing: the path of the file to send, or url for a link"},
      {R"({"recordType": "Ticket", "recordId": 7, "file": "a.txt", "url": "https://x"})",
       "payload has a file and a url: a document is one of them"},
      {R"({"recordType": "Ticket", "file": "a.txt"})",
       "payload.recordId is missing: it says what the document belongs to"},
      {R"({"recordtype": "Ticket"})", "payload.recordtype is not a part of an upload (did you mean recordType?)"},
      {R"({"title": {}})", "payload.title must be text, a number or a boolean"},
      {R"("a.txt")", "payload must be an object with recordType, recordId and file"},
  };
  for (const auto& row : rows) {
    const auto& payload = row.first;
    const auto& said = row.second;
    CAPTURE(payload);
    const auto made = form(payload, {folder.files(), 100});
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::invalid);
    CHECK(made.error().message == said);
  }
  CHECK(form(R"({"recordType": "Ticket", "recordId": 7, "file": "a.txt"})", {"", 100}).error().message ==
        "payload.file: set upload_folder to the folder whose files may be sent");
  CHECK(form(R"({"recordType": "Ticket", "recordId": 7, "file": "a.txt"})", {"/no/such/folder", 100})
            .error()
            .message.starts_with("upload_folder /no/such/folder cannot be opened"));
}

TEST_CASE("an update may change the title alone, a link needs no folder") {
  test::PluginHost host;
  CHECK(form(R"({"title": "New"})", {"", 100}, *builtin_catalog().by_id("postSystemDocumentsById")));
  const auto link =
      form(R"({"recordType": "Ticket", "recordId": 7, "url": "https://y/x", "readOnlyFlag": true})", {"", 100});
  REQUIRE(link);
  CHECK(link->body.find("name=\"title\"\r\n\r\nx\r\n") != std::string::npos);
  // The document spells it so; which one the server reads is not known.
  CHECK(link->body.find("name=\"readOnlyFlag\"") != std::string::npos);
  CHECK(link->body.find("name=\"readOnlyFlay\"") != std::string::npos);
}

TEST_CASE("documents are uploaded and changed") {
  std::string folder = (fs::temp_directory_path() / "leat-documents-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  std::ofstream(fs::path(folder) / "log.txt") << "line 1\nline 2\n";
  SandboxPsa psa;
  const std::string more = R"(, "upload_folder": ")" + folder + "\"";
  Publishing writing(psa.client.table(), R"("entity": "POST /system/documents")" + more);
  const auto made =
      writing.publish(R"({"payload": {"recordType": "Ticket", "recordId": 1, "title": "Log", "file": "log.txt"}})");
  REQUIRE_MESSAGE(made, made.error().message);
  const std::string id = std::to_string(Parsed::parse(*made)["id"].get<int>());
  CHECK(Parsed::parse(*made)["fileName"] == "log.txt");
  CHECK(psa.sandbox.send("GET", "/system/documents/" + id + "/download").body == "line 1\nline 2\n");
  Publishing changing(psa.client.table(), R"("entity": "POST /system/documents/{id}")" + more);
  const auto changed = changing.publish(R"({"path": {"id": )" + id + R"(}, "payload": {"title": "Journal"}})");
  REQUIRE_MESSAGE(changed, changed.error().message);
  CHECK(psa.sandbox.get("/system/documents/" + id)["title"] == "Journal");
  const auto nowhere = writing.publish(R"({"payload": {"recordType": "Ticket", "recordId": 4711, "file": "log.txt"}})");
  CHECK_FALSE(nowhere);
  psa.fault(R"({"fault": "drop-after", "method": "POST", "count": 1})");
  CHECK(writing.publish(R"({"payload": {"recordType": "Ticket", "recordId": 1, "file": "log.txt"}})").error().kind ==
        ErrorKind::uncertain);
  CHECK(writing.doctor("{}").find("error") == std::string::npos);
  fs::remove_all(folder);
  CHECK(writing.doctor("{}").find("is no folder") != std::string::npos);
}
