// Standard output as the place of records.
// Threads     one user at a time.
// Durability  none beyond the pipe: what its reader does with it is not known.
// Errors      busy: nobody reads. cancelled: asked to stop between two pieces. uncertain: within one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::file {

class PipeOutput {
 public:
  // cancelled is asked while the reader does not take anything.
  PipeOutput(int fd, std::function<bool()> cancelled);

  Result<Done> write(std::string_view piece);

 private:
  int fd_;
  std::function<bool()> cancelled_;
  std::size_t chunk_;  // bytes that a write takes without blocking, once the system says it is ready
};

}  // namespace leat::file
