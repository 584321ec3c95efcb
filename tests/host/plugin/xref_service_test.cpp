#include <doctest/doctest.h>

#include <string>

#include "fakes.hpp"
#include "host/plugin/instance.hpp"
#include "host/record/batch.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

class OneXref final : public CrossReferences {
 public:
  Result<std::optional<std::string>> target_of(std::string_view set, std::string_view source) override {
    if (set == "locked") return Error{ErrorKind::busy, "the store is locked", 0};
    return set == "tickets" && source == "A-1" ? std::optional<std::string>("7601") : std::nullopt;
  }
  Result<std::optional<std::string>> source_of(std::string_view set, std::string_view target) override {
    return set == "tickets" && target == "7601" ? std::optional<std::string>("A-1") : std::nullopt;
  }
};

}  // namespace

TEST_CASE("a component looks cross-references up both ways; without a store there are none") {
  TestHost host;
  OneXref one;
  const leat_xref_api& xref = xref_api();
  FakeTransformer fake;
  bool stored = false;
  fake.on_process = [&](leat_ctx* ctx, leat_batch*) {
    leat_str found{};
    CHECK(xref.find(ctx, str("tickets"), str("A-1"), &found) == (stored ? LEAT_OK : LEAT_NOT_FOUND));
    CHECK(view(found) == (stored ? "7601" : ""));
    CHECK(xref.source_of(ctx, str("tickets"), str("7601"), &found) == (stored ? LEAT_OK : LEAT_NOT_FOUND));
    CHECK(view(found) == (stored ? "A-1" : ""));
    CHECK(xref.find(ctx, str("tickets"), str("A-2"), &found) == LEAT_NOT_FOUND);
    CHECK(ctx_api().failure(ctx, nullptr, nullptr) == LEAT_OK);
    if (stored) CHECK(xref.find(ctx, str("locked"), str("A-1"), &found) == LEAT_BUSY);
    CHECK(xref.find(ctx, str("\xff"), str("A-1"), &found) == LEAT_INVALID);
    CHECK(xref.find(ctx, str("tickets"), str("A-1"), nullptr) == LEAT_INVALID);
    return LEAT_OK;
  };
  auto made = TransformerInstance::create(fake.component, host.host(), host.call(), fake.options(), "step");
  REQUIRE(made);
  Batch batch;
  CHECK((*made)->process(host.call(), batch));
  host.services.find_xrefs_in(one);
  stored = true;
  CHECK((*made)->process(host.call(), batch));
  leat_str found{};
  CHECK(xref.find(&host.call(), str("tickets"), str("A-1"), &found) == LEAT_INVALID);  // nobody is called
}
