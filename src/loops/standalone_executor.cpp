#include "loops/standalone_executor.hpp"

namespace punctual::detail {

void StandaloneExecutor::start() {
    const std::lock_guard lock(mutex_);
    executor_.start();
    if (watching_) return;
    place_->loop().watch(place_->signal().descriptor(), *this);
    watching_ = true;
    place_->wake();
}

void StandaloneExecutor::turn() noexcept {
    place_->begin_turn();
    place_->signal().set(executor_.run_some() ? Instant::min() : Instant::max());
    place_->end_turn();
}

bool StandaloneExecutor::go_on_here() noexcept {
    if (!watching_ || !executor_.has_work() || !place_->is_here()) return false;
    if (!place_->loop().run_ready(LoopPlace::between_looks)) executor_.run_some();
    return true;
}

void StandaloneExecutor::shutdown(bool wait) {
    executor_.shutdown(wait);
    const std::lock_guard lock(mutex_);
    // A run that ends its executor leaves what waits to the loop; the end that follows it watches
    // no more.
    if (executor_.has_ended() && watching_.exchange(false)) place_->loop().unwatch();
}

}  // namespace punctual::detail
