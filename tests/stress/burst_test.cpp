// A great many jobs that are due at once: they are claimed as fast as their executor has room, in
// order, while other work goes on and memory stays as it is.

#include <punctual/executors/executor.hpp>
#include <punctual/punctual.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#ifdef WITH_SQLITE
#include <punctual/stores/sqlite.hpp>

#include "contract/temporary_folder.hpp"
#endif

namespace punctual::testing {
namespace {

constexpr int jobs_in_memory = BURST_JOBS;
[[maybe_unused]] constexpr int jobs_on_disk = std::min(jobs_in_memory, 100'000);
constexpr int instants = 10;
constexpr int lowest = -1;
constexpr int priorities = 3;

int ticks = 0;
const auto tick = task("burst.tick", [] { ++ticks; });
const auto nothing = task("burst.nothing", [] {});

/// Holds its runs until the test lets them go, and watches how many there are and in which order
/// they come.
class CountingExecutor final : public Executor {
public:
    explicit CountingExecutor(std::size_t capacity) : capacity_(capacity) {}

    void start() override {}
    [[nodiscard]] std::size_t room() const override { return capacity_ - held_.size(); }
    void submit(std::vector<RunTicket>& runs) override {
        for (RunTicket& run : runs) {
            check_order(run);
            held_.push_back(std::move(run));
        }
        runs.clear();
        most_held_ = std::max(most_held_, held_.size());
    }
    void shutdown(bool) override { held_.clear(); }

    /// Runs all that it holds; returns how many.
    std::size_t run_all() {
        std::vector<RunTicket> runs = std::exchange(held_, {});
        for (RunTicket& run : runs) run.execute();
        return runs.size();
    }
    [[nodiscard]] bool holds_any() const { return !held_.empty(); }
    [[nodiscard]] std::size_t most_held() const { return most_held_; }
    [[nodiscard]] int out_of_order() const { return out_of_order_; }

private:
    void check_order(const RunTicket& run) {
        // The higher priority first.
        const auto place = std::make_pair(run.scheduled(), -run.job().settings->priority);
        if (place < last_) ++out_of_order_;
        last_ = place;
    }

    std::size_t capacity_;
    std::vector<RunTicket> held_;
    std::size_t most_held_ = 0;
    std::pair<Instant, int> last_{Instant::min(), 0};
    int out_of_order_ = 0;
};

std::int64_t resident_bytes() {
    std::int64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return pages * ::sysconf(_SC_PAGESIZE);
}

class Burst : public ::testing::Test {
protected:
    void start(const StoreSpec& store, std::size_t room) {
        executor = std::make_shared<CountingExecutor>(room);
        scheduler = std::make_unique<TestingScheduler>(SchedulerOptions{
            .stores = {{"default", store}}, .executors = {{"counting", executor}}});
        scheduler->start({.paused = true});
    }

    /// In an order that is the opposite of the one in which they are to run.
    void add_jobs(int count) {
        const Instant first = scheduler->now() + std::chrono::seconds(10);
        std::vector<JobRequest> requests;
        for (int i = 0; i < count; ++i) {
            const int priority = lowest + static_cast<int>(std::int64_t{i} * priorities / count);
            const Instant instant = first + std::chrono::seconds(instants - i % instants);
            requests.push_back(
                {nothing(), at(instant), {.priority = priority, .executor = "counting"}});
            if (requests.size() == 10'000 || i + 1 == count) {
                scheduler->add_jobs(std::exchange(requests, {}));
            }
        }
    }

    /// In each round the executor does all that it holds, and a short job of another one is due.
    void go_through(int count) {
        scheduler->add_job(tick(), interval(std::chrono::seconds(1)));
        scheduler->clock().advance(std::chrono::hours(1));
        ticks = 0;
        scheduler->resume();
        scheduler->run_pending();
        EXPECT_EQ(ticks, 1);
        std::size_t runs = 0;
        for (int rounds = 1; executor->holds_any(); ++rounds) {
            most_resident = std::max(most_resident, resident_bytes());
            runs += executor->run_all();
            scheduler->run_for(std::chrono::seconds(1));
            ASSERT_EQ(ticks, rounds + 1) << "after " << runs << " runs";
        }
        EXPECT_EQ(runs, static_cast<std::size_t>(count));
        EXPECT_EQ(scheduler->get_jobs().size(), 1U) << "the short one";
    }

    void pass(const StoreSpec& store, std::size_t room, int count) {
        start(store, room);
        add_jobs(count);
        const std::int64_t resident = resident_bytes();
        go_through(count);
        EXPECT_LE(executor->most_held(), room);
        EXPECT_EQ(executor->out_of_order(), 0);
        const std::int64_t growth = most_resident - resident;
        RecordProperty("growth_in_bytes", std::to_string(growth));
#ifndef WITH_SANITIZER
        // What they would take if all were claimed at once is several times as much.
        EXPECT_LE(growth, std::int64_t{64} << 20);
#endif
    }

    std::shared_ptr<CountingExecutor> executor;
    std::unique_ptr<TestingScheduler> scheduler;
    std::int64_t most_resident = 0;
};

TEST_F(Burst, InMemoryTakesNoMoreThanThereIsRoomFor) {
    pass(memory(), 1000, jobs_in_memory);
}

#ifdef WITH_SQLITE
TEST_F(Burst, OnDiskTakesNoMoreThanThereIsRoomFor) {
    const contract::TemporaryFolder folder;
    pass(sqlite(folder.file("jobs.sqlite")), 1000, jobs_on_disk);
    scheduler.reset();
}
#endif

}  // namespace
}  // namespace punctual::testing
