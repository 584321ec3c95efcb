#include "host/base/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <regex>
#include <utility>
#include <vector>

#include "host/base/secrets.hpp"

using leat::host::Level;
using leat::host::Log;
using leat::host::Secrets;

namespace {

struct Kept {
  std::vector<std::pair<Level, std::string>> lines;
  Log::Sink sink() {
    return [this](Level level, std::string_view line) { lines.emplace_back(level, line); };
  }
};

// What `run` writes to the standard error stream.
template <class F>
std::string stderr_of(F run) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fflush(stderr);
  const int kept = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  run();
  std::fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  std::rewind(file);
  std::string text(65536, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

}  // namespace

TEST_CASE("lines below the least level are not written") {
  const Secrets secrets;
  Kept kept;
  Log log(secrets, Level::warn, kept.sink());
  log.debug("", "one");
  log.info("", "two");
  log.warn("", "three");
  log.error("", "four");
  log.write(Level::info, "", "five");
  REQUIRE(kept.lines.size() == 2);
  CHECK(kept.lines[0] == std::pair{Level::warn, std::string("three")});
  CHECK(kept.lines[1] == std::pair{Level::error, std::string("four")});
  CHECK(log.enabled(Level::error));
  CHECK_FALSE(log.enabled(Level::info));
}

TEST_CASE("a line names where it comes from") {
  const Secrets secrets;
  Kept kept;
  Log log(secrets, Level::info, kept.sink());
  log.info("route sync", "{} records", 12);
  REQUIRE(kept.lines.size() == 1);
  CHECK(kept.lines[0].second == "route sync: 12 records");
}

TEST_CASE("no secret is written, also one that is known only after the log was made") {
  Secrets secrets;
  Kept kept;
  Log log(secrets, Level::info, kept.sink());
  secrets.add("a", "pass\nword");
  log.info("client pass\nword", "sent pass\nword");
  REQUIRE(kept.lines.size() == 1);
  CHECK(kept.lines[0].second == "client ***: sent ***");
}

TEST_CASE("an event is one line and cannot drive the terminal") {
  const Secrets secrets;
  Kept kept;
  Log log(secrets, Level::info, kept.sink());
  log.info("", "{}", "a\nfake line\r\x1b[31m\x7f\u009b1m ä\t.");
  REQUIRE(kept.lines.size() == 1);
  CHECK(kept.lines[0].second == "a\\nfake line\\r\\x1b[31m\\x7f\\u009b1m ä\t.");
}

TEST_CASE("text on stderr is time, level, origin, message") {
  Secrets secrets;
  secrets.add("a", "hidden-value");
  const std::string text = stderr_of([&] {
    Log log(secrets, Level::info, Log::Format::text);
    log.warn("route sync", "paused: {}", "hidden-value");
    log.info("", "started");
  });
  CHECK(
      std::regex_match(text, std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z warn  route sync: paused: "
                                        "\\*\\*\\*\n\\S+Z info  started\n")));
}

TEST_CASE("JSON on stderr is one object per line, whatever the text") {
  Secrets secrets;
  secrets.add("a", "hidden-value");
  const std::string text = stderr_of([&] {
    Log log(secrets, Level::info, Log::Format::json);
    log.error("route \"x\"", "bad \xff byte, hidden-value\nnext");
    log.info("", "started");
  });
  const std::size_t end = text.find('\n');
  REQUIRE(end != std::string::npos);
  const auto first = nlohmann::json::parse(text.substr(0, end));
  CHECK(first["level"] == "error");
  CHECK(first["origin"] == "route \"x\"");
  CHECK(first["message"] == "bad \xef\xbf\xbd byte, ***\nnext");
  CHECK(std::regex_match(first["time"].get<std::string>(), std::regex("\\S+T\\S+Z")));
  const auto second = nlohmann::json::parse(text.substr(end + 1));
  CHECK_FALSE(second.contains("origin"));
}
