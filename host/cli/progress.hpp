// One line on a terminal's stderr that is drawn anew while work goes on; nothing where stderr is no terminal.
// Owner    the command.
// Threads  the line is asked for on a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace leat::host {

class Progress {
 public:
  // line: the text to show; must be callable until the destructor has returned.
  explicit Progress(std::function<std::string()> line);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // wipes the line

 private:
  void draw(const std::string& text) const;
  std::function<std::string()> line_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: ends first
};

}  // namespace leat::host
