#include "host/route/trouble.hpp"

namespace leat::host {
namespace {

constexpr Millis quiet = std::chrono::minutes(1);

}  // namespace

void Trouble::met(ErrorKind kind, std::string_view what, std::string_view message) {
  const std::lock_guard lock(mutex_);
  Millis& told = told_.at(static_cast<std::size_t>(kind));
  const Millis now = clock_.now();
  // While it lasts each kind is told of once; after it was over, again when the last time is long enough ago.
  const bool known = lasts_ ? told >= since_ : told != Millis{0} && now - told < quiet;
  if (lasts_) ++attempts_;
  if (known) {
    log_.debug(origin_, "{} will be tried again: {}", what, message);
    return;
  }
  if (!lasts_) {
    lasts_ = true;
    since_ = now;
    attempts_ = 1;
  }
  told = now;
  log_.warn(origin_, "{} will be tried again: {}; `leat tasks list` shows all that wait", what, message);
}

void Trouble::over() {
  if (!lasts_) return;
  const std::lock_guard lock(mutex_);
  if (!lasts_.exchange(false)) return;
  const auto seconds = std::chrono::duration<double>(clock_.now() - since_).count();
  log_.info(origin_, "delivers again; {} attempts failed in {:.1f} s", attempts_, seconds);
}

}  // namespace leat::host
