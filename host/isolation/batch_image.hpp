// A batch on its way between two processes, and what a call made of it on the way back.
// A record that was not changed does not travel back. Records that come from a plugin's process are checked as any
// text from outside is; nothing of them is copied, they share the message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/isolation/wire.hpp"
#include "host/record/batch.hpp"

namespace leat::host {

// Records that are no longer live travel as empty places, so that indexes stay.
void encode(Encoder& out, Batch& batch);

enum class Trust {
  host,    // the records are known to be documents: the host sends only such
  plugin,  // they are checked
};
// Appends to an empty batch. message: holds the bytes that `in` reads. False: damaged; the batch is of no use then.
bool decode_batch(Decoder& in, const Buffer& message, Trust trust, Batch& batch);

// A batch as it was before a call, to find out what the call did.
class BatchBefore {
 public:
  explicit BatchBefore(Batch& batch);
  // Fates, changed records, appended ones, cursor and end.
  void encode_changes(Encoder& out, Batch& now) const;

 private:
  struct Place {
    bool live = false;
    const char* text = nullptr;  // where its document was
    std::size_t size = 0;
  };
  std::vector<Place> places_;
};

// The same on `batch`, which is as it was before the call. False: damaged, and the batch is as it was.
bool apply_changes(Decoder& in, const Buffer& message, Batch& batch);

// One record of a publisher's batch that was delivered or rejected while the call goes on.
void encode_settled(Encoder& out, const Batch& batch, std::size_t index);
bool apply_settled(Decoder& in, Batch& batch);

}  // namespace leat::host
