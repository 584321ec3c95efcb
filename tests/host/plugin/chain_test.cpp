#include "host/plugin/chain.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fakes.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

Chain chain_of(TestHost& host, std::vector<FakeTransformer*> fakes) {
  std::vector<std::unique_ptr<TransformerInstance>> made;
  for (FakeTransformer* fake : fakes) {
    auto one = TransformerInstance::create(fake->component, host.host(), host.call(), fake->options(), "step");
    REQUIRE(one);
    made.push_back(std::move(*one));
  }
  return Chain(std::move(made));
}

void append(Batch& batch, std::string_view json) {
  auto record = make_record(json);
  REQUIRE(record);
  batch.append(std::move(*record));
}

}  // namespace

TEST_CASE("an empty chain changes nothing") {
  TestHost host;
  const Chain chain;
  Batch batch;
  append(batch, "1");
  CHECK(chain.empty());
  CHECK(chain.process(host.call(), batch));
  CHECK(batch.size() == 1);
}

TEST_CASE("what a transformer appends goes to the next one, not to itself") {
  TestHost host;
  std::vector<std::size_t> seen;
  FakeTransformer first;
  first.on_process = [&](auto*, leat_batch* batch) {
    seen.push_back(batch->size());
    append(*batch, "2");
    batch->drop(0);
    return LEAT_OK;
  };
  FakeTransformer second;
  second.on_process = [&](auto*, leat_batch* batch) {
    seen.push_back(batch->size());
    CHECK(batch->fate(0) == Fate::dropped);
    CHECK(batch->record(1)->json() == "2");
    return LEAT_OK;
  };
  const Chain chain = chain_of(host, {&first, &second});
  Batch batch;
  append(batch, "1");
  CHECK(chain.process(host.call(), batch));
  CHECK(seen == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a transformer that fails for the whole batch ends the run") {
  TestHost host;
  FakeTransformer first;
  first.on_process = [](leat_ctx* ctx, auto*) { return ctx_api().fail(ctx, LEAT_DENIED, 0, str("no table")); };
  FakeTransformer second;
  second.on_process = [](auto*, auto*) {
    FAIL_CHECK("reached");
    return LEAT_OK;
  };
  const Chain chain = chain_of(host, {&first, &second});
  Batch batch;
  append(batch, "1");
  const auto done = chain.process(host.call(), batch);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::denied);
  CHECK(done.error().message == "no table");
}

TEST_CASE("what every record has behind a chain is what its last steps say of it") {
  TestHost host;
  FakeTransformer silent;
  FakeTransformer sets;
  sets.table.constants = [](void*, leat_ctx*, leat_rec* known) -> leat_kind {
    CHECK(known->root().type() == LEAT_OBJECT);
    return record_api().set_bool(record_api().put(record_api().root(known), str("flag")), 1);
  };
  FakeTransformer forgets;
  forgets.table.constants = [](void*, leat_ctx* ctx, leat_rec* known) {
    return record_api().set_json(ctx, known, str("{}"));
  };
  const auto known = [&](std::vector<FakeTransformer*> steps) {
    Record record;
    REQUIRE(chain_of(host, std::move(steps)).constants(host.call(), record));
    return std::string(record.json());
  };
  CHECK(known({}) == "null");
  CHECK(known({&silent}) == "null");
  CHECK(known({&sets}) == R"({"flag":true})");
  CHECK(known({&silent, &sets}) == R"({"flag":true})");
  CHECK(known({&sets, &silent}) == "null");
  CHECK(known({&sets, &forgets}) == "null");
}
