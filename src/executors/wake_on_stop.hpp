#pragma once
// Wakes the thread of an executor when one of its runs is asked to stop.

#include <punctual/executors/executor.hpp>

#include "executors/file_descriptor.hpp"

namespace punctual::detail {

/// *Thread safety*: safe. *Lifetime*: within that of what it wakes.
class WakeOnStop final : public StopListener {
public:
    explicit WakeOnStop(WakeUp& wake_up) : wake_up_(wake_up) {}
    void stop_requested() noexcept override { wake_up_.raise(); }

private:
    WakeUp& wake_up_;
};

}  // namespace punctual::detail
