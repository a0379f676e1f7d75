#pragma once
// The part of the contract that holds for schedulers in an event loop while the loop runs.

#include <punctual/executors/executor.hpp>
#include <punctual/testing/driver_contract/driver.hpp>
#include <punctual/testing/held_store.hpp>

#include <chrono>
#include <type_traits>
#include <vector>

namespace punctual::testing {

/// A loop with a scheduler in it.
class LoopUnderTest : public DriverUnderTest {
public:
    /// The loop calls `function(data)` in a turn to come. Called on its thread, or while it does
    /// not run.
    virtual void post(void (*function)(void*), void* data) = 0;
};

/// A loop that can be gone while there is a scheduler in it: not one that lives as long as somebody
/// refers to it.
class DestructibleLoopUnderTest : public LoopUnderTest {
public:
    virtual void destroy_loop() = 0;
};

/// `Under`: a LoopUnderTest.
template <class Under>
class LoopFixture : public ::testing::Test {
protected:
    void TearDown() override { scheduler_.reset(); }

    [[nodiscard]] Scheduler& make(SchedulerOptions options = {}) {
        scheduler_ = loop->make_scheduler(std::move(options));
        made_ = scheduler_.get();
        return *made_;
    }
    /// At the end of each test: before what its jobs and listeners refer to is gone.
    void destroy() { scheduler_.reset(); }
    void start() { loop->start(*made_); }
    void run() { loop->run(*made_); }
    void quit() { loop->quit(*made_); }
    /// The loop calls `function` in a turn to come.
    template <class F>
    void post(F function) {
        const auto call = [](void* data) {
            const std::unique_ptr<F> owned(static_cast<F*>(data));
            (*owned)();
        };
        loop->post(call, new F(std::move(function)));
    }
    [[nodiscard]] bool is_here() const { return std::this_thread::get_id() == home; }

    const std::thread::id home = std::this_thread::get_id();
    const std::unique_ptr<LoopUnderTest> loop = std::make_unique<Under>();

private:
    std::shared_ptr<Scheduler> scheduler_;
    Scheduler* made_ = nullptr;  // for jobs that run while it is destroyed, too
};

/// For schedulers in an event loop.
template <class Under>
class LoopContract : public LoopFixture<Under> {};
TYPED_TEST_SUITE_P(LoopContract);

TYPED_TEST_P(LoopContract, RunsJobsAndListenersOnTheLoopsThread) {
    Scheduler& scheduler = this->make();
    int runs = 0;
    scheduler.add_listener([&](const Event&) { EXPECT_TRUE(this->is_here()); });
    scheduler.add_job(
        [&] {
            EXPECT_TRUE(this->is_here());
            if (++runs == 3) this->quit();
        },
        interval(std::chrono::milliseconds(1)));
    this->start();
    this->run();
    EXPECT_GE(runs, 3);
    this->destroy();
}

TYPED_TEST_P(LoopContract, TellsOnTheLoopsThreadWhatAnotherThreadDid) {
    Scheduler& scheduler = this->make();
    std::vector<std::string> told;
    scheduler.add_listener(
        [&](const Event& event) {
            EXPECT_TRUE(this->is_here());
            if (const auto* added = event.get_if<JobAdded>()) told.push_back(added->job_id);
            if (const auto* removed = event.get_if<JobRemoved>()) told.push_back(removed->job_id);
            if (told.size() == 3) this->quit();
        },
        EventType::job_added | EventType::job_removed);
    this->start();
    std::thread other([&] {
        scheduler.add_job([] {}, interval(std::chrono::hours(1)), {.id = "one"});
        scheduler.add_job([] {}, interval(std::chrono::hours(1)), {.id = "two"});
        scheduler.remove_job("one");
    });
    this->run();
    other.join();
    EXPECT_EQ(told, (std::vector<std::string>{"one", "two", "one"}));
    this->destroy();
}

TYPED_TEST_P(LoopContract, TellsInATurnWhatACallbackOfTheLoopDid) {
    Scheduler& scheduler = this->make();
    bool told = false;
    scheduler.on<JobAdded>([&](const JobAdded&) {
        told = true;
        this->quit();
    });
    this->start();
    this->post([&] {
        scheduler.add_job([] {}, interval(std::chrono::hours(1)));
        EXPECT_FALSE(told);
    });
    this->run();
    EXPECT_TRUE(told);
    this->destroy();
}

TYPED_TEST_P(LoopContract, CallbacksOfTheLoopPauseAndResumeIt) {
    Scheduler& scheduler = this->make();
    bool resumed = false;
    this->start();
    this->post([&] {
        scheduler.pause();
        scheduler.add_job([&] {
            EXPECT_TRUE(resumed);
            this->quit();
        });
        // The turn that the job asks for comes before.
        this->post([&] {
            this->post([&] {
                resumed = true;
                scheduler.resume();
            });
        });
    });
    this->run();
    EXPECT_TRUE(resumed);
    this->destroy();
}

TYPED_TEST_P(LoopContract, RunsWhatIsDueInItsOrder) {
    Scheduler& scheduler = this->make();
    std::vector<int> order;
    const Instant now = system_clock()->now();
    for (const int number : {3, 1, 2}) {
        scheduler.add_job(
            [&, number] {
                order.push_back(number);
                if (order.size() == 3) this->quit();
            },
            // On a slow machine some have passed before the start.
            {.misfire_grace_time = unlimited,
             .next_run_time = now + std::chrono::milliseconds(number + 1)});
    }
    this->start();
    this->run();
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
    this->destroy();
}

TYPED_TEST_P(LoopContract, RunsJobsElsewhereIfTheySaySo) {
    Scheduler& scheduler = this->make({.executors = {{"pool", thread_pool(1)}}});
    bool elsewhere = false;
    scheduler.on<JobExecuted>([&](const JobExecuted&) {
        EXPECT_TRUE(this->is_here());
        this->quit();
    });
    scheduler.add_job([&] { elsewhere = !this->is_here(); }, {.executor = "pool"});
    this->start();
    this->run();
    EXPECT_TRUE(elsewhere);
    this->destroy();
}

/// Goes on as long as the loop does, and counts its turns.
struct OtherWork {
    LoopUnderTest* loop;
    bool go_on = true;
    int turns = 0;

    void begin() {
        loop->post(
            [](void* self) {
                auto& work = *static_cast<OtherWork*>(self);
                ++work.turns;
                if (work.go_on) work.begin();
            },
            this);
    }
};

TYPED_TEST_P(LoopContract, ManyJobsAtOnceDoNotStarveTheLoop) {
    constexpr int jobs = 10'000;
    Scheduler& scheduler = this->make();
    OtherWork other{this->loop.get()};
    int runs = 0;
    int turns_before = 0;
    const auto job = [&] {
        if (++runs == 1) turns_before = other.turns;
        if (runs < jobs) return;
        other.go_on = false;
        this->post([this] { this->quit(); });
    };
    this->start();
    scheduler.add_jobs(std::vector<JobRequest>(jobs, JobRequest{Call(job), {}, {}}));
    other.begin();
    this->run();
    EXPECT_EQ(runs, jobs);
    EXPECT_GE(other.turns - turns_before, 10);
    this->destroy();
}

/// What jobs of a store that keeps them may refer to.
struct StoredJobs {
    inline static void (*call)(void*) = nullptr;
    inline static void* data = nullptr;
};
inline const auto stored_job =
    task("driver_contract.stored_job", [] { StoredJobs::call(StoredJobs::data); });

TYPED_TEST_P(LoopContract, AStoreThatBlocksDoesNotBlockTheLoop) {
    const auto store = std::make_shared<HeldStore>(make_memory_store());
    Scheduler& scheduler = this->make({.stores = {{"default", memory()}, {"slow", store}}});
    std::thread::id ran_on;
    StoredJobs::data = &ran_on;
    StoredJobs::call = [](void* data) {
        *static_cast<std::thread::id*>(data) = std::this_thread::get_id();
    };
    int executed = 0;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        EXPECT_TRUE(this->is_here());
        ++executed;
        if (event.store == "default") store->release();
        if (executed == 2) this->quit();
    });
    this->start();
    store->hold();
    scheduler.add_job(stored_job(), {.store = "slow"});
    store->wait_until_held();
    // Without this one nobody would release the other.
    scheduler.add_job([] {});
    this->run();
    EXPECT_EQ(executed, 2);
    EXPECT_EQ(ran_on, this->home);
    this->destroy();
}

TYPED_TEST_P(LoopContract, TwoSchedulersShareALoop) {
    Scheduler& scheduler = this->make();
    int runs = 0;
    const auto second = this->loop->make_scheduler({});
    const auto count = [&] {
        if (++runs == 6) this->quit();
    };
    scheduler.add_job(count, interval(std::chrono::milliseconds(1)));
    second->add_job(count, interval(std::chrono::milliseconds(1)));
    this->start();
    this->loop->start(*second);
    this->run();
    EXPECT_GE(runs, 6);
    this->destroy();
}

REGISTER_TYPED_TEST_SUITE_P(LoopContract, RunsJobsAndListenersOnTheLoopsThread,
                            TellsOnTheLoopsThreadWhatAnotherThreadDid,
                            TellsInATurnWhatACallbackOfTheLoopDid,
                            CallbacksOfTheLoopPauseAndResumeIt, RunsWhatIsDueInItsOrder,
                            RunsJobsElsewhereIfTheySaySo, ManyJobsAtOnceDoNotStarveTheLoop,
                            AStoreThatBlocksDoesNotBlockTheLoop, TwoSchedulersShareALoop);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LoopContract);

}  // namespace punctual::testing
