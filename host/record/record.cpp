#include "host/record/record.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "host/base/utf8.hpp"
#include "host/record/scan.hpp"
#include "host/record/text.hpp"

using leat::host::Buffer;

namespace {

// The first block of the arena: enough for the index of a record of this size and some edits.
std::size_t arena_first(std::size_t text_size) { return std::clamp<std::size_t>(text_size * 2, 1024, 32768); }

}  // namespace

leat_rec::leat_rec() : leat_rec(Buffer(), "null") {}

leat_rec::leat_rec(Buffer owner, std::string_view text) : owner_(std::move(owner)), arena_(arena_first(text.size())) {
  root_.record_ = this;
  root_.set_text(text);
}

std::unique_ptr<leat_rec> leat_rec::clone() const {
  std::unique_ptr<leat_rec> copy;
  if (root_.touched_) {
    std::string text;
    root_.write(text);
    const auto owner = Buffer::make(text.size());
    std::memcpy(owner.data(), text.data(), text.size());
    copy = std::make_unique<leat_rec>(owner, std::string_view(reinterpret_cast<char*>(owner.data()), text.size()));
  } else {
    copy = std::make_unique<leat_rec>(owner_, std::string_view(root_.text_, root_.text_size_));
  }
  copy->attributes_ = attributes_;
  return copy;
}

std::string_view leat_rec::json() {
  if (!root_.stale_) return {root_.text_, root_.text_size_};
  if (!written_good_) {
    written_.clear();
    written_.reserve(root_.text_size_ + std::size_t{256});
    root_.write(written_);
    written_good_ = true;
  }
  return written_;
}

leat::Result<leat::Done> leat_rec::set_json(std::string_view text) {
  Buffer owner = Buffer::make(text.size());
  char* const copy = reinterpret_cast<char*>(owner.data());
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  const auto checked = leat::host::check_document({copy, text.size()});
  if (checked.mistake) {
    return leat::Error{leat::ErrorKind::invalid, "not JSON: " + leat::host::to_string(*checked.mistake, text), 0};
  }
  std::string_view document = checked.document.text;
  if (!checked.document.compact) document = {copy, leat::host::minify(document, copy)};
  replace(std::move(owner), document);
  return leat::Done{};
}

void leat_rec::replace(Buffer owner, std::string_view text) {
  changed();
  arena_.release();
  owner_ = std::move(owner);
  root_.set_text(text);
  root_.touched_ = false;
}

std::optional<std::string_view> leat_rec::attr(std::string_view key) const {
  const auto found = attributes_.find(key);
  if (found == attributes_.end()) return std::nullopt;
  return found->second;
}

leat_kind leat_rec::set_attr(std::string_view key, std::string_view value) {
  if (key.empty() || !leat::host::is_utf8(key) || !leat::host::is_utf8(value)) return LEAT_INVALID;
  attributes_.insert_or_assign(std::string(key), std::string(value));
  return LEAT_OK;
}

char* leat_rec::allocate(std::size_t size) { return static_cast<char*>(arena_.allocate(size + LEAT_PADDING, 1)); }

std::string_view leat_rec::keep(std::string_view text) {
  char* const copy = allocate(text.size());
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

leat_node* leat_rec::make_node(leat_node& parent) {
  auto* const node = new (arena_.allocate(sizeof(leat_node), alignof(leat_node))) leat_node;
  node->record_ = this;
  node->parent_ = &parent;
  node->level_ = static_cast<std::int16_t>(parent.level_ + 1);
  return node;
}

void leat_rec::changed() {
  written_good_ = false;
  extracts_.clear();
}

namespace leat::host {

Result<std::unique_ptr<Record>> make_record(std::string_view json) {
  auto record = std::make_unique<Record>();
  if (auto done = record->set_json(json); !done) return std::move(done).error();
  return record;
}

}  // namespace leat::host
