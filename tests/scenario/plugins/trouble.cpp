// What a bad plugin does: each component does its harm when a record asks for it, and is well-behaved otherwise.
#include <leat/sdk.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <unistd.h>

namespace {

bool asks_for(leat::Record record, const char* harm) { return record["harm"].str() == std::string_view(harm); }

void crash() {
  int* volatile nowhere = nullptr;
  *nowhere = 1;
}

struct Crash {
  void operator()(leat::Record record) {
    if (asks_for(record, "crash")) crash();
    record.set("seen", true);
  }
};

// Says of each record what is no fit text; and of itself, when it is to.
struct Babble {
  bool at_start = false;
  static auto options() { return leat::options<Babble>().field("at_start", &Babble::at_start, "Is \x1b[31mred."); }
  void configure(leat::Context&) {
    if (at_start) throw leat::invalid("no \x1b[31mred\nstart at a caf\xE9");
  }
  void process(leat::Batch& batch, leat::Context&) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto record = batch.at(i);
      if (!record) continue;
      if (asks_for(*record, "fail")) throw leat::denied("the caf\xE9 is \x1b[31mshut");
      std::string text;
      if (asks_for(*record, "bytes")) text = "no caf\xE9";
      if (asks_for(*record, "screen")) text = "is \x1b[31mred\nand \u009b1mbold";
      if (asks_for(*record, "long")) text.assign(20'000'000, 'x');
      batch.reject(i, leat::Error{leat::ErrorKind::invalid, text, 0});
    }
  }
};

// Appends to each record one that is rejected and one that is dropped.
struct Split {
  void process(leat::Batch& batch, leat::Context& context) {
    const std::size_t given = batch.size();
    for (std::size_t i = 0; i < given; ++i) {
      const auto record = batch.at(i);
      if (!record) continue;
      if (asks_for(*record, "crash")) crash();
      for (const int offset : {100, 200}) {
        leat::NewRecord part;
        part.set_json("{\"id\":" + std::to_string(*(*record)["id"].i64() + offset) + "}", context);
        batch.append(std::move(part));
      }
      batch.reject(batch.size() - 2, leat::Error{leat::ErrorKind::invalid, "no part of it", 0});
      batch.drop(batch.size() - 1);
    }
  }
};

// Never looks whether it is cancelled.
struct Spin {
  void operator()(leat::Record record, leat::Context& context) {
    static std::atomic<std::uint64_t> turns{0};
    if (asks_for(record, "spin")) context.warn("spinning");
    while (asks_for(record, "spin")) ++turns;
    record.set("seen", true);
  }
};

struct Leak {
  std::int64_t bytes = 0;
  static auto options() { return leat::options<Leak>().field("bytes", &Leak::bytes, "Lost with each record."); }
  void operator()(leat::Record record) {
    auto* const lost = static_cast<char*>(std::malloc(static_cast<std::size_t>(bytes)));
    if (lost != nullptr) std::memset(lost, 1, static_cast<std::size_t>(bytes));
    static char* volatile last = nullptr;  // so that no compiler leaves the memory out
    last = lost;
    record.set("kept", last != nullptr);
    record.set("seen", true);
  }
};

// Writes through a pointer that is only to be read: into the text that all routes' copies of the record share.
struct Scribble {
  void operator()(leat::Record record) {
    const auto name = record["name"].str();
    if (name) std::memset(const_cast<char*>(name->data()), '#', name->size());
  }
};

struct Print {
  void operator()(leat::Record record) {
    std::printf("a line for stdout\n");
    std::fflush(stdout);
    std::fprintf(stderr, "a line for stderr\n");
    record.set("seen", true);
  }
};

// Prints without end, and grows meanwhile, once it is heard: a pipe holds half of what it says before.
struct Chatter {
  void operator()(leat::Record record) {
    std::string lines;
    while (lines.size() < 64U << 10U) lines += "again\n";
    for (int turn = 0; asks_for(record, "chatter"); ++turn) {
      if (write(STDOUT_FILENO, lines.data(), lines.size()) < 0) return;
      if (turn == 1) std::thread(&grow).detach();
    }
    record.set("seen", true);
  }
  static void grow() {
    constexpr std::size_t size = 300U << 20U;
    static char* volatile kept = static_cast<char*>(std::malloc(size));
    if (kept != nullptr) std::memset(kept, 1, size);
  }
};

// Writes to a pipe that nobody reads.
struct WriteToNobody {
  void operator()(leat::Record record) {
    int ends[2];
    if (pipe(ends) != 0) return;
    close(ends[0]);
    record.set("wrote", static_cast<std::int64_t>(write(ends[1], "?", 1)));
    close(ends[1]);
  }
};

// Asks the host for all it can: state, its place, transformers that an option names, a number to show.
struct Ask {
  leat::Chain then;
  static auto options() { return leat::options<Ask>().field("then", &Ask::then, "Run over the records afterwards."); }
  void process(leat::Batch& batch, leat::Context& context) {
    const leat::State state = context.state();
    int count = std::stoi(state.get("count").value_or("0"));
    for (const auto& [index, record] : batch.live()) {
      if (asks_for(record, "crash")) crash();
      leat::Record(record).set("number", ++count);
      leat::Record(record).set("place", context.place());
    }
    state.set("count", std::to_string(count));
    context.count("asked");
    leat::check(then.process(batch, context));
  }
};

// Writes each record's id to a file, says so when it is to, and ends the process at a record that asks for it.
struct Post {
  leat::File path;
  bool safe = false;
  bool moody = false;
  std::string says;
  static auto options() {
    return leat::options<Post>()
        .field("path", &Post::path, "Where the ids go.", leat::required)
        .field("safe", &Post::safe, "Whether a record may be published twice.")
        .field("moody", &Post::moody, "Says so anyway once its file is there.")
        .field("says", &Post::says, "What its doctor says as well.");
  }
  void publish(leat::Batch& batch, leat::Context&) {
    std::ofstream file(path.path, std::ios::app);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto record = batch.at(i);
      if (!record) continue;
      if (asks_for(*record, "refuse")) {
        batch.reject(i, leat::Error{leat::ErrorKind::invalid, "refused", 0});
        continue;
      }
      file << (*record)["id"].json() << std::endl;
      if (asks_for(*record, "crash")) crash();
      batch.deliver(i, R"({"stored":true})");
    }
  }
  void doctor(leat::Record known, leat::Findings& out, leat::Context& context) {
    out.ok("known", "of every record at " + std::string(context.place()) + ": " + std::string(known.json()));
    if (!says.empty()) out.warning(says, says, says);
  }
  bool replay_safe() const { return safe || (moody && std::ifstream(path.path)); }
  std::uint32_t batch_max() const { return 10; }
};

}  // namespace

LEAT_PLUGIN("test.trouble", "1.0.0", "Leat", leat::transformer<Crash>("crash"), leat::transformer<Split>("split"),
            leat::transformer<Babble>("babble", "Talks \x1b[31mred", "Says \x1b[31manything."),
            leat::transformer<Spin>("spin"), leat::transformer<Leak>("leak"), leat::transformer<Scribble>("scribble"),
            leat::transformer<Print>("print"), leat::transformer<Chatter>("chatter"),
            leat::transformer<WriteToNobody>("write_to_nobody"), leat::transformer<Ask>("ask"),
            leat::publisher<Post>("post"));
