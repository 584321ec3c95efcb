// The configurations in samples/ do what their comments say.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "scenario/story.hpp"

using namespace leat::test;

TEST_CASE("quickstart: each ticket, note and change once, also when it is run again, and against a fresh sandbox") {
  std::ifstream file(source_folder() + "/samples/quickstart/leat.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  Story story(text.str());
  story.variables["CW_COMPANY_ID"] = "sandbox";
  constexpr const char* notes = "POST /service/tickets/{parentId}/notes";
  constexpr const char* put = "PUT /company/addressFormats/{id}";
  {
    const Sandbox sandbox({"--tickets", "300"});
    story.variables["CW_BASE_URI"] = sandbox.base_uri();
    const auto open = sandbox.get("/service/tickets/count?conditions=closedFlag%3Dfalse")["count"].get<std::uint64_t>();
    for (int run = 1; run <= 2; ++run) {
      CAPTURE(run);
      const Exit ran = story.run_once();
      CAPTURE(ran.err);
      CHECK(ran.code == 0);
      CHECK(story.lines("out/tickets.ndjson").size() == 300);
      CHECK(sandbox.requests(notes) == open);
      CHECK(sandbox.requests(put) == 1);
      const std::string name = sandbox.get("/company/addressFormats/4")["name"];
      CHECK(name.find(" (checked)") == name.size() - 10);
    }
  }
  const Sandbox fresh({"--tickets", "300"});
  story.variables["CW_BASE_URI"] = fresh.base_uri();
  CHECK(story.run_once().code == 0);
  CHECK(story.lines("out/tickets.ndjson").size() == 300);
  CHECK(fresh.requests(notes) == 0);
  CHECK(fresh.requests(put) == 1);
}
