#include "plugins/connectwise/values.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;

TEST_CASE("numbers are equal as decimals, however they are written") {
  const std::pair<const char*, const char*> equal[] = {{"0.00", "0"},    {"-0", "0"}, {"1.50", "1.5"}, {"1e3", "1000"},
                                                       {"1200", "12e2"}, {"+7", "7"}, {".5", "0.5"},   {" 5 ", "5"}};
  for (const auto& row : equal) {
    const auto& a = row.first;
    const auto& b = row.second;
    CAPTURE(a);
    CHECK(same_number(a, b));
  }
  const std::pair<const char*, const char*> different[] = {
      {"1", "-1"}, {"0.1", "0.10000000000000000001"}, {"9007199254740993", "9007199254740992"}, {"x", "x"}, {"", ""},
      {"1e", "1"}};
  for (const auto& row : different) {
    const auto& a = row.first;
    const auto& b = row.second;
    CAPTURE(a);
    CHECK_FALSE(same_number(a, b));
  }
}

TEST_CASE("whole numbers have 32 bits") {
  for (const char* text : {"0", "-2147483648", "2147483647", "5.0", "1e3", "0.00"}) CHECK(is_whole_number(text));
  for (const char* text : {"2147483648", "1.5", "1e99", "x", "", "1e-1"}) CHECK_FALSE(is_whole_number(text));
}

TEST_CASE("scalars are the same when the server would keep the same") {
  test::PluginHost host;
  struct Row {
    ValueType type;
    std::string a, b;
    bool same;
  };
  const Row rows[] = {
      {ValueType::number, "1.50", "1.5", true},
      {ValueType::number, "\"1.5\"", "1.5", true},
      {ValueType::boolean, "\"true\"", "true", true},
      {ValueType::boolean, "false", "null", false},
      {ValueType::string, "\"\"", "null", true},
      {ValueType::string, "\"a\\r\\nb\"", "\"a\\nb\"", true},
      {ValueType::string, "\"a\\rb\"", "\"ab\"", false},
      {ValueType::string, "\"A\"", "\"a\"", false},
      {ValueType::string, "\"a\"", "\"a \"", false},
      {ValueType::string, "5", "\"5\"", true},
      {ValueType::string, "\"2026-02-03\"", "\"2026-02-03T00:00:00Z\"", true},
      {ValueType::string, "\"2026-02-04\"", "\"2026-02-03T00:00:00Z\"", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    const NewRecord a(row.a);
    const NewRecord b(row.b);
    CHECK(same_scalar({.kind = row.type}, a.root(), b.root()) == row.same);
    CHECK(same_scalar({.kind = row.type}, b.root(), a.root()) == row.same);
  }
}

TEST_CASE("references are the same by id, else by identifier or name") {
  test::PluginHost host;
  struct Row {
    std::string a, b;
    bool same;
  };
  const Row rows[] = {
      {R"({"id": 5})", R"({"id": 5, "name": "x", "_info": {}})", true},
      {R"({"id": "5", "name": "old"})", R"({"id": 5, "name": "new"})", true},
      {R"({"id": 5})", R"({"id": 6})", false},
      {R"({"identifier": "JDoe"})", R"({"id": 5, "identifier": "jdoe", "name": "Jane"})", true},
      {R"({"name": "New"})", R"({"id": 1, "name": "new"})", true},
      {R"({"name": "New"})", R"({"id": 1, "name": "Old"})", false},
      {"null", R"({"_info": {}})", true},
      {"null", R"({"id": 5})", false},
      {R"({"id": null})", "null", true},
      {R"({"identifier": "x"})", R"({"id": 5, "name": "x"})", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    const NewRecord a(row.a);
    const NewRecord b(row.b);
    CHECK(same_reference(a.root(), b.root()) == row.same);
  }
}
