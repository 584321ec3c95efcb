// Programs that do the same work, measured side by side: what each one costs, and its ratio to the first one's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/story.hpp"

namespace leat::test {

// One run of one program.
struct Cost {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
  double cpu_seconds = 0;         // its own
  double server_cpu_seconds = 0;  // the server's meanwhile
  std::uint64_t peak_rss = 0;     // bytes
};

class Contest {
 public:
  // Does the work once, in a fresh place, and checks that it was done; throws when it was not.
  using Work = std::function<Cost()>;

  void add(std::string name, Work work) { entrants_.push_back({std::move(name), std::move(work), {}}); }
  // Interleaved, and each round begins with another one: what disturbs the machine disturbs all of them.
  void run(int rounds);
  // Medians, and the ratios of them to the first one's.
  void print() const;
  // Of one entrant: the highest of all rounds.
  std::uint64_t peak_rss(std::string_view name) const;
  // Of one entrant: the median of its wall time.
  double seconds(std::string_view name) const;

 private:
  struct Entrant {
    std::string name;
    Work work;
    std::vector<Cost> costs;
  };
  const Entrant& find(std::string_view name) const;

  std::vector<Entrant> entrants_;
};

// Runs the program to its end and says what it and the server cost; records and bytes are the caller's to fill in.
// Throws with what it printed when it does not end with exit code 0.
Cost measure(Program& program, const Sandbox& server, std::string* printed = nullptr);

// For a libcurl peer: the sandbox's credentials.
Program::Variables curl_credentials();

void expect(std::string_view what, std::uint64_t seen, std::uint64_t expected);  // throws

// Lines of a file and its size.
struct FileSize {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
};
FileSize file_size(const std::filesystem::path& path);

}  // namespace leat::test
