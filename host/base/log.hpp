// The operator's log: one line per event on stderr, or a JSON object per line; secrets masked.
// Owner    main; everybody else borrows it.
// Threads  any.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace leat::host {

class Secrets;

enum class Level : std::int32_t { trace, debug, info, warn, error };  // as LEAT_TRACE ... LEAT_ERROR

class Log {
 public:
  enum class Format { text, json };
  using Sink = std::function<void(Level, std::string_view line)>;

  // To stderr.
  Log(const Secrets& secrets, Level least, Format format);
  // To a function, for tests: the masked line without time and level.
  Log(const Secrets& secrets, Level least, Sink sink);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(Level level) const;
  // origin: the route or component it is about, "route tickets-to-archive"; may be empty.
  void write(Level level, std::string_view origin, std::string_view line);

  template <class... Args>
  void info(std::string_view origin, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::info)) write(Level::info, origin, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warn(std::string_view origin, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::warn)) write(Level::warn, origin, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(std::string_view origin, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, origin, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void debug(std::string_view origin, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::debug)) write(Level::debug, origin, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::host
