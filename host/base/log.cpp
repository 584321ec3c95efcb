#include "host/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/base/secrets.hpp"

namespace leat::host {

namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"trace", "debug", "info", "warn", "error"};

spdlog::level::level_enum spdlog_level(Level level) { return static_cast<spdlog::level::level_enum>(level); }

// Our name of the level ("warn", where spdlog says "warning"), in a column of five, coloured where that is wanted.
class LevelColumn final : public spdlog::custom_flag_formatter {
 public:
  explicit LevelColumn(bool colour) : colour_(colour) {}
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/, spdlog::memory_buf_t& out) override {
    constexpr std::array<std::string_view, 5> colours = {"\x1b[2m", "\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
    const auto level = static_cast<std::size_t>(message.level);
    const auto put = [&out](std::string_view text) { out.append(text.data(), text.data() + text.size()); };
    if (colour_) put(colours.at(level));
    put(fmt::format("{:<5}", kLevelNames.at(level)));
    if (colour_) put("\x1b[0m");
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<LevelColumn>(colour_); }

 private:
  bool colour_;
};

// One event stays one line, and data from outside cannot drive the terminal.
std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : ' ');
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += c;
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080 to U+009F: control characters as well
      out += fmt::format("\\u00{:02x}", next);
      ++i;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string json_text(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

struct Log::Impl {
  const Secrets& secrets;
  Level least;
  Format format = Format::text;
  Sink sink;
  std::unique_ptr<spdlog::logger> out;

  std::string text_line(std::string_view origin, std::string_view line) const {
    std::string text(origin);
    if (!origin.empty()) text += ": ";
    text += line;
    return one_line(secrets.mask(text));
  }

  std::string json_members(Level level, std::string_view origin, std::string_view line) const {
    std::string members = fmt::format(R"("level":"{}",)", kLevelNames.at(static_cast<std::size_t>(level)));
    if (!origin.empty()) members += fmt::format(R"("origin":{},)", json_text(secrets.mask(origin)));
    return members + fmt::format(R"("message":{})", json_text(secrets.mask(line)));
  }
};

Log::Log(const Secrets& secrets, Level least, Format format)
    : impl_(std::make_unique<Impl>(Impl{secrets, least, format, nullptr, nullptr})) {
  const bool terminal = isatty(2) == 1;
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  const bool plain = no_colour != nullptr && *no_colour != '\0';
  impl_->out = std::make_unique<spdlog::logger>("leat", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  impl_->out->set_level(spdlog_level(least));
  // One write for each line. On a terminal it takes the place of the progress line, which is drawn again below it.
  std::string pattern = terminal ? "\r\x1b[K" : "";
  pattern += format == Format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %* %v";
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<LevelColumn>('*', terminal && !plain).set_pattern(pattern);
  impl_->out->set_formatter(std::move(formatter));
}

Log::Log(const Secrets& secrets, Level least, Sink sink)
    : impl_(std::make_unique<Impl>(Impl{secrets, least, Format::text, std::move(sink), nullptr})) {}

Log::~Log() = default;

bool Log::enabled(Level level) const { return level >= impl_->least; }

void Log::write(Level level, std::string_view origin, std::string_view line) {
  if (!enabled(level)) return;
  if (impl_->sink) {
    impl_->sink(level, impl_->text_line(origin, line));
    return;
  }
  impl_->out->log(spdlog_level(level), impl_->format == Format::json ? impl_->json_members(level, origin, line)
                                                                     : impl_->text_line(origin, line));
}

}  // namespace leat::host
