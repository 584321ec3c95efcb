#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <leat/testing.hpp>
#include <string>

#include "expect.hpp"

namespace {

void each_record_is_a_line_at_the_end_of_the_file() {
  char folder[] = "/tmp/plugin_test_XXXXXX";
  EXPECT_EQUAL(mkdtemp(folder) != nullptr, true);
  const std::string path = std::string(folder) + "/out.ndjson";
  {
    leat::testing::Host host;
    leat::testing::Publisher append(host, "@NAME@", R"({"path": ")" + path + R"("})");
    append.publish({R"({"id":1})"});
    append.publish({R"({"id":2})", "3"});
  }
  std::ifstream in(path);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  std::remove(path.c_str());
  std::remove(folder);
  EXPECT_EQUAL(content, "{\"id\":1}\n{\"id\":2}\n3\n");
}

void a_file_that_cannot_be_opened_pauses_the_route() {
  leat::testing::Host host;
  leat::testing::Publisher append(host, "@NAME@", R"({"path": "/dev/null/out.ndjson"})");
  const auto out = append.publish({"1"});
  EXPECT_EQUAL(leat::to_string(out.outcome.error().kind), "denied");
}

}  // namespace

int main() {
  each_record_is_a_line_at_the_end_of_the_file();
  a_file_that_cannot_be_opened_pauses_the_route();
}
