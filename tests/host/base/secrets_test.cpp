#include "host/base/secrets.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using leat::host::Secrets;

TEST_CASE("a secret is found by its reference and stays where it is") {
  Secrets secrets;
  secrets.add("clients.psa.private_key", "s3cr3t-value");
  const auto first = secrets.find("clients.psa.private_key");
  REQUIRE(first);
  for (int i = 0; i < 1000; ++i) secrets.add("clients.other.key" + std::to_string(i), "value-" + std::to_string(i));
  CHECK(*first == "s3cr3t-value");
  CHECK(secrets.find("clients.psa.private_key")->data() == first->data());
  CHECK_FALSE(secrets.find("clients.psa"));
}

TEST_CASE("a reference given again stands for the new value, and both values are masked") {
  Secrets secrets;
  secrets.add("a", "old-value");
  secrets.add("a", "new-value");
  CHECK(secrets.find("a") == "new-value");
  CHECK(secrets.mask("old-value new-value") == "*** ***");
}

TEST_CASE("no form of a secret passes the mask") {
  Secrets secrets;
  secrets.add("a", "p@ss w/rd\"1ü");
  secrets.also_mask("acme+pub:Pr1vateKey");
  struct Row {
    const char* name;
    const char* text;
    const char* masked;
  };
  const Row rows[] = {
      {"nothing secret", "GET /company/companies 200", "GET /company/companies 200"},
      {"as it is", "key=p@ss w/rd\"1ü;", "key=***;"},
      {"twice", "p@ss w/rd\"1üp@ss w/rd\"1ü", "***"},
      {"in JSON", R"({"k":"p@ss w/rd\"1ü"})", R"({"k":"***"})"},
      {"percent-encoded", "?k=p%40ss%20w%2Frd%221%C3%BC&x", "?k=***&x"},
      {"percent-encoded in lower case", "?k=p%40ss%20w%2frd%221%c3%bc&x", "?k=***&x"},
      {"as Basic credentials", "Authorization: Basic YWNtZStwdWI6UHIxdmF0ZUtleQ==", "Authorization: Basic ***=="},
      {"empty", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(secrets.mask(row.text) == row.masked);
  }
}

TEST_CASE("a secret inside a longer base64 word is masked wherever it starts") {
  Secrets secrets;
  secrets.add("a", "Pr1vateKey-0123");
  // "u:", "us:" and "use:" before the secret; a letter at an end holds bits of its neighbour as well and stays.
  const std::pair<const char*, const char*> rows[] = {{"dTpQcjF2YXRlS2V5LTAxMjM=", "dTp***M="},
                                                      {"dXM6UHIxdmF0ZUtleS0wMTIz", "dXM6***"},
                                                      {"dXNlOlByMXZhdGVLZXktMDEyMw==", "dXNlOl***w=="}};
  for (const auto& row : rows) CHECK(secrets.mask(row.first) == row.second);
}

TEST_CASE("where two secrets overlap neither leaves a rest") {
  Secrets secrets;
  secrets.add("a", "abcdef");
  secrets.add("b", "defghi");
  secrets.add("c", "aaaa");
  CHECK(secrets.mask("<abcdefghi>") == "<***>");
  CHECK(secrets.mask("<aaaaaa>") == "<***>");
}

TEST_CASE("each longer line of a secret of several lines is masked") {
  Secrets secrets;
  secrets.add("pem", "-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nkqhkiG9w0BAQEF\nend\n");
  CHECK(secrets.mask("bad line MIIEvQIBADANBg in key") == "bad line *** in key");
  CHECK(secrets.mask("kqhkiG9w0BAQEF") == "***");
  CHECK(secrets.mask("the end") == "the end");
}

TEST_CASE("values too short to be told from ordinary words are not masked") {
  Secrets secrets;
  secrets.add("a", "abc");
  secrets.also_mask("");
  CHECK(secrets.mask("abcabc") == "abcabc");
}

TEST_CASE("secrets may be added while others are masked") {
  Secrets secrets;
  secrets.add("first", "first-value");
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&secrets, t] {
      for (int i = 0; i < 200; ++i) {
        if (t % 2 == 0) secrets.add("k" + std::to_string(t * 1000 + i), "value-" + std::to_string(i));
        if (secrets.mask("a first-value b") != "a *** b") std::abort();
      }
    });
  }
  threads.clear();
  CHECK(secrets.find("k2199") == "value-199");
}
