#include "host/plugin/services.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;

namespace {

template <class Api>
const Api& service(const TestHost& host, const char* id) {
  const auto* api = static_cast<const Api*>(host.host().service(&host.host(), id));
  REQUIRE(api != nullptr);
  CHECK(api->struct_size == sizeof(Api));
  return *api;
}

// A chain or client made of a fake, and its name in the directory.
std::shared_ptr<ClientInstance> add_client(TestHost& host, FakeClient& fake, const std::string& name) {
  auto made = ClientInstance::create(fake.component, host.host(), host.call(), fake.options(), name);
  REQUIRE(made);
  std::shared_ptr shared = std::move(*made);
  host.services.clients.add(name, shared);
  return shared;
}

std::shared_ptr<const Chain> add_chain(TestHost& host, FakeTransformer& fake, const std::string& name) {
  auto made = TransformerInstance::create(fake.component, host.host(), host.call(), fake.options(), name);
  REQUIRE(made);
  std::vector<std::unique_ptr<TransformerInstance>> transformers;
  transformers.push_back(std::move(*made));
  auto chain = std::make_shared<const Chain>(std::move(transformers));
  host.services.chains.add(name, chain);
  return chain;
}

void count(void* user, const leat_outcome*, const leat_http_response*) { ++*static_cast<int*>(user); }

}  // namespace

TEST_CASE("the host says who it is and offers its services by id") {
  const TestHost host;
  CHECK(host.host().struct_size == sizeof(leat_host));
  CHECK(host.host().abi_minor == LEAT_ABI_MINOR);
  CHECK(view(host.host().name) == "leat");
  CHECK(view(host.host().version) == "0.1.0");
  service<leat_ctx_api>(host, "leat.ctx/1");
  service<leat_record_api>(host, "leat.record/1");
  service<leat_batch_api>(host, "leat.batch/1");
  service<leat_buffer_api>(host, "leat.buffer/1");
  service<leat_transport_api>(host, "leat.transport/1");
  service<leat_client_api>(host, "leat.client/1");
  service<leat_secret_api>(host, "leat.secret/1");
  service<leat_chain_api>(host, "leat.chain/1");
  service<leat_metric_api>(host, "leat.metric/1");
  service<leat_kv_api>(host, "leat.kv/1");
  for (const char* unknown : {"leat.record/2", "leat.record", "", "acme.clock/1", static_cast<const char*>(nullptr)}) {
    CHECK(host.host().service(&host.host(), unknown) == nullptr);
  }
}

TEST_CASE("a plugin's line goes to the log, with its origin and without secrets") {
  TestHost host;
  host.secrets.add("clients.psa.private_key", "hunter22");
  const leat_host* raw = &host.host();
  raw->log(raw, nullptr, LEAT_INFO, str("key hunter22"));
  raw->log(raw, &host.call(), LEAT_ERROR, str("lost"));
  raw->log(raw, nullptr, 99, str("loud"));
  raw->log(raw, nullptr, LEAT_TRACE, str("quiet"));
  CHECK(host.lines() == std::vector<std::string>{"key ***", "test: lost", "loud"});
  CHECK(raw->log_enabled(raw, LEAT_DEBUG) == 1);
  CHECK(raw->log_enabled(raw, LEAT_TRACE) == 0);
}

TEST_CASE("a secret is given for its reference only") {
  TestHost host;
  host.secrets.add("clients.psa.private_key", "hunter22");
  const auto& api = service<leat_secret_api>(host, LEAT_SECRET_SERVICE);
  leat_str value{};
  CHECK(api.resolve(&host.host(), nullptr, str("clients.psa.private_key"), &value) == LEAT_OK);
  CHECK(view(value) == "hunter22");
  Call& call = host.call();
  CHECK(api.resolve(&host.host(), &call, str("clients.psa.key"), &value) == LEAT_NOT_FOUND);
  CHECK(call.last().message == "there is no secret 'clients.psa.key'");
}

TEST_CASE("counters add up by origin and name, and their number is bounded") {
  TestHost host;
  const auto& api = service<leat_metric_api>(host, LEAT_METRIC_SERVICE);
  Call& call = host.call();
  api.add(&host.host(), &call, str("pages"), 2);
  api.add(&host.host(), &call, str("pages"), 3);
  api.add(&host.host(), nullptr, str("pages"), 1);
  CHECK(host.services.metrics.snapshot() == Metrics::Values{{"", {{"pages", 1}}}, {"test", {{"pages", 5}}}});
  for (std::size_t i = 0; i < Metrics::names_max + 10; ++i) {
    api.add(&host.host(), &call, str("record " + std::to_string(i)), 1);
  }
  api.add(&host.host(), &call, str("pages"), 1);
  auto values = host.services.metrics.snapshot();
  CHECK(values["test"].size() + values[""].size() == Metrics::names_max);
  CHECK(values["test"]["pages"] == 6);
}

TEST_CASE("a client is opened by its name and sends until it is closed") {
  TestHost host;
  FakeClient fake;
  std::vector<FakeSend> sends;
  std::vector<std::uint64_t> cancelled;
  fake.on_send = [&](auto*, auto&, FakeSend send) {
    sends.push_back(send);
    return LEAT_OK;
  };
  fake.on_cancel = [&](std::uint64_t ticket) { cancelled.push_back(ticket); };
  auto client = add_client(host, fake, "psa");
  const auto& api = service<leat_client_api>(host, LEAT_CLIENT_SERVICE);

  Call& call = host.call();
  leat_client* handle = nullptr;
  CHECK(api.open(&host.host(), &call, str("pse"), &handle) == LEAT_NOT_FOUND);
  CHECK(call.last().message == "there is no client 'pse'");
  CHECK(handle == nullptr);
  REQUIRE(api.open(&host.host(), &call, str("psa"), &handle) == LEAT_OK);

  int completed = 0;
  const leat_http_request request = get("/x");
  std::uint64_t ticket = 0;
  CHECK(api.send(handle, &call, &request, &count, &completed, &ticket) == LEAT_OK);
  api.cancel(handle, ticket);
  CHECK(cancelled == std::vector<std::uint64_t>{ticket});
  sends.back().complete(LEAT_CANCELLED);
  CHECK(completed == 1);

  // From a thread that is in no call, and without interest in the ticket.
  CHECK(api.send(handle, nullptr, &request, &count, &completed, nullptr) == LEAT_OK);
  sends.back().complete();
  CHECK(completed == 2);

  CHECK(api.send(handle, &call, nullptr, &count, &completed, &ticket) == LEAT_INVALID);
  client.reset();
  CHECK(api.send(handle, &call, &request, &count, &completed, &ticket) == LEAT_INVALID);
  CHECK(call.last().message == "the client is closed");
  CHECK(api.call(handle, &call, &request, &count, &completed) == LEAT_INVALID);
  CHECK(completed == 2);
  api.cancel(handle, ticket);
  api.close(handle);
  api.close(nullptr);
}

TEST_CASE("a failed call leaves its reason in the context") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](leat_ctx* ctx, auto&, auto) { return ctx_api().fail(ctx, LEAT_BUSY, 700, str("full")); };
  const auto client = add_client(host, fake, "psa");
  const auto& api = service<leat_client_api>(host, LEAT_CLIENT_SERVICE);
  Call& call = host.call();
  leat_client* handle = nullptr;
  REQUIRE(api.open(&host.host(), &call, str("psa"), &handle) == LEAT_OK);
  int completed = 0;
  const leat_http_request request = get("/x");
  CHECK(api.call(handle, &call, &request, &count, &completed) == LEAT_BUSY);
  CHECK(call.last().message == "full");
  CHECK(call.last().retry_after_ms == 700);
  CHECK(completed == 0);
  api.close(handle);
}

TEST_CASE("a chain is opened by its reference and runs a plugin's batch") {
  TestHost host;
  FakeTransformer fake;
  fake.on_process = [](leat_ctx* ctx, leat_batch* batch) {
    if (batch->size() == 0) return ctx_api().fail(ctx, LEAT_INVALID, 0, str("nothing to do"));
    return batch->record(0)->set_json("2") ? LEAT_OK : LEAT_BROKEN;
  };
  auto chain = add_chain(host, fake, "incoming.tickets.subscriber.request_transformers");
  const auto& api = service<leat_chain_api>(host, LEAT_CHAIN_SERVICE);
  const auto& batches = service<leat_batch_api>(host, LEAT_BATCH_SERVICE);
  const auto& records = service<leat_record_api>(host, LEAT_RECORD_SERVICE);
  Call& call = host.call();
  leat_chain* handle = nullptr;
  CHECK(api.open(&host.host(), &call, str("incoming.x"), &handle) == LEAT_NOT_FOUND);
  CHECK(call.last().message == "there are no transformers 'incoming.x'");
  REQUIRE(api.open(&host.host(), &call, str("incoming.tickets.subscriber.request_transformers"), &handle) == LEAT_OK);

  leat_batch* batch = batches.create();
  CHECK(api.process(handle, &call, batch) == LEAT_INVALID);
  CHECK(call.last().message == "nothing to do");
  REQUIRE(batches.append(batch, records.create()) == LEAT_OK);
  CHECK(api.process(handle, &call, batch) == LEAT_OK);
  CHECK(batch->record(0)->json() == "2");
  CHECK(api.process(handle, nullptr, batch) == LEAT_INVALID);

  chain.reset();
  CHECK(api.process(handle, &call, batch) == LEAT_INVALID);
  CHECK(call.last().message == "the transformers are closed");
  batches.release(batch);
  api.close(handle);
  api.close(nullptr);
}
