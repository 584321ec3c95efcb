// The kit itself: what a test sees of a component, and what it notices of one that breaks its contract. The plugin here is
// one of plain tables, as an author in C has it.
#include <doctest/doctest.h>

#include <functional>
#include <leat/testing.hpp>
#include <thread>

using namespace leat::testing;
using leat::ErrorKind;

namespace {

const leat_ctx_api* ctx_api;
const leat_record_api* records;
const leat_batch_api* batches;
const leat_kv_api* kv;
const leat_client_api* clients;
const leat_chain_api* chains;
const leat_secret_api* secrets;
const leat_host* host_of_plugin;

leat_str text(std::string_view value) { return {value.data(), value.size()}; }
leat_bytes bytes(std::string_view value) { return {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}; }
std::string_view view(leat_str value) { return {value.ptr, value.len}; }

leat_kind init(const leat_host* host, leat_ctx*) {
  host_of_plugin = host;
  ctx_api = static_cast<const leat_ctx_api*>(host->service(host, LEAT_CTX_SERVICE));
  records = static_cast<const leat_record_api*>(host->service(host, LEAT_RECORD_SERVICE));
  batches = static_cast<const leat_batch_api*>(host->service(host, LEAT_BATCH_SERVICE));
  kv = static_cast<const leat_kv_api*>(host->service(host, LEAT_KV_SERVICE));
  clients = static_cast<const leat_client_api*>(host->service(host, LEAT_CLIENT_SERVICE));
  chains = static_cast<const leat_chain_api*>(host->service(host, LEAT_CHAIN_SERVICE));
  secrets = static_cast<const leat_secret_api*>(host->service(host, LEAT_SECRET_SERVICE));
  return host->service(host, "leat.none/1") == nullptr ? LEAT_OK : LEAT_BROKEN;
}

// What the transformer does, and the options it was made with; each test says its own.
std::function<leat_kind(leat_ctx*, leat_batch*)> body;
std::string options_seen;
leat_kind create_kind = LEAT_OK;

leat_kind create(const leat_host*, leat_ctx* ctx, leat_str config, void** self) {
  options_seen = std::string(view(config));
  *self = nullptr;
  return create_kind == LEAT_OK ? LEAT_OK : ctx_api->fail(ctx, create_kind, 0, text("not like this"));
}

const leat_transformer transformer_table = {
    sizeof(leat_transformer), 0, [](void*, leat_ctx* ctx, leat_batch* batch) { return body(ctx, batch); }, nullptr};
const leat_component transformer = {
    sizeof(leat_component),
    LEAT_KIND_TRANSFORMER,
    0,
    0,
    "any",
    nullptr,
    nullptr,
    R"({"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
        "name": {"type": "string"}, "limit": {"type": "integer", "default": 7},
        "key": {"type": "string", "writeOnly": true},
        "wait": {"type": ["string", "number"], "x-leat": "duration", "default": "1.5s"},
        "most": {"type": ["string", "integer"], "x-leat": "size", "default": "2 KiB"},
        "deep": {"type": "object", "default": {}, "properties": {"on": {"type": "boolean", "default": true}}}}})",
    &transformer_table,
    &create,
    [](void*) {},
    nullptr};
const leat_component* const list[] = {&transformer};
const leat_plugin plugin = {
    sizeof(leat_plugin), LEAT_ABI_MINOR, 0, 1, "test.kit", "1", nullptr, nullptr, list, &init, nullptr, nullptr};

constexpr const char* kOptions = R"({"name": "x"})";

}  // namespace

TEST_CASE(
    "options come as the host passes them: defaults filled in, in milliseconds and bytes, secrets as references") {
  Host host(plugin);
  const Transformer made(host, "any", R"({"name": "x", "key": "hunter22"})", "routes.a.transformers[0]");
  CHECK(
      options_seen ==
      R"({"name":"x","key":{"$secret":"routes.a.transformers[0].key"},"limit":7,"wait":1500,"most":2048,"deep":{"on":true}})");
  leat_str value{};
  CHECK(secrets->resolve(host_of_plugin, nullptr, text("routes.a.transformers[0].key"), &value) == LEAT_OK);
  CHECK(view(value) == "hunter22");
}

TEST_CASE("options that the host would not pass on are the test's mistake") {
  Host host(plugin);
  for (const char* wrong : {"{}", R"({"name": "x", "nmae": "y"})", R"({"name": "x", "wait": "soon"})", "no json"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(Transformer(host, "any", wrong), std::invalid_argument);
  }
  CHECK_THROWS_AS(Transformer(host, "other"), std::invalid_argument);
  CHECK_THROWS_AS(Publisher(host, "any"), std::invalid_argument);
}

TEST_CASE("a component that refuses its options is refused with its reason") {
  Host host(plugin);
  create_kind = LEAT_DENIED;
  try {
    const Transformer made(host, "any", kOptions);
    FAIL("it was made");
  } catch (const Refused& refused) {
    CHECK(refused.error().kind == ErrorKind::denied);
    CHECK(refused.error().message == "not like this");
  }
  create_kind = LEAT_OK;
}

TEST_CASE("every record has its fate") {
  Host host(plugin);
  Transformer any(host, "any", kOptions);
  body = [](leat_ctx* ctx, leat_batch* batch) {
    CHECK(batches->count(batch) == 3);
    records->set_attr(batches->at(batch, 0), text("test.a"), text("b"));
    CHECK(batches->drop(batch, 1) == LEAT_OK);
    CHECK(batches->drop(batch, 1) == LEAT_INVALID);
    CHECK(batches->at(batch, 1) == nullptr);
    CHECK(batches->reject(batch, 2, LEAT_BUSY, 500, text("later")) == LEAT_OK);
    CHECK(batches->reject(batch, 9, LEAT_BUSY, 0, text("")) == LEAT_INVALID);
    leat_rec* made = records->clone(batches->at(batch, 0));
    CHECK(batches->append(batch, made) == LEAT_OK);
    CHECK(batches->append(batch, made) == LEAT_INVALID);
    std::size_t count = 9;
    CHECK(batches->append_array(ctx, batch, bytes("[1, [2]]"), nullptr, &count) == LEAT_OK);
    CHECK(count == 2);
    CHECK(batches->append_array(ctx, batch, bytes("[1,"), nullptr, &count) == LEAT_INVALID);
    return LEAT_OK;
  };
  const Output out = any.process({"{\"a\": 1}", "2", "3"});
  REQUIRE(out.outcome);
  CHECK(out.live() == Jsons{"{\"a\":1}", "{\"a\":1}", "1", "[2]"});
  CHECK(out.records[0].attributes.at("test.a") == "b");
  CHECK(out.records[1].fate == Fate::dropped);
  CHECK(out.records[2].error.retry_after_ms == 500);
  CHECK(out.records[3].attributes.at("test.a") == "b");
}

TEST_CASE("time passes only when somebody waits, and cancelling ends the wait") {
  Host host(plugin);
  Transformer any(host, "any", kOptions);
  const auto start = host.clock.now_ms();
  int hooks = 0;
  const auto wait = [&](leat_ctx* ctx, leat_batch*) {
    const auto ticket = ctx_api->on_cancel(
        ctx, [](void* user) { ++*static_cast<int*>(user); }, &hooks);
    const bool stopped = ctx_api->wait_ms(ctx, 3'600'000) != 0;
    ctx_api->off_cancel(ctx, ticket);
    CHECK(stopped == (ctx_api->cancelled(ctx) != 0));
    return stopped ? ctx_api->fail(ctx, LEAT_CANCELLED, 0, text("asked to stop")) : LEAT_OK;
  };
  body = wait;
  CHECK(any.process({"1"}).outcome);
  CHECK(host.clock.now_ms() == start + 3'600'000);
  CHECK(hooks == 0);
  host.clock.cancel(250);
  CHECK(any.process({"1"}).outcome.error().kind == ErrorKind::cancelled);
  CHECK(host.clock.now_ms() == start + 3'600'250);
  CHECK(hooks == 1);
  host.clock.resume();
  host.set_deadline(5);
  body = [](leat_ctx* ctx, leat_batch*) { return ctx_api->remaining_ms(ctx) == 5 ? LEAT_OK : LEAT_BROKEN; };
  CHECK(any.process({"1"}).outcome);
}

TEST_CASE("state is kept by place, and outlives the component") {
  Host host(plugin);
  host.state("here")["from"] = "the test";
  body = [](leat_ctx* ctx, leat_batch*) {
    leat_bytes value{};
    CHECK(kv->get(ctx, text("from"), &value) == LEAT_OK);
    CHECK(std::string(reinterpret_cast<const char*>(value.ptr), value.len) == "the test");
    CHECK(kv->get(ctx, text("nothing"), &value) == LEAT_NOT_FOUND);
    CHECK(kv->erase(ctx, text("nothing")) == LEAT_NOT_FOUND);
    CHECK(kv->set(ctx, text(""), bytes("v")) == LEAT_INVALID);
    CHECK(kv->set(ctx, text("fresh"), bytes("v")) == LEAT_OK);
    leat_rec* keys = records->create();
    CHECK(kv->keys(ctx, text("fr"), keys) == LEAT_OK);
    leat_str json{};
    CHECK(records->json(ctx, keys, &json) == LEAT_OK);
    CHECK(view(json) == R"(["fresh","from"])");
    records->release(keys);
    CHECK(view(ctx_api->place(ctx)) == "here");
    return LEAT_OK;
  };
  CHECK(Transformer(host, "any", kOptions, "here").process({}).outcome);
  CHECK(host.state("here")["fresh"] == "v");
  CHECK(host.state("there").empty());
}

TEST_CASE("lines, chains and what a component says of its failure are seen") {
  Host host(plugin);
  host.chain("prepare", [](std::string json) { return json == "1" ? std::nullopt : std::optional("[" + json + "]"); });
  body = [](leat_ctx* ctx, leat_batch* batch) {
    host_of_plugin->log(host_of_plugin, ctx, LEAT_WARN, text("a line"));
    leat_chain* chain = nullptr;
    CHECK(chains->open(host_of_plugin, ctx, text("other"), &chain) == LEAT_NOT_FOUND);
    CHECK(chains->open(host_of_plugin, ctx, text("prepare"), &chain) == LEAT_OK);
    CHECK(chains->process(chain, ctx, batch) == LEAT_OK);
    chains->close(chain);
    return ctx_api->fail(ctx, LEAT_BUSY, 900, text("later"));
  };
  const Output out = Transformer(host, "any", kOptions).process({"1", "2"});
  CHECK(out.live() == Jsons{"[2]"});
  CHECK(out.outcome.error().kind == ErrorKind::busy);
  CHECK(out.outcome.error().message == "later");
  CHECK(out.outcome.error().retry_after_ms == 900);
  REQUIRE(host.lines().size() == 1);
  CHECK(host.lines()[0].text == "a line");
  CHECK(host.lines()[0].level == LEAT_WARN);
}

TEST_CASE("what breaks the contract fails the test, and says how") {
  struct Row {
    const char* name;
    leat_kind (*misbehave)(leat_ctx*, leat_batch*);
    const char* says;
  };
  const Row rows[] = {
      {"a hook left behind",
       [](leat_ctx* ctx, leat_batch*) {
         ctx_api->on_cancel(
             ctx, [](void*) {}, nullptr);
         return LEAT_OK;
       },
       "on_cancel hook still in place"},
      {"a record of the batch released",
       [](leat_ctx*, leat_batch* batch) {
         records->release(batches->at(batch, 0));
         return LEAT_OK;
       },
       "belongs to a batch was released"},
      {"a request nobody expects",
       [](leat_ctx* ctx, leat_batch*) {
         leat_client* far = nullptr;
         CHECK(clients->open(host_of_plugin, ctx, text("far"), &far) == LEAT_OK);
         leat_http_request request{};
         request.struct_size = sizeof request;
         request.method = text("DELETE");
         request.url = text("/all");
         return clients->call(
             far, ctx, &request, [](void*, const leat_outcome*, const leat_http_response*) {}, nullptr);
       },
       "nothing more was expected, came DELETE /all"},
      {"an answer that never comes, waited for without an end",
       [](leat_ctx* ctx, leat_batch*) {
         leat_client* far = nullptr;
         CHECK(clients->open(host_of_plugin, ctx, text("silent"), &far) == LEAT_OK);
         leat_http_request request{};
         request.struct_size = sizeof request;
         request.method = text("GET");
         request.url = text("/");
         return clients->call(
             far, ctx, &request, [](void*, const leat_outcome*, const leat_http_response*) {}, nullptr);
       },
       "GET / is never answered"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Host host(plugin);
    host.client("far");
    host.client("silent").expect("GET", "/").never();
    Transformer any(host, "any", kOptions);
    body = row.misbehave;
    std::string said;
    try {
      any.process({"1"});
    } catch (const ContractBroken& broken) {
      said = broken.what();
    }
    CHECK(said.find(row.says) != std::string::npos);
    host.clock.remove(1);
  }
}
