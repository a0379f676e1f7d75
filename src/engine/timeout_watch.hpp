#pragma once
// Which runs are to be asked to stop because their `timeout` has passed, and when to look. Time is
// `Clock::elapsed` here: a wall clock that is set ends no run, and keeps none from ending.

#include <punctual/clock.hpp>

#include <queue>
#include <vector>

#include "tasks/run_slot.hpp"

namespace punctual::detail {

/// *Thread safety*: of the thread that hands runs over and takes their slots back.
class TimeoutWatch {
public:
    /// A run that was handed over. It is looked at a timeout later: by then it has taken too long,
    /// or began later than that, and its own time is known.
    void add(RunSlot& slot, Clock& clock);
    /// Asks those to stop whose time has passed. Returns after how long to check again; `unlimited`
    /// for never.
    [[nodiscard]] Duration check(Clock& clock);

private:
    struct Look {
        Duration at;
        RunSlot* slot;
        RunId id;

        [[nodiscard]] bool operator<(const Look& other) const { return at > other.at; }
    };

    void look_at(const Look& look, Duration now);

    std::priority_queue<Look> looks_;
};

/// How a run ended that was asked to stop, if the cause says it.
void judge_stop(const RunSlot& slot, Settlement& settlement);

}  // namespace punctual::detail
