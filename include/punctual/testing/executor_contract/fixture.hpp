#pragma once
// What the suites of the contract of executors share.

#include <punctual/executors/executor.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace punctual::testing {

/// How to make an executor, and what it can do.
struct ExecutorUnderTest {
    std::string name;
    std::shared_ptr<Executor> (*make)();
    /// A call that it runs, and that succeeds.
    Call (*success)() = [] { return Call([] {}); };
    /// A call that it runs, and that fails.
    Call (*failure)() = [] { return Call([] { throw std::runtime_error("meant to fail"); }); };
    /// So many runs for the tests that need many.
    std::size_t many = 10'000;
};

/// The executor's name for INSTANTIATE_TEST_SUITE_P.
inline std::string name_of_executor(const ::testing::TestParamInfo<ExecutorUnderTest>& info) {
    return info.param.name;
}
inline void PrintTo(const ExecutorUnderTest& executor, std::ostream* stream) {
    *stream << executor.name;
}

/// What both suites share: a started executor, and a recorder that outlives it.
class ExecutorFixture : public ::testing::TestWithParam<ExecutorUnderTest> {
protected:
    void SetUp() override { executor->start(); }
    void TearDown() override {
        if (executor != nullptr) executor->shutdown(false);
    }

    void submit(Call call, const RunSetup& setup = {}) {
        std::vector<RunTicket> tickets;
        tickets.push_back(recorder.ticket(std::move(call), setup));
        executor->submit(tickets);
    }
    void submit_many(std::size_t count, const Call& call, const RunSetup& setup = {}) {
        std::vector<RunTicket> tickets = recorder.tickets(count, call, setup);
        executor->submit(tickets);
    }
    [[nodiscard]] std::size_t count(RunState outcome) const {
        const auto reports = recorder.reported();
        return static_cast<std::size_t>(
            std::ranges::count(reports, outcome, &ReportedRun::outcome));
    }
    void expect_each_reported_once(std::size_t runs) const {
        const auto reports = recorder.reported();
        std::set<RunId> ids;
        for (const ReportedRun& report : reports) ids.insert(report.id);
        EXPECT_EQ(reports.size(), runs);
        EXPECT_EQ(ids.size(), runs);
    }

    RunRecorder recorder;
    std::shared_ptr<Executor> executor = GetParam().make();
};

}  // namespace punctual::testing
