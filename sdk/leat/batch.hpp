// Records in order, each with its own fate. See "leat.batch/1" in abi.h.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "leat/buffer.hpp"
#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  class Batch {
   public:
    explicit Batch(leat_batch* raw) : raw_(raw) {}

    std::size_t size() const { return api().count(raw_); }
    // Nothing for dropped and rejected records.
    std::optional<Record> at(std::size_t index) const {
      leat_rec* record = api().at(raw_, index);
      if (record == nullptr) return std::nullopt;
      return Record(record);
    }
    // The live records with their places, of those that are there now: what the loop appends is not visited.
    //   for (const auto item : batch.live()) if (!wanted(item.record)) batch.drop(item.index);
    class Live;
    Live live() const;

    void append(NewRecord record) {
      if (api().append(raw_, record.raw()) != LEAT_OK) throw failure(ErrorKind::broken, "no memory for a record");
      record.release();
    }
    void append(std::string_view json) { append(NewRecord(json)); }
    // Each element of a JSON array as a record, or none. With the body's buffer nothing is copied. Returns their
    // number.
    std::size_t append_array(std::string_view text, const Buffer& owner, Context& context) {
      std::size_t count = 0;
      check(context.result(api().append_array(context.raw(), raw_, bytes(text), owner.raw(), &count)));
      return count;
    }
    std::size_t append_array(std::string_view text, Context& context) { return append_array(text, Buffer(), context); }
    void drop(std::size_t index) { api().drop(raw_, index); }
    void reject(std::size_t index, const Error& error) {
      api().reject(raw_, index, static_cast<leat_kind>(error.kind), error.retry_after_ms, str(error.message));
    }
    void reject(std::size_t index, const Failure& why) { reject(index, why.error()); }
    void deliver(std::size_t index, std::string_view answer = {}) { api().deliver(raw_, index, str(answer)); }
    void set_cursor(std::string_view cursor) {
      if (api().set_cursor(raw_, bytes(cursor)) != LEAT_OK)
        throw failure(ErrorKind::broken, "no memory for the cursor");
    }
    void end() { api().end(raw_); }

    leat_batch* raw() const { return raw_; }

   protected:
    static const leat_batch_api& api() { return *services().batch; }
    leat_batch* raw_;
  };

  class Batch::Live {
   public:
    struct Item {
      std::size_t index;
      Record record;
    };
    class Iterator {
     public:
      Iterator(leat_batch* batch, std::size_t index, std::size_t end) : batch_(batch), index_(index), end_(end) {
        find();
      }
      Item operator*() const { return {index_, Record(record_)}; }
      Iterator& operator++() {
        ++index_;
        find();
        return *this;
      }
      bool operator!=(const Iterator& other) const { return index_ != other.index_; }

     private:
      void find() {
        for (; index_ < end_; ++index_) {
          record_ = api().at(batch_, index_);
          if (record_ != nullptr) return;
        }
      }

      leat_batch* batch_;
      std::size_t index_;
      std::size_t end_;
      leat_rec* record_ = nullptr;
    };
    Iterator begin() const { return {batch_, 0, count_}; }
    Iterator end() const { return {batch_, count_, count_}; }

   private:
    friend class Batch;
    Live(leat_batch* batch, std::size_t count) : batch_(batch), count_(count) {}
    leat_batch* batch_;
    std::size_t count_;
  };

  inline Batch::Live Batch::live() const { return {raw_, size()}; }

  // A batch of one's own, to run through a Chain.
  class NewBatch : public Batch {
   public:
    NewBatch() : Batch(services().batch->create()) {
      if (raw_ == nullptr) throw failure(ErrorKind::broken, "no memory for a batch");
    }
    NewBatch(const NewBatch&) = delete;
    NewBatch& operator=(const NewBatch&) = delete;
    ~NewBatch() { api().release(raw_); }
  };

  // Transformers named in an option of type Chain; the host made them. Empty when the option is absent.
  class Chain {
   public:
    Chain() = default;
    Chain(Chain&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Chain& operator=(Chain&& other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~Chain() {
      if (raw_ != nullptr) services().chain->close(raw_);
    }

    explicit operator bool() const { return raw_ != nullptr; }
    Result<Done> process(Batch& batch, Context& context) const {
      if (raw_ == nullptr) return Done{};
      return context.result(services().chain->process(raw_, context.raw(), batch.raw()));
    }

    static Chain open(std::string_view reference, Context& context) {
      if (services().chain == nullptr) throw failure(ErrorKind::unsupported, "the host does not offer leat.chain/1");
      Chain chain;
      check(context.result(services().chain->open(services().host, context.raw(), str(reference), &chain.raw_)));
      return chain;
    }

   private:
    leat_chain* raw_ = nullptr;
  };

}  // namespace leat
