#include "bench/contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace leat::test {
namespace {

double median(const std::vector<Cost>& costs, double (*value)(const Cost&)) {
  std::vector<double> values;
  for (const Cost& cost : costs) values.push_back(value(cost));
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double wall(const Cost& cost) { return cost.seconds; }
double cpu(const Cost& cost) { return cost.cpu_seconds; }
double server_cpu(const Cost& cost) { return cost.server_cpu_seconds; }

std::uint64_t highest_rss(const std::vector<Cost>& costs) {
  std::uint64_t highest = 0;
  for (const Cost& cost : costs) highest = std::max(highest, cost.peak_rss);
  return highest;
}

}  // namespace

void Contest::run(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < entrants_.size(); ++i) {
      Entrant& entrant = entrants_[(static_cast<std::size_t>(round) + i) % entrants_.size()];
      entrant.costs.push_back(entrant.work());
    }
  }
}

void Contest::print() const {
  fmt::print("  {:<20}{:>9}{:>9}{:>9}{:>9}{:>12}{:>9}{:>11}{:>12}\n", "", "records", "MB", "wall s", "CPU s",
             "server CPU", "RSS MB", "CPU ratio", "wall ratio");
  const std::vector<Cost>& limit = entrants_.front().costs;
  for (const auto& [name, work, costs] : entrants_) {
    fmt::print("  {:<20}{:>9}{:>9.1f}{:>9.3f}{:>9.3f}{:>12.3f}{:>9.1f}{:>11.2f}{:>12.2f}\n", name,
               costs.front().records, double(costs.front().bytes) / 1e6, median(costs, wall), median(costs, cpu),
               median(costs, server_cpu), double(highest_rss(costs)) / 1e6, median(costs, cpu) / median(limit, cpu),
               median(costs, wall) / median(limit, wall));
  }
}

const Contest::Entrant& Contest::find(std::string_view name) const {
  const auto found =
      std::find_if(entrants_.begin(), entrants_.end(), [&](const Entrant& entrant) { return entrant.name == name; });
  if (found == entrants_.end()) throw std::runtime_error("nobody is called " + std::string(name));
  return *found;
}

std::uint64_t Contest::peak_rss(std::string_view name) const { return highest_rss(find(name).costs); }

double Contest::seconds(std::string_view name) const { return median(find(name).costs, wall); }

Cost measure(Program& program, const Sandbox& server, std::string* printed) {
  const double server_before = server.cpu_seconds();
  const Exit exit = program.wait(std::chrono::seconds(600));
  if (exit.code != 0) {
    throw std::runtime_error(
        fmt::format("it ended with code {}, signal {}:\n{}{}", exit.code, exit.signal, exit.out, exit.err));
  }
  if (printed != nullptr) *printed = exit.out;
  Cost cost;
  cost.seconds = exit.seconds;
  cost.cpu_seconds = exit.cpu_seconds;
  cost.server_cpu_seconds = server.cpu_seconds() - server_before;
  cost.peak_rss = exit.peak_rss;
  return cost;
}

Program::Variables curl_credentials() {
  return {{"CURL_USER", "sandbox+sandboxPublicKey:sandboxPrivateKey"},
          {"CURL_CLIENT_ID", "11111111-2222-3333-4444-555555555555"}};
}

void expect(std::string_view what, std::uint64_t seen, std::uint64_t expected) {
  if (seen != expected) throw std::runtime_error(fmt::format("{}: {}, expected {}", what, seen, expected));
}

FileSize file_size(const std::filesystem::path& path) {
  FileSize size;
  std::vector<char> chunk(1U << 20U);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + " is missing");
  do {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    size.bytes += static_cast<std::uint64_t>(file.gcount());
    size.lines += static_cast<std::uint64_t>(std::count(chunk.begin(), chunk.begin() + file.gcount(), '\n'));
  } while (file);
  return size;
}

}  // namespace leat::test
