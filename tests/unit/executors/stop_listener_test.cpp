// Executors that are told when a run is to stop.

#include <punctual/executors/executor.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace punctual::testing {
namespace {

class Count final : public StopListener {
public:
    void stop_requested() noexcept override { ++times; }
    std::atomic<int> times = 0;
};

TEST(StopListener, IsToldWhenTheRunIsAskedToStop) {
    Count count;
    RunRecorder recorder;
    RunTicket ticket = recorder.ticket([] {});
    ticket.set_stop_listener(count);
    EXPECT_EQ(count.times, 0);
    recorder.request_stop(1);
    EXPECT_EQ(count.times, 1);
}

TEST(StopListener, IsToldAtOnceOfARunThatWasAskedBefore) {
    Count count;
    RunRecorder recorder;
    RunTicket ticket = recorder.ticket([] {});
    recorder.request_stop(1);
    ticket.set_stop_listener(count);
    EXPECT_EQ(count.times, 1);
}

TEST(StopListener, TakesThePlaceOfTheOneBefore) {
    Count before;
    Count now;
    RunRecorder recorder;
    RunTicket ticket = recorder.ticket([] {});
    ticket.set_stop_listener(before);
    ticket.set_stop_listener(now);
    recorder.request_stop(1);
    EXPECT_EQ(before.times, 0);
    EXPECT_EQ(now.times, 1);
}

TEST(StopListener, IsNotToldOnceTheTicketIsSpent) {
    Count count;
    RunRecorder recorder;
    RunTicket ticket = recorder.ticket([] {});
    ticket.set_stop_listener(count);
    ticket.complete({});
    recorder.request_stop(1);
    EXPECT_EQ(count.times, 0);
}

// Under a sanitizer it shows if it is told while it is destroyed.
TEST(StopListener, MayGoAsSoonAsTheTicketIsSpent) {
    constexpr RunId runs = 1000;
    RunRecorder recorder;
    std::atomic<RunId> made = 0;
    std::thread other([&] {
        for (RunId run = 1; run <= runs; ++run) {
            while (made < run) std::this_thread::yield();
            recorder.request_stop(run);
        }
    });
    for (RunId run = 1; run <= runs; ++run) {
        std::optional<Count> count(std::in_place);
        RunTicket ticket = recorder.ticket([] {});
        ticket.set_stop_listener(*count);
        made = run;
        if (run % 2 == 0) std::this_thread::yield();
        ticket.complete({});
        count.reset();
    }
    other.join();
    EXPECT_EQ(recorder.reported().size(), static_cast<std::size_t>(runs));
}

}  // namespace
}  // namespace punctual::testing
