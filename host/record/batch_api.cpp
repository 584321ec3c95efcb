// The service "leat.batch/1": thin calls into Batch. Wrong indexes, fates and handles of a plugin are answered here.
#include <fmt/format.h>

#include <string>

#include "host/base/call.hpp"
#include "host/base/thunk.hpp"
#include "host/base/utf8.hpp"
#include "host/record/batch.hpp"

namespace leat::host {
namespace {

std::string reason(ErrorKind kind, leat_str message) {
  std::string text = as_reason(view(message));
  return text.empty() ? fmt::format("the component failed as {} and did not say why", to_string(kind)) : text;
}

Batch* create() noexcept {
  return thunk_or_null([] { return Batch::make_for_plugin().release(); });
}

void release(Batch* batch) noexcept {
  if (batch != nullptr && batch->for_plugin()) delete batch;
}

std::size_t count(const Batch* batch) noexcept { return batch == nullptr ? 0 : batch->size(); }

Record* at(Batch* batch, std::size_t index) noexcept {
  if (batch == nullptr || index >= batch->size()) return nullptr;
  const Fate fate = batch->fate(index);
  return fate == Fate::dropped || fate == Fate::rejected ? nullptr : batch->record(index);
}

leat_kind append(Batch* batch, Record* record) noexcept {
  if (batch == nullptr || record == nullptr || record->batched()) return LEAT_INVALID;
  std::unique_ptr<Record> taken(record);
  const leat_kind kind = thunk(nullptr, [&] {
    batch->append(std::move(taken));
    return LEAT_OK;
  });
  static_cast<void>(taken.release());  // still here when it failed: it stays the caller's
  return kind;
}

leat_kind append_array(leat_ctx* ctx, Batch* batch, leat_bytes text, leat_buffer* owner,
                       std::size_t* records) noexcept {
  if (records != nullptr) *records = 0;
  if (batch == nullptr) return refuse(ctx, LEAT_INVALID, "append_array: the batch is NULL");
  return thunk(ctx, [&] {
    const auto appended = batch->append_array(view(text), Buffer::share(owner));
    if (appended && records != nullptr) *records = *appended;
    return kind_of(ctx, appended);
  });
}

leat_kind drop(Batch* batch, std::size_t index) noexcept {
  return batch != nullptr && batch->drop(index) ? LEAT_OK : LEAT_INVALID;
}

leat_kind reject(Batch* batch, std::size_t index, leat_kind kind, std::uint64_t retry_after_ms,
                 leat_str message) noexcept {
  if (batch == nullptr || kind == LEAT_OK) return LEAT_INVALID;
  return thunk(nullptr, [&] {
    const ErrorKind known = to_error_kind(kind);
    return batch->reject(index, Error{known, reason(known, message), retry_after_ms}) ? LEAT_OK : LEAT_INVALID;
  });
}

leat_kind deliver(Batch* batch, std::size_t index, leat_str answer) noexcept {
  if (batch == nullptr) return LEAT_INVALID;
  return thunk(nullptr, [&] { return batch->deliver(index, view(answer)); });
}

leat_kind set_cursor(Batch* batch, leat_bytes cursor) noexcept {
  if (batch == nullptr) return LEAT_INVALID;
  return thunk(nullptr, [&] {
    batch->set_cursor(view(cursor));
    return LEAT_OK;
  });
}

leat_kind end(Batch* batch) noexcept {
  if (batch == nullptr) return LEAT_INVALID;
  batch->end();
  return LEAT_OK;
}

}  // namespace

const leat_batch_api& batch_api() {
  static constexpr leat_batch_api api{sizeof(leat_batch_api), 0,     &create, &release, &count,      &at, &append,
                                      &append_array,          &drop, &reject, &deliver, &set_cursor, &end};
  return api;
}

}  // namespace leat::host
