// The test kit's records beside the host's: the same random documents and changes must give the same answers and the same
// bytes. LEAT_SEED repeats a run.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "host/record/record.hpp"
#include "leat/testing/record_api.hpp"

namespace {

leat_str text(std::string_view value) { return {value.data(), value.size()}; }
std::string copy(leat_str value) { return value.ptr == nullptr ? std::string() : std::string(value.ptr, value.len); }

class Both {
 public:
  explicit Both(std::uint32_t seed) : random_(seed) {}
  ~Both() {
    host_.release(one_);
    kit_.release(other_);
  }
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  // A new document; both take it or refuse it.
  void document() {
    const std::string json = value(0);
    CAPTURE(json);
    REQUIRE(host_.set_json(nullptr, one_, text(json)) == kit_.set_json(nullptr, other_, text(json)));
    compare();
  }

  void change() {
    leat_node* a = host_.root(one_);
    leat_node* b = kit_.root(other_);
    for (auto depth = below(4); depth > 0 && host_.size(a) > 0; --depth) {
      const std::size_t index = below(host_.size(a));
      leat_str key_a{};
      leat_str key_b{};
      a = host_.at(a, index, &key_a);
      b = kit_.at(b, index, &key_b);
      REQUIRE(copy(key_a) == copy(key_b));
    }
    read(a, b);
    const std::string key = below(2) == 0 ? std::string(1, static_cast<char>('a' + below(4))) : "\xc3\xa9\n";
    const std::string json = value(2);
    switch (below(12)) {
      case 0: CHECK(host_.set_null(a) == kit_.set_null(b)); break;
      case 1: CHECK(host_.set_bool(a, 1) == kit_.set_bool(b, 1)); break;
      case 2: CHECK(host_.set_i64(a, -17) == kit_.set_i64(b, -17)); break;
      case 3: {
        const double number = std::ldexp(static_cast<double>(random_()), static_cast<int>(below(200)) - 100);
        CHECK(host_.set_f64(a, number) == kit_.set_f64(b, number));
        break;
      }
      case 4: CHECK(host_.set_number(a, text(json)) == kit_.set_number(b, text(json))); break;
      case 5: CHECK(host_.set_str(a, text(json)) == kit_.set_str(b, text(json))); break;
      case 6: CHECK(host_.set_array(a) == kit_.set_array(b)); break;
      case 7: CHECK(host_.set_node_json(nullptr, a, text(json)) == kit_.set_node_json(nullptr, b, text(json))); break;
      case 8: CHECK((host_.put(a, text(key)) == nullptr) == (kit_.put(b, text(key)) == nullptr)); break;
      case 9: CHECK((host_.push(a) == nullptr) == (kit_.push(b) == nullptr)); break;
      case 10: CHECK(host_.erase(a, text(key)) == kit_.erase(b, text(key))); break;
      default: CHECK(host_.copy(a, host_.root(one_)) == kit_.copy(b, kit_.root(other_))); break;
    }
    compare();
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  // JSON most of the time, with what makes records hard: white space, duplicate keys, escapes, odd numbers.
  std::string value(int depth) {
    static const std::vector<std::string> scalars = {"null",
                                                     "true",
                                                     "0",
                                                     "-0",
                                                     "1.50",
                                                     "1e3",
                                                     "9223372036854775808",
                                                     "50e-1",
                                                     "1E-400",
                                                     "\"\"",
                                                     "\"a\\/b\"",
                                                     "\"\\u0041\"",
                                                     "\"\\ud83d\\ude00\"",
                                                     "\"\xc3\xa9\"",
                                                     "01",
                                                     "\"\\x\"",
                                                     "nul",
                                                     ""};
    const std::string space = below(3) == 0 ? " \n" : "";
    if (depth > 3 || below(3) == 0) return space + scalars[below(below(8) == 0 ? scalars.size() : 14)] + space;
    const bool object = below(2) == 0;
    std::string out = object ? "{" : "[";
    for (auto count = below(4), i = std::size_t{0}; i < count; ++i) {
      if (i > 0) out += ',';
      if (object)
        out += below(5) == 0 ? "\"\\u0061\":" : "\"" + std::string(1, static_cast<char>('a' + below(4))) + "\":";
      out += space + value(depth + 1);
    }
    return out + space + (object ? "}" : "]");
  }

  void read(leat_node* a, leat_node* b) {
    CHECK(host_.type(a) == kit_.type(b));
    CHECK(host_.size(a) == kit_.size(b));
    std::int64_t whole_a = 0;
    std::int64_t whole_b = 0;
    CHECK(host_.as_i64(a, &whole_a) == kit_.as_i64(b, &whole_b));
    CHECK(whole_a == whole_b);
    double real_a = 0;
    double real_b = 0;
    CHECK(host_.as_f64(a, &real_a) == kit_.as_f64(b, &real_b));
    CHECK(real_a == real_b);
    leat_str text_a{};
    leat_str text_b{};
    CHECK(host_.as_str(a, &text_a) == kit_.as_str(b, &text_b));
    CHECK(copy(text_a) == copy(text_b));
    CHECK(host_.node_json(nullptr, a, &text_a) == kit_.node_json(nullptr, b, &text_b));
    CHECK(copy(text_a) == copy(text_b));
  }

  void compare() {
    leat_str a{};
    leat_str b{};
    REQUIRE(host_.json(nullptr, one_, &a) == LEAT_OK);
    REQUIRE(kit_.json(nullptr, other_, &b) == LEAT_OK);
    REQUIRE(copy(a) == copy(b));
    leat_rec* clone_a = host_.clone(one_);
    leat_rec* clone_b = kit_.clone(other_);
    CHECK(host_.json(nullptr, clone_a, &a) == LEAT_OK);
    CHECK(kit_.json(nullptr, clone_b, &b) == LEAT_OK);
    CHECK(copy(a) == copy(b));
    host_.release(clone_a);
    kit_.release(clone_b);
  }

  std::mt19937 random_;
  const leat_record_api& host_ = leat::host::record_api();
  const leat_record_api& kit_ = leat::testing::detail::record_api();
  leat_rec* one_ = host_.create();
  leat_rec* other_ = kit_.create();
};

}  // namespace

TEST_CASE("random documents and changes give the same answers and bytes from the kit's records as from the host's") {
  const char* wish = std::getenv("LEAT_SEED");  // NOLINT(concurrency-mt-unsafe)
  const auto seed = wish != nullptr ? static_cast<std::uint32_t>(std::stoul(wish)) : std::random_device{}();
  CAPTURE(seed);
  for (std::uint32_t run = 0; run < 300; ++run) {
    CAPTURE(run);
    Both both(seed + run);
    both.document();
    for (int i = 0; i < 20; ++i) both.change();
  }
  CHECK(leat::testing::detail::Problems::all().take().empty());
}
