// An open file descriptor, closed at its end, and what a call of the system that failed is as an error.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <string_view>
#include <system_error>
#include <utility>

#include "leat/result.hpp"

namespace leat::host {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

// "pidfd_open: Too many open files". error: of errno.
inline Error failed(std::string_view what, int error) {
  return Error{ErrorKind::broken, fmt::format("{}: {}", what, std::generic_category().message(error)), 0};
}

}  // namespace leat::host
