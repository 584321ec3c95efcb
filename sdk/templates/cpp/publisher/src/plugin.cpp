// A publisher that appends each record to a file, one line each.
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <leat/sdk.hpp>
#include <memory>
#include <string>

namespace {

struct Append {
  leat::File file;

  static auto options() {
    return leat::options<Append>().field("path", &Append::file, "The file to append to.", leat::required);
  }

  // Returns when the whole batch is on the disk; what fails half way may be in the file.
  void publish(leat::Batch& batch, leat::Context&) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.path.c_str(), "a"), &std::fclose);
    if (!out) throw leat::denied(file.path + ": " + std::strerror(errno));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto record = batch.at(i);
      if (!record) continue;  // dropped or rejected before
      const std::string line = std::string(record->json()) + "\n";
      if (std::fwrite(line.data(), 1, line.size(), out.get()) != line.size()) throw unknown();
    }
    if (std::fflush(out.get()) != 0 || fsync(fileno(out.get())) != 0) throw unknown();
  }

 private:
  leat::Failure unknown() const { return leat::uncertain(file.path + ": " + std::strerror(errno)); }
};

}  // namespace

LEAT_PLUGIN("@NAME@", "0.1.0", "", leat::publisher<Append>("@NAME@", "@NAME@", "Appends records to a file."));
