#include "host/record/node.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "host/base/utf8.hpp"
#include "host/record/member.hpp"
#include "host/record/record.hpp"
#include "host/record/scan.hpp"
#include "host/record/text.hpp"

namespace {

// Spans are kept in 32 bits.
constexpr std::size_t size_max = std::numeric_limits<std::uint32_t>::max();

bool is_text(std::string_view value) { return value.size() < size_max && leat::host::is_utf8(value); }

std::int8_t type_of(char first) {
  switch (first) {
    case 'n': return LEAT_NULL;
    case 't':
    case 'f': return LEAT_BOOL;
    case '"': return LEAT_STRING;
    case '[': return LEAT_ARRAY;
    case '{': return LEAT_OBJECT;
    default: return LEAT_NUMBER;
  }
}

}  // namespace

// ---- reading ----

std::size_t leat_node::size() {
  index();
  return count_;
}

leat_node* leat_node::get(std::string_view key) {
  if (type_ != LEAT_OBJECT) return nullptr;
  Member* const member = find(key);
  return member == nullptr ? nullptr : child(*member);
}

leat_node* leat_node::at(std::size_t index_at, std::string_view* key) {
  if (index_at >= size()) return nullptr;
  Member& member = members_[index_at];
  if (key != nullptr) *key = member.name();
  return child(member);
}

std::optional<std::string_view> leat_node::as_str() {
  if (type_ != LEAT_STRING) return std::nullopt;
  if (string_ == nullptr) {
    const std::string_view raw(text_ + 1, text_size_ - 2);
    string_ = raw.data();
    string_size_ = static_cast<std::uint32_t>(raw.size());
    if (raw.find('\\') != std::string_view::npos) {
      char* const plain = record_->allocate(raw.size());
      string_size_ = static_cast<std::uint32_t>(leat::host::unescape(raw, plain));
      string_ = plain;
    }
  }
  return std::string_view(string_, string_size_);
}

std::optional<std::string_view> leat_node::as_number() const {
  if (type_ != LEAT_NUMBER) return std::nullopt;
  return std::string_view(text_, text_size_);
}

std::optional<std::int64_t> leat_node::as_i64() const {
  const auto number = as_number();
  return number ? leat::host::to_i64(*number) : std::nullopt;
}

std::optional<double> leat_node::as_f64() const {
  const auto number = as_number();
  return number ? leat::host::to_f64(*number) : std::nullopt;
}

std::optional<bool> leat_node::as_bool() const {
  if (type_ != LEAT_BOOL) return std::nullopt;
  return *text_ == 't';
}

std::string_view leat_node::json() {
  if (!stale_) return {text_, text_size_};
  if (parent_ == nullptr) return record_->json();
  std::string text;
  write(text);
  return record_->extracts_.emplace_front(std::move(text));
}

void leat_node::write(std::string& out) const {
  if (!stale_) {
    out.append(text_, text_size_);
    return;
  }
  if (type_ == LEAT_STRING) {
    leat::host::append_quoted(out, {string_, string_size_});
    return;
  }
  const bool object = type_ == LEAT_OBJECT;
  const std::size_t start = out.size();
  const auto separate = [&] { out += out.size() == start ? (object ? '{' : '[') : ','; };
  // Neighbours that are as they were go in one piece, their commas included.
  const char* run = nullptr;
  const char* run_end = nullptr;
  const auto flush = [&] {
    if (run == nullptr) return;
    separate();
    out.append(run, run_end);
    run = nullptr;
  };
  for (const Member* member = members_; member != members_ + count_; ++member) {
    if (member->unchanged()) {
      if (run == nullptr || member->raw != run_end + 1) {
        flush();
        run = member->raw;
      }
      run_end = member->end();
      continue;
    }
    flush();
    separate();
    if (member->raw != nullptr) {
      out.append(member->raw, member->value_at);
    } else if (object) {
      leat::host::append_quoted(out, member->name());
      out += ':';
    }
    member->node->write(out);
  }
  flush();
  if (out.size() == start) out += object ? '{' : '[';
  out += object ? '}' : ']';
}

// ---- writing ----

void leat_node::set_text(std::string_view text) {
  text_ = text.data();
  text_size_ = static_cast<std::uint32_t>(text.size());
  type_ = type_of(text.front());
  string_ = nullptr;
  members_ = nullptr;
  slots_ = nullptr;
  count_ = capacity_ = 0;
  indexed_ = stale_ = slotted_ = false;
}

void leat_node::replace(std::string_view text) {
  set_text(text);
  touched_ = true;
  if (parent_ != nullptr) parent_->mark_stale();
  record_->changed();
}

// The containers of a stale one are stale themselves, so the walk ends at the first that is.
void leat_node::mark_stale() {
  for (leat_node* node = this; node != nullptr && node->indexed_ && !node->stale_; node = node->parent_) {
    node->stale_ = node->touched_ = true;
  }
  record_->changed();
}

leat_node* leat_node::put(std::string_view key) {
  if (type_ != LEAT_OBJECT) return nullptr;
  if (Member* const member = find(key)) return child(*member);
  return is_text(key) ? add(key) : nullptr;
}

leat_node* leat_node::push() {
  if (type_ != LEAT_ARRAY) return nullptr;
  index();
  return add({});
}

leat_kind leat_node::erase(std::string_view key) {
  if (type_ != LEAT_OBJECT) return LEAT_INVALID;
  Member* const member = find(key);
  if (member == nullptr) return LEAT_NOT_FOUND;
  remove(member);
  return LEAT_OK;
}

leat_kind leat_node::erase_at(std::size_t index_at) {
  if (type_ != LEAT_ARRAY) return LEAT_INVALID;
  if (index_at >= size()) return LEAT_NOT_FOUND;
  remove(members_ + index_at);
  return LEAT_OK;
}

void leat_node::set_null() { replace("null"); }

void leat_node::set_bool(bool value) { replace(value ? "true" : "false"); }

void leat_node::set_i64(std::int64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  replace(record_->keep({text.data(), static_cast<std::size_t>(end - text.data())}));
}

leat_kind leat_node::set_f64(double value) {
  if (!std::isfinite(value)) return LEAT_INVALID;
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  replace(record_->keep({text.data(), static_cast<std::size_t>(end - text.data())}));
  return LEAT_OK;
}

leat_kind leat_node::set_number(std::string_view text) {
  if (text.size() >= size_max || !leat::host::is_number(text)) return LEAT_INVALID;
  replace(record_->keep(text));
  return LEAT_OK;
}

leat_kind leat_node::set_str(std::string_view value) {
  if (!is_text(value)) return LEAT_INVALID;
  const std::string_view kept = record_->keep(value);
  replace("\"\"");
  string_ = kept.data();
  string_size_ = static_cast<std::uint32_t>(kept.size());
  stale_ = true;
  return LEAT_OK;
}

leat_kind leat_node::make_container(std::int8_t type) {
  if (level_ >= leat::host::depth_max) return LEAT_INVALID;
  // As every container's text these have readable bytes behind them: index() reads whole blocks.
  static constexpr char empty_object[2 + LEAT_PADDING] = "{}";
  static constexpr char empty_array[2 + LEAT_PADDING] = "[]";
  replace({type == LEAT_OBJECT ? empty_object : empty_array, 2});
  return LEAT_OK;
}

leat_kind leat_node::set_array() { return make_container(LEAT_ARRAY); }

leat_kind leat_node::set_object() { return make_container(LEAT_OBJECT); }

leat::Result<leat::Done> leat_node::set_json(std::string_view text) {
  const auto padded = leat::host::Buffer::make(text.size());
  char* const copy = reinterpret_cast<char*>(padded.data());
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  const auto checked = leat::host::check_document({copy, text.size()}, leat::host::depth_max - level_);
  if (checked.mistake) {
    return leat::Error{leat::ErrorKind::invalid, "not JSON: " + leat::host::to_string(*checked.mistake, text), 0};
  }
  std::string_view document = checked.document.text;
  if (!checked.document.compact) document = {copy, leat::host::minify(document, copy)};
  replace(record_->keep(document));
  return leat::Done{};
}

leat_kind leat_node::copy(const leat_node& from) {
  std::string written;
  std::string_view text(from.text_, from.text_size_);
  if (from.stale_) {
    from.write(written);
    written.reserve(written.size() + LEAT_PADDING);
    text = written;
  }
  if (text.size() >= size_max) return LEAT_INVALID;
  // What is at a level fits at every level above it.
  if (level_ > from.level_ && leat::host::check_document(text, leat::host::depth_max - level_).mistake) {
    return LEAT_INVALID;
  }
  const bool lasting = !from.stale_ && from.record_ == record_;
  replace(lasting ? text : record_->keep(text));
  return LEAT_OK;
}
