#pragma once
// What the tests of the scheduler have in common: a scheduler whose time the test moves, and notes
// of what it did and told.

#include <punctual/punctual.hpp>
#include <punctual/testing/held_executor.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace punctual::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// When these tests begin.
inline const Instant begin = parse_instant("2025-01-01T00:00:00Z");

/// `count` seconds after the beginning.
[[nodiscard]] inline Instant second(int count) {
    return begin + std::chrono::seconds(count);
}
[[nodiscard]] inline std::vector<Instant> seconds(std::initializer_list<int> counts) {
    std::vector<Instant> instants;
    for (const int count : counts) instants.push_back(second(count));
    return instants;
}

/// An event as these tests look at it; what an event does not have is as here.
struct Told {
    EventType type = EventType::none;
    std::string name{};  // of a job, a store or an executor
    Instant first{};
    Instant last{};
    std::int64_t count = 1;
    std::string reason{};
};

inline void read_into(Told& told, const NotRunEvent& event) {
    told.name = event.job_id;
    told.first = event.first;
    told.last = event.last;
    told.count = event.count;
    told.reason = event.reason;
}
inline void read_into(Told& told, const RunEvent& event) {
    told.name = event.job_id;
    told.first = told.last = event.scheduled;
}
inline void read_into(Told& told, const JobEvent& event) {
    told.name = event.job_id;
}
inline void read_into(Told& told, const StoreEvent& event) {
    told.name = event.store;
}
inline void read_into(Told& told, const ExecutorEvent& event) {
    told.name = event.executor;
}
inline void read_into(Told&, const Event&) {}

template <class E>
void read_as(Told& told, const Event& event) {
    const E* read = event.get_if<E>();
    if (read == nullptr) return;
    read_into(told, *read);
    if constexpr (requires { read->reason; }) told.reason = read->reason;
}

template <class... Events>
Told read_event(const Event& event) {
    Told told;
    told.type = event.type;
    (read_as<Events>(told, event), ...);
    return told;
}

/// What a scheduler told, in order.
class EventLog {
public:
    explicit EventLog(Scheduler& scheduler, EventType types = EventType::all) {
        scheduler.add_listener(
            [told = told_](const Event& event) {
                told->push_back(
                    read_event<JobAdded, JobRemoved, JobModified, JobSubmitted, JobExecuted,
                               JobError, JobCancelled, JobLost, JobMissed, JobMaxInstances,
                               JobSkipped, JobFaulty, AllJobsRemoved, StoreAdded, StoreRemoved,
                               StoreUnavailable, StoreAvailable, ExecutorAdded, ExecutorRemoved>(
                        event));
            },
            types);
    }

    [[nodiscard]] const std::vector<Told>& all() const { return *told_; }
    [[nodiscard]] std::vector<Told> of(EventType types) const {
        std::vector<Told> found;
        std::ranges::copy_if(*told_, std::back_inserter(found), [&](const Told& told) {
            return (told.type & types) != EventType::none;
        });
        return found;
    }
    [[nodiscard]] std::size_t count(EventType types) const { return of(types).size(); }
    /// The names of their kinds.
    [[nodiscard]] std::vector<std::string> kinds() const {
        std::vector<std::string> kinds;
        for (const Told& told : *told_) kinds.emplace_back(to_string(told.type));
        return kinds;
    }
    void clear() { told_->clear(); }

private:
    // The scheduler may tell more than the log lives to hear.
    std::shared_ptr<std::vector<Told>> told_ = std::make_shared<std::vector<Told>>();
};

/// A scheduler in the hands of the test, with an executor `held` that runs what the test lets go.
class SchedulerTest : public ::testing::Test {
protected:
    explicit SchedulerTest(SchedulerOptions options = {}) : scheduler(with_executors(options)) {}

    /// Writes down the instants of its runs.
    [[nodiscard]] Call note() {
        return [this](RunContext& run) { ran.push_back(run.scheduled()); };
    }
    void finish_held() {
        while (held->finish_one()) {
        }
    }
    /// The records of a job, oldest first.
    [[nodiscard]] std::vector<RunRecord> records(const std::string& job_id) {
        auto records = scheduler.get_runs({.job_id = job_id, .limit = 10'000});
        std::ranges::reverse(records);
        return records;
    }

    std::shared_ptr<HeldExecutor> held = std::make_shared<HeldExecutor>();
    std::vector<Instant> ran;
    TestingScheduler scheduler;
    EventLog events{scheduler};

private:
    [[nodiscard]] SchedulerOptions with_executors(SchedulerOptions options) {
        options.executors.emplace("default", inline_executor());
        options.executors.emplace("held", held);
        return options;
    }
};

/// The message of the exception of type `E` that `action` throws.
template <class E, class F>
[[nodiscard]] std::string message_of(F action) {
    try {
        action();
    } catch (const E& error) {
        return error.what();
    }
    ADD_FAILURE() << "nothing of the expected type was thrown";
    return {};
}

}  // namespace punctual::testing
