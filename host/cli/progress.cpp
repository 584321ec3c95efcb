#include "host/cli/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <string>

#include "host/cli/output.hpp"

namespace leat::host {

Progress::Progress(std::function<std::string()> line) : line_(std::move(line)) {
  if (!is_terminal(2)) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, stop, std::chrono::milliseconds(100), [&] { return stop.stop_requested(); })) {
      draw(line_());
    }
  });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  draw("");
}

void Progress::draw(const std::string& text) const {
  // Back to the first column, clear to its end: the log's lines stay whole above it.
  const std::string shown = "\r\x1b[K" + one_line(text, static_cast<std::size_t>(terminal_width() - 1));
  [[maybe_unused]] const auto written = write(2, shown.data(), shown.size());
}

}  // namespace leat::host
