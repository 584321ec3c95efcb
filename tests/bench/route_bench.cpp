// What transformers cost as steps of a route, in microseconds of processor time per record: chains of a real plugin library
// over pages of tickets, from text to text, next to a plain loop in the host that does the same edit without any plugin,
// and to nlohmann/json. Prints the best of some rounds; all in one run.
// Run it in an optimised build: bin/bench_route [RECORDS] [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/plugin/chain.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/services.hpp"
#include "host/record/batch.hpp"
#include "tests/bench/ticket.hpp"

namespace {

using namespace leat::host;

constexpr int page_size = 1000;
constexpr int steps = 5;
constexpr const char* kRemoved[] = {"severity", "impact", "billTime", "billExpenses", "billProducts"};
constexpr const char* kAdded[] = {"step0", "step1", "step2", "step3", "step4"};

void upper(std::string& text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
}

// The edit of route_steps.cpp on the host's own nodes; false: no company name.
bool edit_node(leat_node& ticket, int step) {
  leat_node* company = ticket.get("company");
  leat_node* name = company == nullptr ? nullptr : company->get("name");
  const auto text = name == nullptr ? std::nullopt : name->as_str();
  if (!text) return false;
  std::string changed(*text);
  upper(changed);
  name->set_str(changed);
  leat_node* id = company->get("id");
  id->set_i64(id->as_i64().value_or(0) + 1);
  ticket.get("customFields")->at(static_cast<std::size_t>(step))->get("value")->set_str("changed");
  ticket.put(kAdded[step])->set_str("done");
  ticket.erase(kRemoved[step]);
  return true;
}

// The same with nlohmann/json.
bool edit_json(nlohmann::ordered_json& ticket, int step) {
  auto& company = ticket["company"];
  if (!company.is_object()) return false;
  std::string changed = company["name"].get<std::string>();
  upper(changed);
  company["name"] = changed;
  company["id"] = company["id"].get<std::int64_t>() + 1;
  ticket["customFields"][static_cast<std::size_t>(step)]["value"] = "changed";
  ticket[kAdded[step]] = "done";
  ticket.erase(kRemoved[step]);
  return true;
}

struct Page {
  Buffer bytes;
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

// One ticket of a page has no company: every step would refuse it, the first one does.
std::vector<Page> make_pages(int records) {
  std::vector<Page> pages;
  for (int first = 0; first < records; first += page_size) {
    auto list = nlohmann::ordered_json::array();
    for (int i = first; i < std::min(records, first + page_size); ++i) {
      list.push_back(leat::bench::ticket(i));
      if (i % page_size == 7) list.back()["company"] = nullptr;
    }
    const std::string text = list.dump();
    Page page{Buffer::make(text.size())};
    std::memcpy(page.bytes.data(), text.data(), text.size());
    pages.push_back(std::move(page));
  }
  return pages;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_route: %s\n", why.c_str());
  std::exit(1);
}

// Of this thread: a busy machine makes it larger, but not by the time others had.
double cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// The host around the plugin, and what is written at the end of each way: it must be the same.
class Bench {
 public:
  Bench(int records, int rounds)
      : log_(secrets_, Level::error, [](Level, std::string_view) {}),
        services_(log_, secrets_, clock_, "bench"),
        records_(records),
        rounds_(rounds),
        pages_(make_pages(records)) {
    std::size_t bytes = 0;
    for (const Page& page : pages_) bytes += page.bytes.size();
    library_ = open_library(LEAT_BENCH_STEPS);
    init_library(services_.host(), library_);
    if (library_.state != Library::State::loaded) give_up(library_.reason);
    std::printf("%d tickets of %.2f KB in pages of %d, best of %d rounds, us of processor time per record\n", records,
                static_cast<double>(bytes) / records / 1000, page_size, rounds);
  }

  Chain chain(const std::string& type, int length) {
    std::vector<std::unique_ptr<TransformerInstance>> made;
    for (int step = 0; step < length; ++step) {
      for (const LibraryComponent& component : library_.components) {
        if (component.id != type) continue;
        Call call(clock_, std::stop_token(), "bench");
        const std::string options = type == "edit" ? "{\"step\":" + std::to_string(step) + "}" : "{}";
        auto one = TransformerInstance::create(*component.table, services_.host(), call, options, type);
        if (!one) give_up(one.error().message);
        made.push_back(std::move(*one));
      }
    }
    return Chain(std::move(made));
  }

  // Cuts each page into records, runs `work` over them and writes those that are left.
  double measure(const char* name, const std::function<void(Batch&)>& work) {
    return timed(name, [&](const Page& page) {
      Batch batch;
      if (!batch.append_array(page.text(), page.bytes)) give_up("a page is no array");
      work(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch.fate(i) == Fate::live) take(batch.record(i)->json());
      }
    });
  }
  double run(const char* name, const Chain& chain) {
    return measure(name, [&](Batch& batch) {
      Call call(clock_, std::stop_token(), "bench");
      if (auto done = chain.process(call, batch); !done) give_up(done.error().message);
    });
  }
  double run_nlohmann(const char* name) {
    return timed(name, [&](const Page& page) {
      Batch batch;
      if (!batch.append_array(page.text(), page.bytes)) give_up("a page is no array");
      for (std::size_t i = 0; i < batch.size(); ++i) {
        auto ticket = nlohmann::ordered_json::parse(batch.record(i)->json());
        bool good = true;
        for (int step = 0; step < steps && good; ++step) good = edit_json(ticket, step);
        if (good) take(ticket.dump());
      }
    });
  }
  // FNV-1a over what was written last.
  std::uint64_t written() const { return hash_; }

 private:
  template <class Work>
  double timed(const char* name, Work&& work) {
    double best = std::numeric_limits<double>::infinity();
    for (int round = -1; round < rounds_; ++round) {  // the first one is not counted: memory is new to the process
      hash_ = 14695981039346656037u;
      const double start = cpu_us();
      for (const Page& page : pages_) work(page);
      if (round >= 0) best = std::min(best, (cpu_us() - start) / records_);
    }
    std::printf("  %-58s %8.3f\n", name, best);
    std::fflush(stdout);
    return best;
  }
  // Length, begin and end are enough to tell two ways apart, and cost nothing beside them.
  void take(std::string_view json) {
    const auto add = [this](std::uint64_t value) { hash_ = (hash_ ^ value) * 1099511628211u; };
    add(json.size());
    for (const char c : json.substr(json.size() - std::min<std::size_t>(json.size(), 96))) {
      add(static_cast<unsigned char>(c));
    }
  }

  Secrets secrets_;
  Log log_;
  SystemClock clock_;
  Services services_;
  int records_;
  int rounds_;
  std::vector<Page> pages_;
  Library library_;
  std::uint64_t hash_ = 0;
};

void run(Bench& bench) {
  const double bare = bench.run("no step: cut and write", bench.chain("edit", 0));
  const double pass = bench.run("5 steps that leave the batch alone", bench.chain("pass", steps));
  const double look = bench.run("5 steps that visit each record", bench.chain("look", steps));
  bench.run("1 step of edits", bench.chain("edit", 1));
  bench.run("3 steps of edits", bench.chain("edit", 3));
  const double route = bench.run("5 steps of edits, through the plugin", bench.chain("edit", steps));
  const auto by_plugin = bench.written();
  const double loop = bench.measure("5 steps of edits, a plain loop in the host", [](Batch& batch) {
    for (int step = 0; step < steps; ++step) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch.fate(i) == Fate::live && !edit_node(batch.record(i)->root(), step)) batch.reject(i, leat::Error{});
      }
    }
  });
  if (bench.written() != by_plugin) give_up("the loop did not write what the plugin wrote");
  const double nlohmann = bench.run_nlohmann("5 steps of edits, nlohmann/json: parse, edit, dump");
  if (bench.written() != by_plugin) give_up("nlohmann/json did not write what the plugin wrote");

  std::printf("a hop: %.3f leaves the batch alone, %.3f visits each record, %.3f edits\n", (pass - bare) / steps,
              (look - bare) / steps, (route - bare) / steps);
  std::printf("the plugin boundary: %.2f times the plain loop; nlohmann/json: %.1f times\n", route / loop,
              nlohmann / loop);
}

}  // namespace

int main(int argc, char** argv) {
  const int records = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (records < 1 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_route [RECORDS] [ROUNDS]\n");
    return 2;
  }
  Bench bench(records, rounds);
  run(bench);
  return 0;
}
