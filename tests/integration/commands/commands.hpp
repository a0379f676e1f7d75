#pragma once
// Commands run by each executor that is made for them, with real processes.

#include <punctual/executors/command.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace punctual::testing {

struct Executing {
    std::string name;
    std::shared_ptr<Executor> (*make)();
};
inline void PrintTo(const Executing& executing, std::ostream* stream) {
    *stream << executing.name;
}

class Commands : public ::testing::TestWithParam<Executing> {
protected:
    void SetUp() override { executor->start(); }
    void TearDown() override { executor->shutdown(true); }

    void submit(Call call, const RunSetup& setup = {}) {
        std::vector<RunTicket> tickets;
        tickets.push_back(recorder.ticket(std::move(call), setup));
        executor->submit(tickets);
    }
    /// Submits it, as the next run, and waits for how it went.
    ReportedRun run(Call call, const RunSetup& setup = {}) {
        submit(std::move(call), setup);
        return recorder.wait_for_run(++runs_);
    }

    RunRecorder recorder;
    std::shared_ptr<Executor> executor = GetParam().make();

private:
    RunId runs_ = 0;
};

inline const auto each_executor =
    ::testing::Values(Executing{"thread_pool", [] { return make_thread_pool(4); }},
                      Executing{"command_executor", [] { return make_command_executor(4); }});
inline std::string name_of(const ::testing::TestParamInfo<Executing>& info) {
    return info.param.name;
}

}  // namespace punctual::testing
