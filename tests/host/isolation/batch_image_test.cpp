#include "host/isolation/batch_image.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace leat;
using namespace leat::host;

namespace {

host::Buffer message_of(std::string_view bytes) {
  host::Buffer buffer = host::Buffer::make(bytes.size());
  std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}

std::string_view bytes_of(const Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

Batch batch_of(const std::vector<std::string>& documents) {
  Batch batch;
  for (const std::string& document : documents) batch.append(std::move(make_record(document).value()));
  return batch;
}

// What a batch holds, in words.
std::vector<std::string> said(Batch& batch) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    std::string one;
    switch (batch.fate(i)) {
      case Fate::live: one = "live "; break;
      case Fate::dropped: one = "dropped "; break;
      case Fate::rejected: one = "rejected as " + std::string(to_string(batch.error(i).kind)) + " "; break;
      case Fate::delivered: one = "delivered " + std::string(batch.answer(i)) + " "; break;
    }
    all.push_back(one + std::string(batch.record(i)->json()));
    for (const auto& [key, value] : batch.record(i)->attributes()) all.back() += " " + key + "=" + value;
  }
  return all;
}

// There and back: what `work` does in another process, seen in this one.
template <class Work>
bool round_trip(Batch& batch, Work&& work) {
  Encoder question;
  encode(question, batch);
  const host::Buffer there = message_of(question.bytes());
  Decoder in(bytes_of(there));
  Batch other;
  REQUIRE(decode_batch(in, there, Trust::host, other));
  REQUIRE(in.complete());
  const BatchBefore before(other);
  work(other);
  Encoder answer;
  before.encode_changes(answer, other);
  const host::Buffer back = message_of(answer.bytes());
  Decoder out(bytes_of(back));
  return apply_changes(out, back, batch);
}

std::string changes_of_everything() {
  Batch batch = batch_of({R"({"id":1})", R"({"id":2})", R"({"id":3})", R"({"id":4})"});
  Encoder question;
  encode(question, batch);
  const BatchBefore before(batch);
  CHECK(batch.record(0)->root().put("name")->set_str("x") == LEAT_OK);
  batch.record(1)->set_attr("acme.seen", "yes");
  batch.drop(1);
  batch.reject(2, {ErrorKind::busy, "later", 7});
  CHECK(batch.deliver(3, R"({"at":1})") == LEAT_OK);
  batch.append(std::move(make_record("[1,2]").value()));
  batch.set_cursor("c7");
  batch.end();
  Encoder answer;
  before.encode_changes(answer, batch);
  return answer.take();
}

}  // namespace

TEST_CASE("what a call does in another process is what it does here") {
  Batch batch = batch_of({R"({"id":1})", R"({"id":2})", R"({"id":3})", R"({"id":4})", R"({"id":5})"});
  batch.record(0)->set_attr("leat.route", "r");
  batch.drop(4);  // before: an earlier transformer's
  REQUIRE(round_trip(batch, [](Batch& other) {
    REQUIRE(other.size() == 5);
    CHECK(other.fate(4) == Fate::dropped);
    CHECK(other.record(0)->attr("leat.route") == "r");
    CHECK(other.record(0)->root().put("name")->set_str("Ina") == LEAT_OK);
    other.record(1)->set_attr("acme.seen", "yes");
    CHECK(other.drop(1));
    CHECK(other.reject(2, {ErrorKind::busy, "later", 7}));
    CHECK(other.deliver(3, R"({"at": 1})") == LEAT_OK);
    other.append(std::move(make_record("[1]").value()));
    other.append(std::move(make_record("[2]").value()));
    CHECK(other.drop(6));
    other.set_cursor("c7");
    other.end();
  }));
  CHECK(said(batch) == std::vector<std::string>{R"(live {"id":1,"name":"Ina"} leat.route=r)",
                                                R"(dropped {"id":2} acme.seen=yes)", R"(rejected as busy {"id":3})",
                                                R"(delivered {"at":1} {"id":4})", R"(dropped {"id":5})", "live [1]",
                                                "dropped [2]"});
  CHECK(batch.error(2).retry_after_ms == 7);
  CHECK(batch.cursor() == "c7");
  CHECK(batch.ended());
}

TEST_CASE("a record that the call did not change stays the host's own") {
  Batch batch = batch_of({R"({"id":1})"});
  const char* const before = batch.record(0)->json().data();
  REQUIRE(round_trip(batch, [](Batch& other) {
    // What only a plugin out of its mind does: it writes into text that is given to be read.
    const_cast<char*>(other.record(0)->json().data())[2] = '#';
  }));
  CHECK(batch.record(0)->json().data() == before);
  CHECK(batch.record(0)->json() == R"({"id":1})");
}

TEST_CASE("an empty batch crosses") {
  Batch batch;
  REQUIRE(round_trip(batch, [](Batch& other) { other.append(std::move(make_record("1").value())); }));
  CHECK(said(batch) == std::vector<std::string>{"live 1"});
}

TEST_CASE("a document that is none does not get into the host") {
  Batch batch = batch_of({R"({"id":1})"});
  CHECK_FALSE(round_trip(batch, [](Batch& other) {
    other.append(std::move(make_record(R"({"id":2})").value()));
    const_cast<char*>(other.record(1)->json().data())[0] = '!';
  }));
  CHECK(said(batch) == std::vector<std::string>{R"(live {"id":1})"});
}

TEST_CASE("a damaged answer leaves the batch as it was, or is a sound one: 200,000 mutations") {
  const std::string sound = changes_of_everything();
  constexpr unsigned kSeed = 7;
  CAPTURE(kSeed);
  std::mt19937 random(kSeed);
  const std::vector<std::string> untouched{R"(live {"id":1})", R"(live {"id":2})", R"(live {"id":3})",
                                           R"(live {"id":4})"};
  int refused = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes = sound;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int i = 0; i < changes; ++i) {
      switch (random() % 4) {
        case 0: bytes[random() % bytes.size()] = static_cast<char>(random()); break;
        case 1: bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8); break;
        case 2: bytes.resize(random() % bytes.size() + 1); break;
        default: bytes.insert(random() % bytes.size(), 1, static_cast<char>(random())); break;
      }
    }
    Batch batch = batch_of({R"({"id":1})", R"({"id":2})", R"({"id":3})", R"({"id":4})"});
    const host::Buffer message = message_of(bytes);
    Decoder in(bytes_of(message));
    if (apply_changes(in, message, batch)) {
      for (std::size_t i = 0; i < batch.size(); ++i) CHECK(make_record(batch.record(i)->json()));
    } else {
      ++refused;
      if (said(batch) != untouched) FAIL("changed by a damaged answer in round " << round);
    }
  }
  CHECK(refused > 100'000);
}

TEST_CASE("a damaged number of records costs no memory for records that are not there") {
  const auto peak_mib = [] {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss >> 10;
  };
  constexpr std::uint32_t size = 16U << 20U;
  Encoder nothing;
  Batch empty;
  encode(nothing, empty);
  for (const bool places : {true, false}) {
    Encoder out;
    if (!places) out.raw(nothing.bytes());
    out.number(size);
    out.raw(std::string(size, '\x02'));  // neither a flag nor a record
    const host::Buffer message = message_of(out.bytes());
    Decoder in(bytes_of(message));
    Batch batch;
    const auto before = peak_mib();
    CHECK_FALSE((places ? decode_batch(in, message, Trust::plugin, batch) : apply_changes(in, message, batch)));
    CHECK(peak_mib() - before < 64);
  }
}

TEST_CASE("a damaged batch of a plugin is refused or sound: 50,000 mutations") {
  Batch batch = batch_of({R"({"id":1,"name":"Ina"})", "[1,2,3]", "null"});
  batch.record(0)->set_attr("leat.route", "r");
  Encoder question;
  encode(question, batch);
  std::mt19937 random(11);
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes(question.bytes());
    bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size() + 1);
    const host::Buffer message = message_of(bytes);
    Decoder in(bytes_of(message));
    Batch read;
    if (!decode_batch(in, message, Trust::plugin, read)) continue;
    for (std::size_t i = 0; i < read.size(); ++i) CHECK(make_record(read.record(i)->json()));
  }
}
