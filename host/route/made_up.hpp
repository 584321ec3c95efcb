// What a rehearsal answers in the place of the far side: a change that is kept back is answered as if it had gone well, so
// that its sender goes on, and what it would have made, changed or deleted is read so from then on. Ids that the far side would give are made up; a text
// that has one is told by it, and as "{id of task 7}" it means the id that the answer to that task's request will have.
// Threads  one at a time.
// Memory   the records made or changed, for as long as it lives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/request_gate.hpp"
#include "host/config/component.hpp"
#include "host/route/plan.hpp"

namespace leat::host {

class MadeUp {
 public:
  // The answer to a change that is the request-th (from 0) of a task; `now`: what is at its path, if that is known. A POST
  // has its own document with an id, a PUT its own, a PATCH what is there with the changes, others nothing. A record
  // that is not known stays so when it is changed.
  RequestGate::Answer write(const WriteRequest& write, TaskId task, std::size_t request, const std::string* now);
  // The PATCH or PUT was of a record that was not known, and is: `now` is what it was before.
  void learn(const WriteRequest& write, const std::string& now);
  // The answer to a read of a record as it would be now: 404 after a kept DELETE. Nothing: no kept request was about it.
  std::optional<RequestGate::Answer> read(std::string_view client, std::string_view path) const;

  // With what a made-up id stands for in its place.
  std::string told(std::string_view text) const;
  Json told_in(const Json& value) const;
  bool has_id(std::string_view text) const;

 private:
  std::vector<std::string> ids_;  // what they are told as; the made-up id is the place in this list
  // By client and path; nothing: it is deleted.
  std::map<std::pair<std::string, std::string>, std::optional<std::string>> records_;
};

// "{id of task 7}", "{id of task 7, request 2}": the id in the answer to a task's request (from 0).
std::string id_of(TaskId task, std::size_t request);

}  // namespace leat::host
