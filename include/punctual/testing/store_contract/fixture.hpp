#pragma once
// What the tests of the store contract have in common.

#include <punctual/stores/store.hpp>
#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace punctual::contract {

/// The task of the jobs of these tests: named, so that every store can hold them.
inline const auto note = task("punctual.store_contract.note", [](const std::string&) {});

/// The time at which these tests begin.
inline const Instant begin = parse_instant("2025-01-01T00:00:00Z");

/// A job that calls `note`, due at `due`.
[[nodiscard]] inline JobRecord make_job(std::string id, Instant due,
                                        const std::string& argument = {},
                                        JobSettings settings = {}) {
    JobRecord job;
    job.definition = std::make_shared<const JobDefinition>(
        JobDefinition{.id = std::move(id),
                      .call = note(argument),
                      .trigger = interval(1h).resolve(begin, TimeZone::utc()),
                      .added_at = begin,
                      .settings = std::make_shared<const JobSettings>(std::move(settings))});
    job.next_run_time = job.due = due;
    job.last_run_time = begin;
    return job;
}

/// A decider, or an editor, that does what a function says.
template <class F>
class DecideBy final : public Decider {
public:
    explicit DecideBy(F function) : function_(std::move(function)) {}
    void decide(const JobRecord& job, Decision& decision) override { function_(job, decision); }

private:
    F function_;
};
template <class F>
class EditBy final : public JobEditor {
public:
    explicit EditBy(F function) : function_(std::move(function)) {}
    JobEdit edit(std::size_t index, const JobRecord* current) override {
        return function_(index, current);
    }

private:
    F function_;
};

/// One run for the instant that is due; the rest is as it was.
inline void claim_due_instant(const JobRecord& job, Decision& decision) {
    decision.runs.push_back({job.next_run_time, job.due});
    decision.last_run_time = job.next_run_time;
}

/// One run for the instant that is due; the next one comes an hour later.
inline void run_each_hour(const JobRecord& job, Decision& decision) {
    claim_due_instant(job, decision);
    decision.next_run_time = decision.due = job.next_run_time + 1h;
    decision.state = JobState::active;
}

/// One run for the instant that is due, and the trigger is through.
inline void run_once(const JobRecord& job, Decision& decision) {
    claim_due_instant(job, decision);
    decision.next_run_time = decision.due = never;
    decision.state = JobState::ended;
}

[[nodiscard]] inline Settlement succeed(const ClaimedRun& run, Instant finished) {
    Settlement settlement;
    settlement.run = run;
    settlement.started = run.due;
    settlement.finished = finished;
    return settlement;
}

[[nodiscard]] inline std::vector<std::string> ids_of(const std::vector<JobRecord>& jobs) {
    std::vector<std::string> ids;
    for (const JobRecord& job : jobs) ids.push_back(job.definition->id);
    return ids;
}
[[nodiscard]] inline std::vector<std::string> ids_of(const std::vector<ClaimedRun>& runs) {
    std::vector<std::string> ids;
    for (const ClaimedRun& run : runs) ids.push_back(run.job->id);
    return ids;
}

using Ids = std::vector<std::string>;

/// A store on a host of its own, open for a scheduler.
template <class Host>
class StoreTest : public ::testing::Test {
protected:
    StoreTest() { open(); }
    ~StoreTest() override { store->close(); }

    void open(const History& history = {}) {
        store = host.connect();
        store->open({.access = StoreAccess::schedule, .history = history, .now = begin});
    }
    /// As after a restart of the process.
    void reopen(const History& history = {}) {
        store->close();
        open(history);
    }
    /// Of a store that keeps no jobs: a new one has none of the old one's.
    void expect_nothing_kept() {
        add(make_job("a", begin));
        static_cast<void>(claim(begin));
        reopen();
        EXPECT_TRUE(store->list({}, 10).jobs.empty());
        EXPECT_TRUE(store->unsettled().empty());
        EXPECT_TRUE(store->runs({}).empty());
    }
    void add(const JobRecord& job) {
        ASSERT_TRUE(store->add(std::span(&job, 1)).empty()) << job.definition->id << " exists";
    }
    [[nodiscard]] JobRecord find(std::string_view id) {
        const auto job = store->find(id);
        if (!job) throw JobLookupError("no job \"" + std::string(id) + "\"");
        return *job;
    }
    template <class F>
    StoreResult claim(Instant now, std::size_t limit, F decide,
                      std::string_view executor = "default") {
        DecideBy<F> decider(std::move(decide));
        const ClaimRequest request{executor, limit};
        StoreResult result;
        store->process({.now = now, .claims = std::span(&request, 1), .decider = &decider}, result);
        return result;
    }
    StoreResult claim(Instant now, std::size_t limit = 100) {
        return claim(now, limit, run_each_hour);
    }
    StoreResult settle(const Settlement& settlement) {
        StoreResult result;
        store->process({.now = settlement.finished, .settlements = std::span(&settlement, 1)},
                       result);
        return result;
    }
    StoreResult settle(const ClaimedRun& run) { return settle(succeed(run, run.due + 1s)); }
    StoreResult start(const ClaimedRun& run) {
        StoreResult result;
        store->process({.now = run.due, .starts = std::span(&run, 1)}, result);
        return result;
    }
    template <class F>
    void edit(const std::vector<std::string>& ids, F function) {
        EditBy<F> editor(std::move(function));
        store->edit(ids, editor);
    }
    void remove(const std::string& id) {
        edit({id}, [](std::size_t, const JobRecord*) {
            return JobEdit{.action = JobEdit::Action::remove};
        });
    }
    /// Claims and settles the next run of the only job.
    ClaimedRun run_through(Instant now) {
        const StoreResult result = claim(now);
        EXPECT_EQ(result.claimed.size(), 1u);
        settle(succeed(result.claimed.at(0), now));
        return result.claimed.at(0);
    }

    Host host;
    std::shared_ptr<JobStore> store;
};

}  // namespace punctual::contract
