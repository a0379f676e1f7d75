#pragma once
// A scheduler on a store that fails when the test says so, beside one that never does.
//
//     FailureStage stage(make_memory_store(), {.coalesce = false});
//     stage.store->fail_calls(3, 2, FailurePoint::after);
//     stage.scheduler.run_for(30s);
//     stage.come_to_rest();
//     stage.check();

#include <punctual/testing/failing_store.hpp>
#include <punctual/testing/held_executor.hpp>
#include <punctual/testing/store_contract/run_log.hpp>
#include <punctual/testing/testing_scheduler.hpp>
#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace punctual::contract {

/// The stores are called "shaky" and "steady"; each has a job of `log_run` every ten seconds. An
/// executor "held" lets runs go when told to.
class FailureStage {
public:
    static constexpr std::chrono::seconds period{10};

    /// What it told about its stores.
    struct Outage {
        EventType type;
        std::string store;
        std::string reason;
    };

    explicit FailureStage(std::shared_ptr<JobStore> tested, const JobOptions& options = {})
        : store(std::make_shared<testing::FailingStore>(std::move(tested))),
          scheduler({.stores = {{"shaky", store}, {"steady", memory()}},
                     .executors = {{"default", inline_executor()}, {"held", held}}}),
          first_(scheduler.now() + period) {
        scheduler.on<StoreUnavailable>([told = told_](const StoreUnavailable& event) {
            told->push_back({event.type, event.store, event.reason});
        });
        scheduler.on<StoreAvailable>([told = told_](const StoreAvailable& event) {
            told->push_back({event.type, event.store, {}});
        });
        scheduler.start();
        add(shaky, "shaky", options);
        add(steady, "steady", options);
    }
    /// Leaves no job behind: the next stage may be on the same store.
    ~FailureStage() {
        store->work();
        if (scheduler.state() == SchedulerState::running) scheduler.remove_job(shaky, "shaky");
    }
    FailureStage(const FailureStage&) = delete;
    FailureStage& operator=(const FailureStage&) = delete;

    /// Does a user's call again until the store answers.
    template <class F>
    void insist(F call) {
        for (;;) {
            try {
                call();
                return;
            } catch (const StoreUnavailableError&) {
                scheduler.run_for(1s);
            }
        }
    }
    void finish_held() {
        while (held->finish_one()) {
        }
    }
    /// The store works again, and everything comes to rest: by itself, within the longest pause
    /// between two tries.
    void come_to_rest() {
        store->work();
        scheduler.run_for(11s);
        scheduler.run_pending();
        while (held->held() > 0) {
            finish_held();
            scheduler.run_pending();
        }
    }
    /// Nothing is lost, nothing is doubled, and outages were told.
    void check() {
        for (const auto& [job, name] : {std::pair(shaky, "shaky"), std::pair(steady, "steady")}) {
            expect_each_instant_once(scheduler, name, job, first_, scheduler.now(), period);
        }
        for (std::size_t i = 0; i < outages().size(); ++i) {
            EXPECT_EQ(outages()[i].store, "shaky");
            EXPECT_EQ(outages()[i].type,
                      i % 2 == 0 ? EventType::store_unavailable : EventType::store_available);
        }
        EXPECT_EQ(outages().size() % 2, 0u) << "it answers again";
    }
    [[nodiscard]] const std::vector<Outage>& outages() const { return *told_; }

    /// The ids of the jobs.
    const std::string shaky = make_job_id("shaky");
    const std::string steady = make_job_id("steady");
    std::shared_ptr<testing::HeldExecutor> held = std::make_shared<testing::HeldExecutor>();
    std::shared_ptr<testing::FailingStore> store;
    testing::TestingScheduler scheduler;

private:
    void add(const std::string& id, const std::string& name, JobOptions options) {
        options.id = id;
        options.store = name;
        scheduler.add_job(log_run(), interval(period), options);
    }

    Instant first_;
    // The scheduler may tell more than the stage lives to hear.
    std::shared_ptr<std::vector<Outage>> told_ = std::make_shared<std::vector<Outage>>();
};

}  // namespace punctual::contract
