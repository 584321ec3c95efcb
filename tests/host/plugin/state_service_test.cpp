#include <doctest/doctest.h>

#include <string>

#include "fakes.hpp"
#include "host/plugin/instance.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

leat_bytes bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::unique_ptr<TransformerInstance> transformer(TestHost& host, FakeTransformer& fake, const std::string& place) {
  auto made = TransformerInstance::create(fake.component, host.host(), host.call(), fake.options(), place);
  REQUIRE(made);
  return std::move(*made);
}

Result<Done> run(TestHost& host, TransformerInstance& instance) {
  Batch batch;
  return instance.process(host.call(), batch);
}

}  // namespace

TEST_CASE("a component keeps values under its place and type, from create on") {
  TestHost host;
  const leat_kv_api& kv = kv_api();
  FakeTransformer first;
  first.on_create = [&](const leat_host*, leat_ctx* ctx) { return kv.set(ctx, str("from"), bytes("create")); };
  first.on_process = [&](leat_ctx* ctx, leat_batch*) {
    leat_bytes value{};
    CHECK(kv.get(ctx, str("from"), &value) == LEAT_OK);
    CHECK(view(value) == "create");
    CHECK(kv.get(ctx, str("nothing"), &value) == LEAT_NOT_FOUND);
    CHECK(value.len == 0);
    CHECK(ctx_api().failure(ctx, nullptr, nullptr) == LEAT_OK);
    return kv.set(ctx, str("to"), bytes("process"));
  };
  FakeTransformer second;
  second.on_process = [&](leat_ctx* ctx, leat_batch*) {
    leat_bytes value{};
    CHECK(kv.get(ctx, str("from"), &value) == LEAT_NOT_FOUND);
    CHECK(kv.erase(ctx, str("from")) == LEAT_NOT_FOUND);
    return LEAT_OK;
  };
  REQUIRE(run(host, *transformer(host, first, "routes.a.transformers[0]")));
  REQUIRE(run(host, *transformer(host, second, "routes.a.transformers[1]")));
  CHECK(host.services.state().state("routes.a.transformers[0] (fake)", "to").value() == "process");

  SUBCASE("an instance made again at its place finds them") {
    first.on_create = [](auto*, auto*) { return LEAT_OK; };
    CHECK(run(host, *transformer(host, first, "routes.a.transformers[0]")));
  }
  SUBCASE("keys come as an array") {
    first.on_process = [&](leat_ctx* ctx, leat_batch*) {
      const auto out = make_record("{}").value();
      REQUIRE(kv.set(ctx, str("fro\"m"), bytes("")) == LEAT_OK);
      CHECK(kv.keys(ctx, str("fro"), out.get()) == LEAT_OK);
      CHECK(out->json() == R"(["fro\"m","from"])");
      return LEAT_OK;
    };
    CHECK(run(host, *transformer(host, first, "routes.a.transformers[0]")));
  }
}

TEST_CASE("in the middle of another component's call each has its own state and place") {
  TestHost host;
  const leat_kv_api& kv = kv_api();
  FakeTransformer inner;
  inner.on_process = [&](leat_ctx* ctx, leat_batch*) {
    CHECK(view(ctx_api().place(ctx)) == "inner");
    return kv.set(ctx, str("who"), bytes("inner"));
  };
  const auto made = transformer(host, inner, "inner");
  FakeTransformer outer;
  outer.on_process = [&](leat_ctx* ctx, leat_batch* batch) {
    CHECK(made->process(*ctx, *batch));
    CHECK(view(ctx_api().place(ctx)) == "outer");
    return kv.set(ctx, str("who"), bytes("outer"));
  };
  REQUIRE(run(host, *transformer(host, outer, "outer")));
  CHECK(host.services.state().state("inner (fake)", "who").value() == "inner");
  CHECK(host.services.state().state("outer (fake)", "who").value() == "outer");
}

TEST_CASE("what cannot be kept is refused with its reason") {
  TestHost host;
  const leat_kv_api& kv = kv_api();
  leat_bytes value{};
  CHECK(kv.get(nullptr, str("k"), &value) == LEAT_INVALID);
  Call& nobody = host.call();
  CHECK(kv.get(&nobody, str("k"), &value) == LEAT_INVALID);
  CHECK(nobody.last().message == "state: no component is called, so there is nobody whose state this would be");
  CHECK(ctx_api().place(&nobody).len == 0);

  FakeTransformer fake;
  fake.on_process = [&](leat_ctx* ctx, leat_batch*) {
    CHECK(kv.set(ctx, str(""), bytes("v")) == LEAT_INVALID);
    CHECK(ctx->last().message == "state: a key has 1 to 256 bytes, this one has 0");
    CHECK(kv.set(ctx, str("\xff"), bytes("v")) == LEAT_INVALID);
    CHECK(ctx->last().message == "state: a key is UTF-8, this one is not");
    CHECK(kv.get(ctx, str("k"), nullptr) == LEAT_INVALID);
    CHECK(kv.keys(ctx, str("k"), nullptr) == LEAT_INVALID);
    return kv.set(ctx, str("k"), {nullptr, 0});
  };
  CHECK(run(host, *transformer(host, fake, "here")));
  CHECK(host.services.state().state("here (fake)", "k").value() == "");
}
