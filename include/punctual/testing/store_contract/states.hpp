#pragma once
// The part of the store contract about stores that are not open.

#include <punctual/testing/store_contract/fixture.hpp>

#include <map>

namespace punctual::contract {

/// Stores of jobs that outlive the process; one in memory has nothing to open.
template <class Host>
class StoreStates : public StoreTest<Host> {
protected:
    /// Every call of a store that reads or writes, by its name.
    [[nodiscard]] static std::map<std::string, void (*)(JobStore&)> calls() {
        static const JobRecord job = make_job("a", begin);
        static const Ids ids{"a"};
        return {
            {"add",
             [](JobStore& store) {
                 static_cast<void>(store.add({&job, 1}));
             }},
            {"edit",
             [](JobStore& store) {
                 EditBy editor([](std::size_t, const JobRecord*) { return JobEdit{}; });
                 store.edit(ids, editor);
             }},
            {"remove_all", [](JobStore& store) { store.remove_all(); }},
            {"find", [](JobStore& store) { static_cast<void>(store.find("a")); }},
            {"list", [](JobStore& store) { static_cast<void>(store.list({}, 10)); }},
            {"process",
             [](JobStore& store) {
                 DecideBy decider(run_each_hour);
                 const ClaimRequest request{"default", 10};
                 StoreResult result;
                 store.process({.now = begin, .claims = {&request, 1}, .decider = &decider},
                               result);
             }},
            {"start_unscheduled",
             [](JobStore& store) {
                 ClaimedRun run{.job = job.definition, .scheduled = begin, .due = begin};
                 store.start_unscheduled({&run, 1}, begin);
             }},
            {"next_due",
             [](JobStore& store) {
                 const std::string_view executor = "default";
                 static_cast<void>(store.next_due({&executor, 1}));
             }},
            {"unsettled", [](JobStore& store) { static_cast<void>(store.unsettled()); }},
            {"retry_lost",
             [](JobStore& store) {
                 const ClaimedRun run{.id = 1, .job = job.definition};
                 store.retry_lost({&run, 1});
             }},
            {"runs", [](JobStore& store) { static_cast<void>(store.runs({})); }},
        };
    }
    static void expect_refusals(JobStore& store) {
        for (const auto& [name, call] : calls()) {
            try {
                call(store);
                ADD_FAILURE() << name << " was done";
            } catch (const StoreError& error) {
                const std::string text = error.what();
                EXPECT_EQ(text, store.describe() + " is not open") << name;
            }
        }
    }
};
TYPED_TEST_SUITE_P(StoreStates);

TYPED_TEST_P(StoreStates, RefusesEveryCallBeforeItIsOpened) {
    if (!this->store->durable()) return;
    TestFixture::expect_refusals(*this->host.connect());
}

TYPED_TEST_P(StoreStates, RefusesEveryCallOnceItIsClosed) {
    if (!this->store->durable()) return;
    this->add(make_job("a", begin));
    this->store->close();
    TestFixture::expect_refusals(*this->store);
    this->store->close();
    TestFixture::expect_refusals(*this->store);
}

TYPED_TEST_P(StoreStates, CanBeOpenedAgain) {
    for (int round = 0; round < 3; ++round) {
        this->store->close();
        this->store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        const std::string id = std::to_string(round);
        this->add(make_job(id, begin));
        EXPECT_EQ(ids_of(this->claim(begin).claimed), Ids{id});
        if constexpr (TypeParam::keeps_jobs) {
            EXPECT_EQ(this->store->list({}, 10).jobs.size(), static_cast<std::size_t>(round + 1));
        }
    }
}

REGISTER_TYPED_TEST_SUITE_P(StoreStates, RefusesEveryCallBeforeItIsOpened,
                            RefusesEveryCallOnceItIsClosed, CanBeOpenedAgain);

}  // namespace punctual::contract
