// Real programs in tests: start, wait, signal, read what they printed; and a folder that is gone afterwards.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leat::test {

// A fresh folder under the system's temporary one, removed at the end.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }
  // Writes a file in it; gives its path.
  std::string write(const std::string& name, std::string_view content) const;
  std::string read(const std::string& name) const;  // empty when absent

 private:
  std::filesystem::path path_;
};

struct Exit {
  int code = -1;               // of a program that ended by itself
  int signal = 0;              // that ended it
  std::string out;             // stdout
  std::string err;             // stderr
  double seconds = 0;          // from its start
  double cpu_seconds = 0;      // of all its threads, in user and kernel mode
  std::uint64_t peak_rss = 0;  // bytes; not below what the test program itself held when it started it
};

// A running program; killed at the end. Its output goes to files, so that it never blocks on its reader.
class Program {
 public:
  using Variables = std::map<std::string, std::string>;

  Program(std::vector<std::string> command, const Variables& variables = {}, const std::string& input = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  Exit wait(std::chrono::seconds limit = std::chrono::seconds(60));  // kills and throws when the time is over
  void signal(int number) const;
  bool running();
  std::string out() const;  // so far
  std::string err() const;
  // Until stdout or stderr holds the text; throws when the program ends first or the time is over.
  void wait_for(std::string_view text, std::chrono::seconds limit = std::chrono::seconds(20));
  int pid() const { return pid_; }
  double cpu_seconds() const;  // so far

 private:
  void check_exit(bool block);
  TempDir files_;
  std::vector<std::string> command_;
  int pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
  rusage usage_{};
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point ended_at_;
};

// Runs a program to its end.
Exit run(std::vector<std::string> command, const Program::Variables& variables = {}, const std::string& input = {});

}  // namespace leat::test
