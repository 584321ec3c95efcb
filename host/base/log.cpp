#include "host/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "host/base/secrets.hpp"

namespace leat::host {

namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"trace", "debug", "info", "warn", "error"};

spdlog::level::level_enum spdlog_level(Level level) { return static_cast<spdlog::level::level_enum>(level); }

// Our name of the level ("warn", where spdlog says "warning"), in a column of five.
class LevelColumn final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/, spdlog::memory_buf_t& out) override {
    const auto name = kLevelNames.at(static_cast<std::size_t>(message.level));
    out.append(name.data(), name.data() + name.size());
    for (std::size_t i = name.size(); i < 5; ++i) out.push_back(' ');
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<LevelColumn>(); }
};

// One event stays one line, and data from outside cannot drive the terminal.
std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += c;
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
  const bool plain = std::getenv("NO_COLOR") != nullptr || format == Format::json;  // NOLINT(concurrency-mt-unsafe)
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(plain ? spdlog::color_mode::never
                                                                          : spdlog::color_mode::automatic);
  impl_->out = std::make_unique<spdlog::logger>("leat", std::move(sink));
  impl_->out->set_level(spdlog_level(least));
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<LevelColumn>('*').set_pattern(format == Format::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                                                           : "%Y-%m-%dT%H:%M:%S.%eZ %^%*%$ %v");
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
