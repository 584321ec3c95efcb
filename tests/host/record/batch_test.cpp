#include "host/record/batch.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/base/call.hpp"

using leat::host::Batch;
using leat::host::batch_api;
using leat::host::Buffer;
using leat::host::Fate;
using leat::host::make_record;
using leat::host::Record;
using leat::host::record_api;
using leat::host::str;
using leat::host::view;

namespace {

const leat_batch_api& api = batch_api();

leat_bytes bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Buffer buffer_of(std::string_view text) {
  Buffer buffer = Buffer::make(text.size());
  std::memcpy(buffer.data(), text.data(), text.size());
  return buffer;
}

void add(Batch& batch, std::string_view json) {
  auto record = make_record(json);
  REQUIRE(record);
  batch.append(std::move(record).value());
}

}  // namespace

TEST_CASE("the batch table is whole") {
  CHECK(api.struct_size == sizeof(leat_batch_api));
  const auto* const members = reinterpret_cast<void* const*>(&api.create);
  const std::size_t count = (sizeof api - offsetof(leat_batch_api, create)) / sizeof(void*);
  for (std::size_t i = 0; i < count; ++i) CHECK(members[i] != nullptr);
}

TEST_CASE("records keep their order and their index whatever becomes of them") {
  Batch batch;
  for (const char* json : {"0", "1", "2", "3"}) add(batch, json);
  CHECK(batch.drop(1));
  CHECK(batch.reject(2, {leat::ErrorKind::invalid, "no id", 0}));
  CHECK(batch.deliver(3, "{ \"id\" : 7 }") == LEAT_OK);
  add(batch, "4");
  CHECK(batch.size() == 5);
  const Fate fates[] = {Fate::live, Fate::dropped, Fate::rejected, Fate::delivered, Fate::live};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(batch.fate(i) == fates[i]);
    CHECK(batch.record(i)->json() == std::to_string(i));
  }
  CHECK(batch.error(2).message == "no id");
  CHECK(batch.answer(3) == "{\"id\":7}");
}

TEST_CASE("a plugin sees live and delivered records only") {
  Batch batch;
  for (const char* json : {"0", "1", "2", "3"}) add(batch, json);
  CHECK(api.drop(&batch, 0) == LEAT_OK);
  CHECK(api.reject(&batch, 1, LEAT_BUSY, 250, str("later")) == LEAT_OK);
  CHECK(api.deliver(&batch, 2, str("")) == LEAT_OK);
  CHECK(api.count(&batch) == 4);
  CHECK(api.at(&batch, 0) == nullptr);
  CHECK(api.at(&batch, 1) == nullptr);
  CHECK(api.at(&batch, 2) == batch.record(2));
  CHECK(api.at(&batch, 3) == batch.record(3));
  CHECK(api.at(&batch, 4) == nullptr);
  CHECK(batch.error(1).kind == leat::ErrorKind::busy);
  CHECK(batch.error(1).retry_after_ms == 250);
  CHECK(batch.error(1).message == "later");
  CHECK(batch.answer(2) == "");
}

TEST_CASE("a fate is given once, to a record that is there") {
  const std::size_t past_end = 1;
  for (const int first : {0, 1, 2}) {
    CAPTURE(first);
    Batch batch;
    add(batch, "{}");
    const auto give = [&](int fate, std::size_t i) {
      if (fate == 0) return api.drop(&batch, i);
      if (fate == 1) return api.reject(&batch, i, LEAT_INVALID, 0, str("first"));
      return api.deliver(&batch, i, str("1"));
    };
    CHECK(give(first, past_end) == LEAT_INVALID);
    CHECK(give(first, static_cast<std::size_t>(-1)) == LEAT_INVALID);
    CHECK(batch.fate(0) == Fate::live);
    CHECK(give(first, 0) == LEAT_OK);
    const Fate fate = batch.fate(0);
    for (const int second : {0, 1, 2}) CHECK(give(second, 0) == LEAT_INVALID);
    CHECK(batch.fate(0) == fate);
  }
}

TEST_CASE("a rejection needs a failure, and an unknown kind reads as broken") {
  Batch batch;
  for (int i = 0; i < 3; ++i) add(batch, "1");
  CHECK(api.reject(&batch, 0, LEAT_OK, 0, str("fine")) == LEAT_INVALID);
  CHECK(batch.fate(0) == Fate::live);
  CHECK(api.reject(&batch, 0, 1234, 0, str("new")) == LEAT_OK);
  CHECK(batch.error(0).kind == leat::ErrorKind::broken);
  CHECK(api.reject(&batch, 1, LEAT_INVALID, 0, str("\xFF")) == LEAT_OK);
  CHECK(batch.error(1).message == "\uFFFD");
  CHECK(api.reject(&batch, 2, LEAT_INVALID, 0, leat_str{nullptr, 3}) == LEAT_OK);
  CHECK(batch.error(2).message == "the component failed as invalid and did not say why");
}

TEST_CASE("an answer that is not JSON does not undo a delivery") {
  Batch batch;
  add(batch, "1");
  CHECK(api.deliver(&batch, 0, str("<html>")) == LEAT_INVALID);
  CHECK(batch.fate(0) == Fate::delivered);
  CHECK(batch.answer(0).empty());
}

TEST_CASE("append takes a record that is the caller's, and only once") {
  leat_batch* const first = api.create();
  leat_batch* const second = api.create();
  leat_rec* const record = record_api().create();
  CHECK(api.append(first, nullptr) == LEAT_INVALID);
  CHECK(api.append(nullptr, record) == LEAT_INVALID);
  CHECK(api.append(first, record) == LEAT_OK);
  CHECK(api.append(first, record) == LEAT_INVALID);
  CHECK(api.append(second, record) == LEAT_INVALID);
  record_api().release(record);  // not the caller's any more: nothing happens
  CHECK(api.count(first) == 1);
  CHECK(api.count(second) == 0);
  CHECK(api.at(first, 0) == record);
  api.release(second);
  api.release(first);
}

TEST_CASE("release frees only what create gave") {
  Batch of_the_host;
  add(of_the_host, "1");
  api.release(&of_the_host);
  CHECK(of_the_host.record(0)->json() == "1");
  api.release(nullptr);
}

TEST_CASE("a taken record is the caller's again") {
  Batch batch;
  add(batch, "1");
  add(batch, "2");
  auto taken = batch.take(0);
  CHECK(taken->json() == "1");
  CHECK(batch.size() == 2);
  CHECK(batch.record(0) == nullptr);
  CHECK(api.at(&batch, 0) == nullptr);
  CHECK(api.drop(&batch, 0) == LEAT_INVALID);
  CHECK(api.append(&batch, taken.get()) == LEAT_OK);
  taken.release();
  CHECK(batch.record(2)->json() == "1");
}

TEST_CASE("a page with an owner is not copied") {
  const std::string text = "garbage[{\"id\":1},\n{\"id\": 2},[3]]garbage";
  Buffer owner = buffer_of(text);
  const char* const data = reinterpret_cast<char*>(owner.data());
  Batch batch;
  std::size_t count = 0;
  CHECK(api.append_array(nullptr, &batch, {owner.data() + 7, text.size() - 14}, owner.get(), &count) == LEAT_OK);
  owner = Buffer();
  REQUIRE(count == 3);
  CHECK(batch.record(0)->json() == "{\"id\":1}");
  CHECK(batch.record(0)->json().data() == data + 8);
  CHECK(batch.record(1)->json() == "{\"id\":2}");
  CHECK(batch.record(2)->json().data() == data + text.find("[3]"));
  auto last = batch.take(2);
  batch.clear();
  CHECK(last->root().at(0)->as_i64() == 3);
}

TEST_CASE("a page without an owner is copied once") {
  Batch batch;
  std::string text = "[1,\"two\",{\"three\":[3]}]";
  CHECK(api.append_array(nullptr, &batch, bytes(text), nullptr, nullptr) == LEAT_OK);
  std::fill(text.begin(), text.end(), 'x');
  REQUIRE(batch.size() == 3);
  CHECK(batch.record(1)->root().as_str() == "two");
  CHECK(batch.record(2)->json() == "{\"three\":[3]}");
}

TEST_CASE("a page is appended whole or not at all") {
  leat::host::SystemClock clock;
  leat_ctx ctx(clock, std::stop_token(), "test");
  Batch batch;
  add(batch, "0");
  const Buffer owner = buffer_of("[1,2]");
  const std::string elsewhere = "[1,2]";
  struct Row {
    leat_bytes text;
    leat_buffer* owner;
    std::string message;
  };
  const Row rows[] = {
      {bytes("[1,2,{\"a\":}]"), nullptr, "not a JSON array: byte 10: expected a value, found '}'"},
      {bytes("{\"a\":1}"), nullptr, "not a JSON array: byte 0: expected '[': a JSON array of records, found '{'"},
      {bytes("[1,2"), nullptr, "not a JSON array: byte 4: expected ',' or ']' after an array element, found the end"},
      {{nullptr, 0}, nullptr, "not a JSON array: byte 0: expected '[': a JSON array of records, found the end"},
      {{nullptr, 9}, nullptr, "not a JSON array: byte 0: expected '[': a JSON array of records, found the end"},
      {bytes(elsewhere), owner.get(), "append_array: the owner does not hold the text"},
      {{owner.data() + 1, owner.size()}, owner.get(), "append_array: the owner does not hold the text"},
      {{owner.data(), static_cast<std::size_t>(-1)}, owner.get(), "append_array: the owner does not hold the text"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    std::size_t count = 7;
    CHECK(api.append_array(&ctx, &batch, row.text, row.owner, &count) == LEAT_INVALID);
    CHECK(count == 0);
    CHECK(batch.size() == 1);
    CHECK(ctx.failure(LEAT_INVALID).message == row.message);
  }
}

TEST_CASE("an empty page is no record") {
  Batch batch;
  std::size_t count = 7;
  CHECK(api.append_array(nullptr, &batch, bytes("[]"), nullptr, &count) == LEAT_OK);
  CHECK(count == 0);
  CHECK(batch.empty());
}

TEST_CASE("a cursor is any bytes, and none until it is set") {
  Batch batch;
  CHECK(!batch.cursor());
  CHECK(!batch.ended());
  const std::string cursor("\0\xFF page", 7);
  CHECK(api.set_cursor(&batch, bytes(cursor)) == LEAT_OK);
  CHECK(batch.cursor() == cursor);
  CHECK(api.set_cursor(&batch, {nullptr, 0}) == LEAT_OK);
  CHECK(batch.cursor() == "");
  CHECK(api.end(&batch) == LEAT_OK);
  CHECK(batch.ended());
  add(batch, "1");
  batch.clear();
  CHECK((batch.empty() && !batch.cursor() && !batch.ended()));
}

TEST_CASE("a NULL batch is refused") {
  std::size_t count = 7;
  CHECK(api.count(nullptr) == 0);
  CHECK(api.at(nullptr, 0) == nullptr);
  CHECK(api.append_array(nullptr, nullptr, bytes("[]"), nullptr, &count) == LEAT_INVALID);
  CHECK(count == 0);
  CHECK(api.drop(nullptr, 0) == LEAT_INVALID);
  CHECK(api.reject(nullptr, 0, LEAT_INVALID, 0, str("")) == LEAT_INVALID);
  CHECK(api.deliver(nullptr, 0, str("")) == LEAT_INVALID);
  CHECK(api.set_cursor(nullptr, bytes("x")) == LEAT_INVALID);
  CHECK(api.end(nullptr) == LEAT_INVALID);
}
