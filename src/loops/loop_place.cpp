#include "loops/loop_place.hpp"

namespace punctual::detail {

void LoopPlace::wake() noexcept {
    Clock::rep not_asked = 0;
    if (asked_at_ == not_asked) {
        asked_at_.compare_exchange_strong(not_asked, Clock::now().time_since_epoch().count());
    }
    signal_.wake();
}

bool LoopPlace::is_here() const noexcept {
    if (const auto known = loop_->is_here()) return *known;
    return home_.load() == std::this_thread::get_id();
}

bool LoopPlace::stalled(Duration patience) noexcept {
    wake();
    if (turning_ > 0 || patience == unlimited) return false;
    const Clock::rep asked_at = asked_at_;
    const Clock::duration since = Clock::now().time_since_epoch() - Clock::duration(asked_at);
    if (asked_at == 0 || since < patience) return false;
    given_up_ = true;
    return true;
}

void LoopPlace::begin_turn() noexcept {
    set_home();
    ++turning_;
    given_up_ = false;
    signal_.clear();
    asked_at_ = 0;
}

}  // namespace punctual::detail
