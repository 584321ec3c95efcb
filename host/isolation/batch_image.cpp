#include "host/isolation/batch_image.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "host/isolation/messages.hpp"

namespace leat::host {
namespace {

constexpr std::size_t text_least = sizeof(std::uint64_t);  // of an encoded text

// A damaged number of things makes no room: beyond this many they take memory when they are read.
constexpr std::uint32_t expected_max = 4096;

// least: bytes of one of them.
template <class T, class Read>
std::vector<T> decode_all(Decoder& in, std::size_t least, Read&& read) {
  const std::uint32_t count = in.count(least);
  std::vector<T> all;
  all.reserve(std::min(count, expected_max));
  for (std::uint32_t i = 0; i < count && in.sound(); ++i) read(all.emplace_back());
  return all;
}

void encode_attributes(Encoder& out, const Record& record) {
  out.number(static_cast<std::uint32_t>(record.attributes().size()));
  for (const auto& [key, value] : record.attributes()) {
    out.text(key);
    out.text(value);
  }
}

using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

Attributes decode_attributes(Decoder& in) {
  Attributes attributes(in.count(2 * text_least));
  for (auto& [key, value] : attributes) {
    key = in.text();
    value = in.text();
  }
  return attributes;
}

void set_attributes(Record& record, const Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    if (record.attr(key) != value) record.set_attr(key, value);
  }
}

// Documents as the elements of one array, each with its size, so that who trusts them need not look for their ends.
void encode_documents(Encoder& out, const std::vector<std::string_view>& documents) {
  std::size_t size = 0;
  for (const std::string_view document : documents) size += document.size() + 1;
  out.grow(size + documents.size() * sizeof(std::uint32_t) + 64);
  out.number(static_cast<std::uint32_t>(documents.size()));
  for (const std::string_view document : documents) out.number(static_cast<std::uint32_t>(document.size()));
  out.number(static_cast<std::uint64_t>(size + 1 + (documents.empty() ? 1 : 0)));
  char before = '[';
  for (const std::string_view document : documents) {
    out.raw({&before, 1});
    out.raw(document);
    before = ',';
  }
  out.raw(documents.empty() ? "[]" : "]");
}

bool decode_documents(Decoder& in, const Buffer& message, Trust trust, Batch& out) {
  std::vector<std::uint32_t> sizes(in.count(sizeof(std::uint32_t)));
  for (std::uint32_t& size : sizes) size = in.number<std::uint32_t>();
  const std::string_view array = in.text();
  if (!in.sound()) return false;
  if (trust == Trust::plugin) {
    const auto appended = out.append_array(array, message);
    return appended && *appended == sizes.size();
  }
  out.reserve(out.size() + sizes.size());
  std::size_t at = 1;
  for (const std::uint32_t size : sizes) {
    if (at + size >= array.size()) return false;
    out.append(std::make_unique<Record>(message, array.substr(at, size)));
    at += size + std::size_t{1};
  }
  return true;
}

// What became of a record: its fate, with the reason or the answer.
struct Lot {
  Fate fate = Fate::live;
  Error error;
  std::string_view answer;
};

void encode_lot(Encoder& out, const Batch& batch, std::size_t i) {
  out.number(static_cast<std::uint8_t>(batch.fate(i)));
  if (batch.fate(i) == Fate::rejected) encode(out, batch.error(i));
  if (batch.fate(i) == Fate::delivered) out.text(batch.answer(i));
}

Lot decode_lot(Decoder& in) {
  const auto fate = in.number<std::uint8_t>();
  if (fate > static_cast<std::uint8_t>(Fate::delivered)) in.fail();
  Lot lot;
  lot.fate = in.sound() ? static_cast<Fate>(fate) : Fate::live;
  if (lot.fate == Fate::rejected) lot.error = decode_error(in);
  if (lot.fate == Fate::delivered) lot.answer = in.text();
  return lot;
}

// text: what a checked element holds; in the message unless white space had to go.
void replace(Record& record, const Buffer& message, std::string_view text) {
  const auto* const begin = reinterpret_cast<const char*>(message.data());
  const std::less_equal<const char*> not_behind;
  if (not_behind(begin, text.data()) && not_behind(text.data() + text.size(), begin + message.size())) {
    record.replace(message, text);
  } else {
    static_cast<void>(record.set_json(text));
  }
}

void settle(Batch& batch, std::size_t i, Lot lot) {
  switch (lot.fate) {
    case Fate::live: break;
    case Fate::dropped: batch.drop(i); break;
    case Fate::rejected: batch.reject(i, std::move(lot.error)); break;
    case Fate::delivered: static_cast<void>(batch.deliver(i, lot.answer)); break;
  }
}

}  // namespace

void encode(Encoder& out, Batch& batch) {
  out.number(static_cast<std::uint32_t>(batch.size()));
  std::vector<std::string_view> documents;
  documents.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool live = batch.fate(i) == Fate::live && batch.record(i) != nullptr;
    out.flag(live);
    if (!live) continue;
    encode_attributes(out, *batch.record(i));
    documents.push_back(batch.record(i)->json());
  }
  encode_documents(out, documents);
}

bool decode_batch(Decoder& in, const Buffer& message, Trust trust, Batch& batch) {
  struct Place {
    bool live = false;
    Attributes attributes;
  };
  const auto places = decode_all<Place>(in, sizeof(std::uint8_t), [&](Place& place) {
    place.live = in.flag();
    if (place.live) place.attributes = decode_attributes(in);
  });
  Batch records;
  if (!decode_documents(in, message, trust, records)) return false;
  batch.reserve(places.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i].live) {
      batch.append(std::make_unique<Record>());
      batch.drop(i);
      continue;
    }
    if (next == records.size()) return false;
    auto record = records.take(next++);
    set_attributes(*record, places[i].attributes);
    batch.append(std::move(record));
  }
  return next == records.size();
}

BatchBefore::BatchBefore(Batch& batch) : places_(batch.size()) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (batch.fate(i) != Fate::live || batch.record(i) == nullptr) continue;
    const std::string_view text = batch.record(i)->json();
    places_[i] = {true, text.data(), text.size()};
  }
}

void BatchBefore::encode_changes(Encoder& out, Batch& now) const {
  out.number(static_cast<std::uint32_t>(places_.size()));
  std::vector<std::string_view> changed;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& was = places_[i];
    out.flag(was.live);
    if (!was.live) continue;
    Record& record = *now.record(i);
    const std::string_view text = record.json();
    const bool same = text.data() == was.text && text.size() == was.size;
    out.flag(!same);
    if (!same) changed.push_back(text);
    encode_attributes(out, record);
    encode_lot(out, now, i);
  }
  encode_documents(out, changed);

  std::vector<std::string_view> appended;
  out.number(static_cast<std::uint32_t>(now.size() - places_.size()));
  for (std::size_t i = places_.size(); i < now.size(); ++i) {
    encode_attributes(out, *now.record(i));
    encode_lot(out, now, i);
    appended.push_back(now.record(i)->json());
  }
  encode_documents(out, appended);
  const auto cursor = now.cursor();
  out.flag(cursor.has_value());
  if (cursor) out.text(*cursor);
  out.flag(now.ended());
}

bool apply_changes(Decoder& in, const Buffer& message, Batch& batch) {
  struct Place {
    bool live = false;
    bool changed = false;
    Attributes attributes;
    Lot lot;
  };
  const std::size_t before = batch.size();
  if (in.count() != before || !in.sound()) return false;
  std::vector<Place> places(before);
  std::size_t changes = 0;
  for (std::size_t i = 0; i < before; ++i) {
    Place& place = places[i];
    place.live = in.flag();
    const bool expected = batch.fate(i) == Fate::live && batch.record(i) != nullptr;
    if (place.live != expected) return false;
    if (!place.live) continue;
    place.changed = in.flag();
    changes += place.changed ? 1 : 0;
    place.attributes = decode_attributes(in);
    place.lot = decode_lot(in);
  }
  Batch changed;
  if (!decode_documents(in, message, Trust::plugin, changed) || changed.size() != changes) return false;
  auto more = decode_all<Place>(in, sizeof(std::uint32_t) + sizeof(std::uint8_t), [&](Place& place) {
    place.attributes = decode_attributes(in);
    place.lot = decode_lot(in);
  });
  Batch appended;
  if (!decode_documents(in, message, Trust::plugin, appended) || appended.size() != more.size()) return false;
  const bool has_cursor = in.flag();
  const std::string_view cursor = has_cursor ? in.text() : std::string_view();
  const bool ended = in.flag();
  if (!in.complete()) return false;

  std::size_t next = 0;
  for (std::size_t i = 0; i < before; ++i) {
    if (!places[i].live) continue;
    Record& record = *batch.record(i);
    if (places[i].changed) replace(record, message, changed.record(next++)->json());
    set_attributes(record, places[i].attributes);
    settle(batch, i, std::move(places[i].lot));
  }
  batch.reserve(before + more.size());
  for (std::size_t i = 0; i < more.size(); ++i) {
    auto record = appended.take(i);
    set_attributes(*record, more[i].attributes);
    batch.append(std::move(record));
    settle(batch, before + i, std::move(more[i].lot));
  }
  if (has_cursor) batch.set_cursor(cursor);
  if (ended) batch.end();
  return true;
}

void encode_settled(Encoder& out, const Batch& batch, std::size_t index) {
  out.number(static_cast<std::uint32_t>(index));
  encode_lot(out, batch, index);
}

bool apply_settled(Decoder& in, Batch& batch) {
  const auto index = in.number<std::uint32_t>();
  Lot lot = decode_lot(in);
  if (!in.complete() || index >= batch.size()) return false;
  settle(batch, index, std::move(lot));
  return true;
}

}  // namespace leat::host
