// What a lane promises to those who watch it from other threads.

#include "engine/lane.hpp"

#include <punctual/executors/executor.hpp>
#include <punctual/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace punctual::detail {
namespace {

/// Notes how much the lane has outstanding while a pass looks for room, which is after it has
/// looked whether it may claim.
class Watcher final : public Executor {
public:
    void start() override {}
    [[nodiscard]] std::size_t room() const override {
        seen = lane->outstanding();
        return 1;
    }
    void submit(std::vector<RunTicket>& runs) override { runs.clear(); }
    void shutdown(bool) override {}

    const Lane* lane = nullptr;
    mutable std::size_t seen = 0;
};

TEST(Lane, APassThatMayClaimIsOutstanding) {
    int idle = 0;
    EngineContext context;
    context.clock = std::make_shared<testing::ManualClock>(parse_instant("2025-01-01T00:00:00Z"));
    context.room_freed = [] {};
    context.became_idle = [&] { ++idle; };
    const auto watcher = std::make_shared<Watcher>();
    context.executors.add("default", watcher);
    const auto store = make_memory_store();
    store->open({});
    Lane lane("default", store, context, [] {});
    watcher->lane = &lane;
    lane.set_claiming(true);
    lane.pass(context.clock->now());
    EXPECT_EQ(watcher->seen, 1u);
    EXPECT_EQ(lane.outstanding(), 0u);
    EXPECT_EQ(idle, 1);
    store->close();
}

}  // namespace
}  // namespace punctual::detail
