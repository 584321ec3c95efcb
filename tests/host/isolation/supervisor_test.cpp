// A plugin's process that is not one, or is out of its mind: the host says so and lives on.
#include "host/isolation/supervisor.hpp"

#include <doctest/doctest.h>

#include <string>

#include "host/isolation/isolation.hpp"
#include "host/plugin/fakes.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

// A process that runs a shell script; its descriptor 3 is the socket.
Library load(TestHost& host, const std::string& script) {
  Isolation isolation(host.services, {"/bin/sh", "-c", script});
  return isolation.load("/nowhere/libacme.so", {});
}

}  // namespace

TEST_CASE("a process that cannot be greeted is a refused library that says why") {
  struct Row {
    const char* what;
    const char* script;
    const char* why;
  };
  const Row rows[] = {
      {"ends at once", "exit 7", "ended by itself with exit code 7"},
      {"is killed", "kill -SEGV $$", "was ended by signal 11 (Segmentation fault)"},
      {"closes its connection and lives on", "exec 3>&-; exec sleep 1000", "was killed because it"},
      {"sends text", "echo this is no message of ours at all >&3; exec sleep 1000", "was killed because it"},
      {"sends zeros", "head -c 100000 /dev/zero >&3; exec sleep 1000", "was killed because it"},
      {"sends noise", "head -c 100000 /dev/urandom >&3; exec sleep 1000", "was killed because it"}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    TestHost host;
    const Library library = load(host, row.script);
    CHECK(library.state == Library::State::refused);
    CAPTURE(library.reason);
    CHECK(library.reason.find(row.why) != std::string::npos);
  }
}

TEST_CASE("a program that is not there is a refused library") {
  TestHost host;
  Isolation isolation(host.services, {"/nowhere/leat"});
  const Library library = isolation.load("/nowhere/libacme.so", {});
  CHECK(library.state == Library::State::refused);
  CHECK(library.reason.find("No such file or directory") != std::string::npos);
}
