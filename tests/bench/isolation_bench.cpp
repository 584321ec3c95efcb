// What a plugin's own process costs: a transformer over batches of 3 KB tickets, inside the host and isolated, in one
// run, in microseconds per record and as a ratio. Run it in an optimised build: bin/bench_isolation [RECORDS] [ROUNDS].
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/isolation/child.hpp"
#include "host/isolation/isolation.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/services.hpp"
#include "host/record/batch.hpp"

using namespace leat::host;

namespace {

// The size of a service ticket as a PSA sends it: 3 KB, three dozen members, nested objects and an array.
std::string ticket(int id) {
  std::string text = fmt::format(R"({{"id":{},"summary":"Printer {} on the second floor does not print")", id, id);
  for (int i = 0; i < 15; ++i) {
    text += fmt::format(
        R"(,"reference{}":{{"id":{},"name":"A name","_info":{{"self_href":"https://psa.example/v4_6_release/{}"}}}})",
        i, id % 97, id % 97);
  }
  text += R"(,"customFields":[)";
  for (int i = 0; i < 8; ++i) {
    text += fmt::format(R"({}{{"id":{},"caption":"Field {}","type":"Text","entryMethod":"EntryField","value":"v{}"}})",
                        i == 0 ? "" : ",", i, i, i * id);
  }
  text += R"(],"initialDescription":")" + std::string(600, 'x') + R"("})";
  return text;
}

class Bench {
 public:
  Bench(int records, int rounds)
      : rounds_(rounds),
        log_(secrets_, Level::warn, Log::Format::text),
        services_(log_, secrets_, clock_, "0.1.0"),
        isolation_(services_, {"/proc/self/exe", "__isolated"}) {
    std::size_t bytes = 0;
    for (int id = 0; id < records; ++id) {
      records_.push_back(std::move(make_record(ticket(id)).value()));
      bytes += records_.back()->json().size();
    }
    fmt::print("{} tickets of {} bytes, best of {} rounds, microseconds per record\n", records,
               bytes / static_cast<std::size_t>(records), rounds);
  }

  void run() {
    const std::filesystem::path file = LEAT_TRANSFORM_LIBRARY;
    const Libraries bare(services_.host(), options(file, {}));
    const Libraries isolated(services_.host(), options(file, [this](const std::filesystem::path& path, auto) {
                               return std::optional<Library>(isolation_.load(path, {}));
                             }));
    compare("set", R"({"fields":{"priority.name":"High"}})", bare, isolated);
    compare("filter", R"({"when":"id >= 0"})", bare, isolated);
  }

 private:
  using Isolate = decltype(LibraryOptions::isolate);
  static LibraryOptions options(const std::filesystem::path& file, Isolate isolate) {
    LibraryOptions made;
    made.folders.push_back({file.parent_path(), true});
    made.isolate = std::move(isolate);
    return made;
  }

  std::unique_ptr<TransformerInstance> make(const Libraries& libraries, std::string_view type,
                                            std::string_view config) {
    const Registry registry(libraries.all());
    const leat_component* component = registry.component(ComponentKind::transformer, type);
    const leat_host* host = registry.host(ComponentKind::transformer, type);
    Call call(clock_, std::stop_token(), "bench");
    auto made = component == nullptr
                    ? leat::Result<std::unique_ptr<TransformerInstance>>(leat::Error{})
                    : TransformerInstance::create(*component, host == nullptr ? services_.host() : *host, call, config,
                                                  "bench");
    if (!made) {
      fmt::print("{} cannot be made: {}\n", type, made.error().message);
      std::exit(1);  // NOLINT(concurrency-mt-unsafe)
    }
    return std::move(*made);
  }

  void compare(std::string_view type, std::string_view config, const Libraries& bare, const Libraries& isolated) {
    const auto here = make(bare, type, config);
    const auto there = make(isolated, type, config);
    for (const std::size_t size : {std::size_t{1}, std::size_t{10}, std::size_t{100}, std::size_t{1000}}) {
      const double inside = best(*here, size);
      const double outside = best(*there, size);
      fmt::print("{:<8} batches of {:>4}: inside the host {:7.2f}, isolated {:7.2f}, {:5.1f} times, {:.2f} more\n",
                 type, size, inside, outside, outside / inside, outside - inside);
    }
  }

  double best(TransformerInstance& transformer, std::size_t size) {
    double least = std::numeric_limits<double>::max();
    for (int round = 0; round < rounds_; ++round) {
      std::chrono::nanoseconds spent{0};
      for (std::size_t begin = 0; begin < records_.size(); begin += size) {
        Batch batch;
        for (std::size_t i = begin; i < std::min(begin + size, records_.size()); ++i) {
          batch.append(records_[i]->clone());
        }
        Call call(clock_, std::stop_token(), "bench");
        const auto start = std::chrono::steady_clock::now();
        const auto done = transformer.process(call, batch);
        std::size_t written = 0;
        for (std::size_t i = 0; i < batch.size(); ++i) written += batch.record(i)->json().size();
        spent += std::chrono::steady_clock::now() - start;
        if (!done || written == 0) {
          fmt::print("failed: {}\n", done ? "nothing came of it" : done.error().message);
          std::exit(1);  // NOLINT(concurrency-mt-unsafe)
        }
      }
      least = std::min(least, static_cast<double>(spent.count()) / 1000 / static_cast<double>(records_.size()));
    }
    return least;
  }

  const int rounds_;
  SystemClock clock_;
  Secrets secrets_;
  Log log_;
  Services services_;
  Isolation isolation_;
  std::vector<std::unique_ptr<Record>> records_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "__isolated") return run_isolated(argv[2], "0.1.0");
  const int records = argc > 1 ? std::atoi(argv[1]) : 4000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  Bench(std::max(records, 1), std::max(rounds, 1)).run();
  return 0;
}
