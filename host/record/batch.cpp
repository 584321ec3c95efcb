#include "host/record/batch.hpp"

#include <cstring>
#include <functional>
#include <utility>

#include "host/record/scan.hpp"
#include "host/record/text.hpp"

using leat::host::Buffer;
using leat::host::Record;

namespace {

char* chars(const Buffer& buffer) { return reinterpret_cast<char*>(buffer.data()); }

Buffer copy_of(std::string_view text) {
  Buffer copy = Buffer::make(text.size());
  if (!text.empty()) std::memcpy(copy.data(), text.data(), text.size());
  return copy;
}

bool holds(const Buffer& owner, std::string_view text) {
  if (text.size() > owner.size()) return false;
  const std::less_equal<const char*> not_behind;
  const char* const begin = chars(owner);
  return not_behind(begin, text.data()) && not_behind(text.data(), begin + (owner.size() - text.size()));
}

std::unique_ptr<Record> record_of(const leat::host::Slice& slice, const Buffer& owner) {
  if (slice.compact) return std::make_unique<Record>(owner, slice.text);
  Buffer own = Buffer::make(slice.text.size());
  own.truncate(leat::host::minify(slice.text, chars(own)));
  const std::string_view text(chars(own), own.size());
  return std::make_unique<Record>(std::move(own), text);
}

}  // namespace

std::unique_ptr<leat_batch> leat_batch::make_for_plugin() {
  auto batch = std::make_unique<leat_batch>();
  batch->for_plugin_ = true;
  return batch;
}

void leat_batch::append(std::unique_ptr<Record>&& record) {
  Slot& slot = slots_.emplace_back();
  record->batched_ = true;
  slot.record = std::move(record);
}

leat::Result<std::size_t> leat_batch::append_array(std::string_view text, const Buffer& owner) {
  if (owner && !holds(owner, text)) {
    return leat::Error{leat::ErrorKind::invalid, "append_array: the owner does not hold the text", 0};
  }
  const Buffer holder = owner ? owner : copy_of(text);
  const std::string_view page = owner ? text : std::string_view(chars(holder), text.size());
  std::vector<leat::host::Slice> slices;
  if (const auto mistake = leat::host::split_array(page, slices)) {
    return leat::Error{leat::ErrorKind::invalid, "not a JSON array: " + leat::host::to_string(*mistake, page), 0};
  }
  const std::size_t before = slots_.size();
  try {
    slots_.reserve(before + slices.size());
    for (const auto& slice : slices) append(record_of(slice, holder));
  } catch (...) {
    slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(before), slots_.end());
    throw;
  }
  return slices.size();
}

std::unique_ptr<Record> leat_batch::take(std::size_t i) {
  if (slots_[i].record) slots_[i].record->batched_ = false;
  return std::move(slots_[i].record);
}

bool leat_batch::drop(std::size_t i) {
  if (!live(i)) return false;
  slots_[i].fate = Fate::dropped;
  return true;
}

bool leat_batch::reject(std::size_t i, leat::Error error) {
  if (!live(i)) return false;
  slots_[i].error = std::make_unique<leat::Error>(std::move(error));
  slots_[i].fate = Fate::rejected;
  return true;
}

leat_kind leat_batch::deliver(std::size_t i, std::string_view answer) {
  if (!live(i)) return LEAT_INVALID;
  slots_[i].fate = Fate::delivered;
  if (answer.empty()) return LEAT_OK;
  Record json;
  if (!json.set_json(answer)) return LEAT_INVALID;
  slots_[i].answer = json.json();
  return LEAT_OK;
}

void leat_batch::clear() {
  slots_.clear();
  cursor_.reset();
  ended_ = false;
}
