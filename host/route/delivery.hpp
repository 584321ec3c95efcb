// One attempt: records through the outgoing's transformers to its publisher, one verdict each.
// Threads  any, at the same time. Does not retry and does not decide: see policy.hpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/plugin/chain.hpp"
#include "host/plugin/runtime.hpp"
#include "host/record/batch.hpp"
#include "host/store/task.hpp"

namespace leat::host {

struct Verdict {
  enum class Kind : std::uint8_t { delivered, dropped, failed, unsent };
  Kind kind = Kind::unsent;
  Error error{};         // of failed
  std::string answer{};  // of delivered, JSON text
  std::string came{};    // the record as it came to the outgoing, where that is kept
};

struct Parcel {
  std::unique_ptr<Record> record;
  Stage stage = Stage::outgoing;  // a refused record that is tried again has to pass the earlier transformers, too
};

class Delivery {
 public:
  // keeps_came: verdicts have the text of each record as it came to the outgoing, before its transformers.
  Delivery(const Chain& incoming, const Chain& route, OutgoingParts& outgoing, bool keeps_came)
      : incoming_(incoming), route_(route), outgoing_(outgoing), keeps_came_(keeps_came) {}

  // The verdict of each parcel, in order. The records are there afterwards, as they were before the transformers.
  // An outgoing makes one record of each task: a transformer that adds records fails the task as unsupported, because
  // records of one task that end differently could only be repeated together.
  std::vector<Verdict> run(Call& call, std::vector<Parcel>& parcels) const;

 private:
  bool transforms(Stage from) const;
  Result<Done> transform(Call& call, Batch& batch, Stage from, std::vector<std::string>& came) const;
  // The texts of the live records, if they are kept.
  void note(Batch& batch, std::vector<std::string>& came) const;
  void publish(Call& call, Batch& batch, const Result<Done>& transformed, Verdict* verdicts, std::size_t count) const;
  void run_stage(Call& call, std::vector<Parcel>& parcels, std::size_t begin, std::size_t end,
                 std::vector<Verdict>& verdicts) const;

  const Chain& incoming_;
  const Chain& route_;
  OutgoingParts& outgoing_;
  const bool keeps_came_;
};

}  // namespace leat::host
