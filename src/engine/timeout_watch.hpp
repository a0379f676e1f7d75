#pragma once
// Which runs are to be asked to stop because their `timeout` has passed, and when to look.

#include <queue>
#include <vector>

#include "tasks/run_slot.hpp"

namespace punctual::detail {

/// *Thread safety*: of the thread that hands runs over and takes their slots back.
class TimeoutWatch {
public:
    /// A run that was handed over. It is looked at a timeout later: by then it has taken too long,
    /// or began later than that, and its own time is known.
    void add(RunSlot& slot, Instant now);
    /// Asks those to stop whose time has passed.
    void check(Instant now);
    /// When to check again; `Instant::max()` for never.
    [[nodiscard]] Instant next() const { return looks_.empty() ? Instant::max() : looks_.top().at; }

private:
    struct Look {
        Instant at;
        RunSlot* slot;
        RunId id;

        [[nodiscard]] bool operator<(const Look& other) const { return at > other.at; }
    };

    void look_at(const Look& look, Instant now);

    std::priority_queue<Look> looks_;
};

/// How a run ended that was asked to stop, if the cause says it.
void judge_stop(const RunSlot& slot, Settlement& settlement);

}  // namespace punctual::detail
