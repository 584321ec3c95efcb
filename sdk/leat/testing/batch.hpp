// The test kit's "leat.batch/1", and what a test sees of a batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/result.hpp"
#include "leat/testing/buffer.hpp"
#include "leat/testing/record_api.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  enum class Fate { live, dropped, rejected, delivered };

  namespace detail {

  struct Slot {
    std::unique_ptr<Record> record;
    Fate fate = Fate::live;
    Error error{ErrorKind::broken, {}, 0};
    std::string answer;
  };

  struct Batch {
    std::vector<Slot> slots;
    std::optional<std::string> cursor;
    bool ended = false;
    bool of_plugin = false;  // made by create

    Slot* live(std::size_t index) {
      return index < slots.size() && slots[index].fate == Fate::live ? &slots[index] : nullptr;
    }
    void append(std::unique_ptr<Record> record) {
      record->batched = true;
      slots.emplace_back().record = std::move(record);
    }
    void append(std::string json) {
      auto record = std::make_unique<Record>();
      record->assign(*record->root, record->keep(std::move(json)));
      append(std::move(record));
    }
  };
  inline Batch* of(leat_batch* batch) { return reinterpret_cast<Batch*>(batch); }
  inline const Batch* of(const leat_batch* batch) { return reinterpret_cast<const Batch*>(batch); }
  inline leat_batch* raw(Batch* batch) { return reinterpret_cast<leat_batch*>(batch); }
  inline std::string_view view(leat_bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.ptr), bytes.ptr == nullptr ? 0 : bytes.len};
  }

  inline leat_kind append_array(leat_ctx* ctx, leat_batch* batch, leat_bytes text, leat_buffer* owner,
                                std::size_t* count) noexcept {
    if (count != nullptr) *count = 0;
    if (batch == nullptr) return refuse(ctx, LEAT_INVALID, "append_array: the batch is NULL");
    if (owner != nullptr && text.len > 0) {
      std::size_t size = 0;
      const std::uint8_t* data = buffer_api().data(owner, &size);
      if (text.ptr < data || text.ptr + text.len > data + size) {
        return refuse(ctx, LEAT_INVALID, "append_array: the owner does not hold the text");
      }
    }
    std::vector<std::string> elements;
    Scanner scanner(view(text));
    if (!scanner.array(elements)) return refuse(ctx, LEAT_INVALID, "not a JSON array: " + scanner.mistake());
    for (std::string& element : elements) of(batch)->append(std::move(element));
    if (count != nullptr) *count = elements.size();
    return LEAT_OK;
  }

  inline leat_kind deliver(leat_batch* batch, std::size_t index, leat_str answer) noexcept {
    Slot* slot = batch == nullptr ? nullptr : of(batch)->live(index);
    if (slot == nullptr) return LEAT_INVALID;
    slot->fate = Fate::delivered;
    Scanner scanner(view(answer));
    if (view(answer).empty() || scanner.document(depth_max, slot->answer)) return LEAT_OK;
    slot->answer.clear();
    return LEAT_INVALID;
  }

  inline const leat_batch_api& batch_api() {
    static const leat_batch_api table = [] {
      leat_batch_api api{};
      api.struct_size = sizeof api;
      api.create = []() noexcept {
        auto* made = new Batch;
        made->of_plugin = true;
        return raw(made);
      };
      api.release = [](leat_batch* batch) noexcept {
        if (batch != nullptr && of(batch)->of_plugin) delete of(batch);
      };
      api.count = [](const leat_batch* batch) noexcept { return batch == nullptr ? 0 : of(batch)->slots.size(); };
      api.at = [](leat_batch* batch, std::size_t index) noexcept -> leat_rec* {
        if (batch == nullptr || index >= of(batch)->slots.size()) return nullptr;
        const Slot& slot = of(batch)->slots[index];
        return slot.fate == Fate::dropped || slot.fate == Fate::rejected ? nullptr : raw(slot.record.get());
      };
      api.append = [](leat_batch* batch, leat_rec* record) noexcept -> leat_kind {
        if (batch == nullptr || record == nullptr || of(record)->batched) return LEAT_INVALID;
        of(batch)->append(std::unique_ptr<Record>(of(record)));
        return LEAT_OK;
      };
      api.append_array = &append_array;
      api.drop = [](leat_batch* batch, std::size_t index) noexcept -> leat_kind {
        Slot* slot = batch == nullptr ? nullptr : of(batch)->live(index);
        if (slot == nullptr) return LEAT_INVALID;
        slot->fate = Fate::dropped;
        return LEAT_OK;
      };
      api.reject = [](leat_batch* batch, std::size_t index, leat_kind kind, std::uint64_t retry_after_ms,
                      leat_str message) noexcept -> leat_kind {
        Slot* slot = batch == nullptr || kind == LEAT_OK ? nullptr : of(batch)->live(index);
        if (slot == nullptr) return LEAT_INVALID;
        slot->fate = Fate::rejected;
        const bool text = is_utf8(view(message));
        slot->error = {to_error_kind(kind),
                       text ? std::string(view(message)) : "(the component gave a message that is not UTF-8)",
                       retry_after_ms};
        return LEAT_OK;
      };
      api.deliver = &deliver;
      api.set_cursor = [](leat_batch* batch, leat_bytes cursor) noexcept -> leat_kind {
        if (batch == nullptr) return LEAT_INVALID;
        of(batch)->cursor = std::string(view(cursor));
        return LEAT_OK;
      };
      api.end = [](leat_batch* batch) noexcept -> leat_kind {
        if (batch == nullptr) return LEAT_INVALID;
        of(batch)->ended = true;
        return LEAT_OK;
      };
      return api;
    }();
    return table;
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
