// A subscriber that counts: {"number": 1}, {"number": 2}, ... Its cursor is the last number given.
#include <charconv>
#include <cstdint>
#include <leat/sdk.hpp>
#include <string>
#include <string_view>

namespace {

struct Count {
  std::uint32_t to = 10;

  static auto options() { return leat::options<Count>().field("to", &Count::to, "The last number."); }

  // cursor: empty the first time.
  void open(std::string_view cursor, leat::Context&) {
    std::uint32_t last = 0;
    if (!cursor.empty()) {
      const char* end = cursor.data() + cursor.size();
      const auto read = std::from_chars(cursor.data(), end, last);
      if (read.ec != std::errc() || read.ptr != end) {
        throw leat::invalid("the cursor is no number; `leat cursor reset` begins anew");
      }
    }
    next_ = std::uint64_t{last} + 1;
  }

  void poll(leat::Batch& out, const leat::Poll& asked, leat::Context& context) {
    for (std::uint32_t i = 0; i < asked.max && next_ <= to && !context.cancelled(); ++i) {
      out.append(leat::NewRecord("{\"number\":" + std::to_string(next_) + "}"));
      out.set_cursor(std::to_string(next_));
      ++next_;
    }
    if (next_ > to) out.end();
  }

 private:
  std::uint64_t next_ = 1;
};

}  // namespace

LEAT_PLUGIN("@NAME@", "0.1.0", "", leat::subscriber<Count>("@NAME@", "@NAME@", "Counts to a number."));
