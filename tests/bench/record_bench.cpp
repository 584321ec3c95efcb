// What a record costs, in microseconds of one thread: cut and checked out of a page, passed on, read, changed by a hop
// and written, next to a copy of its bytes and to nlohmann/json on the same page in the same run.
// Run it in an optimised build: cmake -DCMAKE_BUILD_TYPE=Release, then bin/bench_record [RECORDS] [ROUNDS].
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/base/call.hpp"
#include "host/record/batch.hpp"
#include "tests/bench/ticket.hpp"

namespace {

using Json = nlohmann::ordered_json;
using leat::bench::ticket;
using leat::host::Batch;
using leat::host::Buffer;
using leat::host::str;

const leat_record_api& api = leat::host::record_api();

class Bench {
 public:
  Bench(int records, int rounds) : records_(records), rounds_(rounds) {
    Json page = Json::array();
    for (int i = 0; i < records; ++i) page.push_back(ticket(i));
    const std::string text = page.dump();
    page_ = Buffer::make(text.size());
    std::memcpy(page_.data(), text.data(), text.size());
    std::printf("%d records of %.2f KB, best of %d rounds, us per record\n", records,
                double(text.size()) / records / 1000, rounds);
  }

  // The best of all rounds: prepare, unmeasured, gives a batch; use is measured.
  template <class Prepare, class Use>
  void measure(const char* name, Prepare&& prepare, Use&& use) {
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds_; ++round) {
      auto input = prepare();
      const auto start = std::chrono::steady_clock::now();
      use(input);
      const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
      best = std::min(best, time.count() / records_);
    }
    std::printf("  %-44s %7.3f\n", name, best);
  }

  std::string_view text() const { return {reinterpret_cast<const char*>(page_.data()), page_.size()}; }
  const Buffer& page() const { return page_; }

  Batch cut() const {
    Batch batch;
    if (!batch.append_array(text(), page_)) std::abort();
    return batch;
  }

 private:
  int records_;
  int rounds_;
  Buffer page_;
};

// Through the table, as a plugin does it.
leat_node* member(leat_node* node, const char* name) { return api.get(node, str(name)); }

std::size_t read_two(leat_rec* record) {
  leat_node* const root = api.root(record);
  std::int64_t id = 0;
  leat_str updated{};
  if (api.as_i64(member(root, "id"), &id) != LEAT_OK) std::abort();
  if (api.as_str(member(member(root, "_info"), "lastUpdated"), &updated) != LEAT_OK) std::abort();
  return static_cast<std::size_t>(id) + updated.len;
}

void edit_five(leat_rec* record) {
  leat_node* const root = api.root(record);
  leat_str name{};
  if (api.as_str(member(member(root, "company"), "name"), &name) != LEAT_OK) std::abort();
  if (api.set_str(member(root, "summary"), name) != LEAT_OK) std::abort();
  if (api.set_bool(member(root, "closedFlag"), 1) != LEAT_OK) std::abort();
  if (api.set_i64(api.put(member(root, "company"), str("rank")), 7) != LEAT_OK) std::abort();
  if (api.set_str(api.put(root, str("origin")), str("help desk")) != LEAT_OK) std::abort();
  if (api.erase(root, str("severity")) != LEAT_OK) std::abort();
}

volatile std::size_t sink = 0;

void run(Bench& bench) {
  const auto nothing = [] { return 0; };
  const auto cut = [&bench] { return bench.cut(); };
  std::string copy(bench.text().size(), '\0');

  bench.measure("memcpy of the page", nothing, [&](int) {
    std::memcpy(copy.data(), bench.text().data(), copy.size());
    sink = sink + static_cast<unsigned char>(copy[copy.size() / 2]);
  });
  bench.measure(
      "cut the page into checked records", [] { return Batch(); },
      [&](Batch& batch) {
        if (!batch.append_array(bench.text(), bench.page())) std::abort();
      });
  bench.measure("pass on (json of an untouched record)", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) sink = sink + batch.record(i)->json().size();
  });
  bench.measure("read two fields", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) sink = sink + read_two(batch.record(i));
  });
  bench.measure("five changes", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) edit_five(batch.record(i));
  });
  bench.measure("five changes and json", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      edit_five(batch.record(i));
      sink = sink + batch.record(i)->json().size();
    }
  });
  bench.measure("set_json (a record from the store)", cut, [](Batch& batch) {
    leat_rec record;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!record.set_json(batch.record(i)->json())) std::abort();
    }
  });
  bench.measure("free the records", cut, [](Batch& batch) { batch.clear(); });

  bench.measure("nlohmann: parse", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) sink = sink + nlohmann::json::parse(batch.record(i)->json()).size();
  });
  bench.measure("nlohmann: parse, five changes and dump", cut, [](Batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      auto json = nlohmann::json::parse(batch.record(i)->json());
      json["summary"] = json["company"]["name"];
      json["closedFlag"] = true;
      json["company"]["rank"] = 7;
      json["origin"] = "help desk";
      json.erase("severity");
      sink = sink + json.dump().size();
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const int records = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 20;
  if (records < 1 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_record [RECORDS] [ROUNDS]\n");
    return 2;
  }
  Bench bench(records, rounds);
  run(bench);
  return 0;
}
