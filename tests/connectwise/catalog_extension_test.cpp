#include "plugins/connectwise/catalog/catalog_extension.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;

namespace {

NewRecord searched(test::PluginHost& host, std::string_view words, std::uint32_t limit) {
  const auto ctx = host.call();
  NewRecord out;
  REQUIRE(connectwise::catalog_extension().search(ctx.get(), str(words), limit, out.raw()) == LEAT_OK);
  return out;
}

}  // namespace

TEST_CASE("the catalog shows what an entity is called, takes and gives") {
  test::PluginHost host;
  const NewRecord found = searched(host, "put address format", 1);
  CHECK(found["total"].i64() == 3062);
  CHECK(found["matches"].i64().value_or(0) >= 1);
  REQUIRE(found["entries"].size() == 1);
  const Node entry = found["entries"][0];
  CHECK(entry["name"].str() == "AddressFormats - Put AddressFormat");
  CHECK(entry["method"].str() == "PUT");
  CHECK(entry["path"].str() == "/company/addressFormats/{id}");
  CHECK(entry["id"].str() == "putCompanyAddressFormatsById");
  CHECK(entry["body"].str() == "object");
  CHECK(entry["schema"].str() == "AddressFormat");
  CHECK(entry["parameters"].json() == R"(["path.id: int32, required"])");
  CHECK(entry["fields"][1].str() == "name: string(50), required");
}

TEST_CASE("a list takes the standard parameters and shows the members of its records") {
  test::PluginHost host;
  const NewRecord found = searched(host, "getServiceTickets", 1);
  const Node entry = found["entries"][0];
  CHECK(entry["parameters"].size() == 8);
  CHECK(entry["fields"].size() > 100);
  CHECK(entry["note"].str().value_or("").starts_with("To obtain"));
}

TEST_CASE("no words and no limit show everything, words without a match nothing") {
  test::PluginHost host;
  CHECK(searched(host, "", 0)["entries"].size() == 3062);
  const NewRecord nothing = searched(host, "xyzzy", 0);
  CHECK(nothing["entries"].size() == 0);
  CHECK(nothing["total"].i64() == 3062);
}
