// What jobs can do to their worker: each of it fails its own run, and nothing else.
#include "integration/commands/fifo.hpp"
#include "integration/process_pool/process_pools.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <limits>
#include <set>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace punctual::testing {
namespace {

using ::testing::HasSubstr;

const auto nothing = task("nothing_fails", [] {});
const auto raise_signal = task("raise_signal", [](int signal) {
    // As it is without a sanitizer, which handles some of them.
    std::signal(signal, SIG_DFL);
    std::raise(signal);
});
const auto leave = task("leave", [](int code) { std::_Exit(code); });
const auto leave_politely = task("leave_politely", [](int code) { std::exit(code); });
const auto terminate_at_once = task("terminate_at_once", [] { std::terminate(); });
const auto write_to_descriptors = task("write_to_descriptors", [](std::string text) {
    for (int descriptor = 3; descriptor < 10; ++descriptor) {
        static_cast<void>(!::write(descriptor, text.data(), text.size()));
    }
});
const auto close_descriptors = task("close_descriptors", [](int first) {
    for (int descriptor = first; descriptor < 10; ++descriptor) ::close(descriptor);
});
const auto note = task("note", [](RunContext& context, std::string path) {
    const std::string line = std::to_string(context.run_id()) + "\n";
    const int log = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    static_cast<void>(!::write(log, line.data(), line.size()));
    ::close(log);
});
const auto print = task("print", [](std::string text) {
    std::cout << text;
    std::cerr << text;
    std::printf("%s", text.c_str());
});
const auto hang = task("hang", [](std::string fifo) {
    tell(fifo);
    while (true) ::pause();
});
const auto hang_with_child = task("hang_with_child", [](std::string fifo) {
    static_cast<void>(std::freopen(fifo.c_str(), "w", stdout));
    // A child that holds the fifo for as long as it lives, unless somebody ends it.
    if (::fork() == 0) {
        static_cast<void>(!::write(STDOUT_FILENO, "begun\n", 6));
        while (true) ::pause();
    }
    while (true) ::pause();
});
const auto stop_when_asked = task("stop_when_asked", [](RunContext& context, std::string fifo) {
    tell(fifo);
    while (!context.stop_requested()) ::usleep(100);
    context.set_output("cleaned up");
    throw RunCancelled("stopped half way");
});
const auto not_a_number =
    task("not_a_number", [] { return std::numeric_limits<double>::quiet_NaN(); });
const auto long_result = task("long_result", [](std::int64_t bytes) {
    return std::string(static_cast<std::size_t>(bytes), 'x');
});

class ProcessPoolFailure : public ProcessPool {
protected:
    // It goes on with another worker.
    void expect_failure(Call call, const std::string& reason) {
        const ReportedRun failed = run(std::move(call));
        EXPECT_EQ(failed.outcome, RunState::failed);
        EXPECT_EQ(failed.reason, reason);
        EXPECT_EQ(run(nothing()).outcome, RunState::succeeded);
    }
};

TEST_F(ProcessPoolFailure, ASignalIsInTheReason) {
    make(1);
    expect_failure(raise_signal(SIGKILL), "killed by signal 9 (SIGKILL)");
    expect_failure(raise_signal(SIGSEGV), "killed by signal 11 (SIGSEGV)");
    expect_failure(raise_signal(SIGABRT), "killed by signal 6 (SIGABRT)");
    expect_failure(raise_signal(SIGFPE), "killed by signal 8 (SIGFPE)");
}

TEST_F(ProcessPoolFailure, AnExitIsInTheReason) {
    make(1);
    expect_failure(leave(3), "exit code 3");
    expect_failure(leave(0), "exit code 0");
}

TEST_F(ProcessPoolFailure, AnExitThatRunsHandlersIsInTheReason) {
    make(1);
    expect_failure(leave_politely(7), "exit code 7");
}

TEST_F(ProcessPoolFailure, AnExceptionThatCannotBeCaughtAbortsTheWorker) {
    make(1);
    expect_failure(terminate_at_once(), "killed by signal 6 (SIGABRT)");
}

TEST_F(ProcessPoolFailure, RubbishOnItsDescriptorsFailsTheRun) {
    make(1);
    const std::string text = "what should have gone to a file";
    expect_failure(write_to_descriptors(text),
                   "it wrote to the descriptors of its worker: what came is no message");
    expect_failure(write_to_descriptors("x"),
                   "it wrote to the descriptors of its worker: what came is no message");
}

// Its worker may have gone on with others before the pool has read what it wrote.
TEST_F(ProcessPoolFailure, RubbishFailsOnlyTheRunThatWroteIt) {
    make(2);
    const Fifo folder;
    const std::string path = folder.folder() + "/log";
    std::vector<RunTicket> tickets = recorder.tickets(3000, note(path));
    for (int i = 0; i < 10; ++i) {
        tickets.insert(tickets.begin() + 250 * i, recorder.ticket(write_to_descriptors("x")));
    }
    pool->submit(tickets);
    recorder.wait_for(3010);
    std::multiset<RunId> begun;
    std::ifstream log(path);
    for (RunId run = 0; log >> run;) begun.insert(run);
    for (const ReportedRun& report : recorder.reported()) {
        const bool wrote = report.id > 3000;
        EXPECT_EQ(report.outcome, wrote ? RunState::failed : RunState::succeeded) << report.id;
        EXPECT_EQ(begun.count(report.id), wrote ? 0U : 1U) << "run " << report.id;
    }
}

TEST_F(ProcessPoolFailure, ClosedDescriptorsFailTheRun) {
    make(1, {.kill_after = std::chrono::milliseconds(1)});
    EXPECT_EQ(run(close_descriptors(3)).outcome, RunState::failed);
    EXPECT_EQ(run(nothing()).outcome, RunState::succeeded);
}

TEST_F(ProcessPoolFailure, WhatAJobPrintsDisturbsNothing) {
    make(1);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(run(print("printed by a job\n")).outcome, RunState::succeeded);
    }
}

TEST_F(ProcessPoolFailure, AResultThatCannotBeSentIsAFailure) {
    make(1);
    const ReportedRun number = run(not_a_number());
    EXPECT_EQ(number.outcome, RunState::failed);
    EXPECT_THAT(number.reason, HasSubstr("its result cannot be sent: "));
    const ReportedRun text = run(long_result(65 << 20));
    EXPECT_EQ(text.outcome, RunState::failed);
    EXPECT_THAT(text.reason, HasSubstr("too long to be sent"));
    EXPECT_EQ(run(nothing()).outcome, RunState::succeeded);
}

TEST_F(ProcessPoolFailure, OthersGoOnBesideACrash) {
    make(2);
    Fifo fifo;
    const RunId waiting = submit(stop_when_asked(fifo.path()));
    EXPECT_EQ(fifo.read_line(), "begun");
    EXPECT_EQ(run(raise_signal(SIGKILL)).outcome, RunState::failed);
    recorder.request_stop(waiting);
    EXPECT_EQ(recorder.wait_for_run(waiting).reason, "stopped half way");
}

// Those that were sent ahead to a worker that dies have not begun, and lose nothing.
TEST_F(ProcessPoolFailure, ACrashFailsOnlyTheRunThatHadBegun) {
    make(1);
    std::vector<RunTicket> tickets = recorder.tickets(2000, nothing());
    for (int i = 0; i < 10; ++i) {
        tickets.insert(tickets.begin() + 150 * i, recorder.ticket(raise_signal(SIGKILL)));
    }
    pool->submit(tickets);
    recorder.wait_for(2010);
    for (const ReportedRun& report : recorder.reported()) {
        const bool crashes = report.id > 2000;
        EXPECT_EQ(report.outcome, crashes ? RunState::failed : RunState::succeeded) << report.id;
    }
}

TEST_F(ProcessPoolFailure, ARunThatIsAskedToStopMayDoItItsOwnWay) {
    make(1);
    Fifo fifo;
    const RunId id = submit(stop_when_asked(fifo.path()));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(id);
    const ReportedRun report = recorder.wait_for_run(id);
    EXPECT_EQ(report.outcome, RunState::cancelled);
    EXPECT_EQ(report.reason, "stopped half way");
    EXPECT_EQ(report.output, "cleaned up");
}

TEST_F(ProcessPoolFailure, ARunThatHangsIsKilledAfterARequestToStop) {
    make(1, {.kill_after = std::chrono::milliseconds(10)});
    Fifo fifo;
    const RunId id = submit(hang(fifo.path()));
    const RunId next = submit(nothing());
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(id);
    const ReportedRun report = recorder.wait_for_run(id);
    EXPECT_EQ(report.outcome, RunState::cancelled);
    EXPECT_EQ(report.reason, "stopped on request (SIGKILL)");
    EXPECT_EQ(recorder.wait_for_run(next).outcome, RunState::succeeded);
}

TEST_F(ProcessPoolFailure, WhatItStartedIsKilledWithIt) {
    make(1, {.kill_after = std::chrono::milliseconds(10)});
    Fifo fifo;
    const RunId id = submit(hang_with_child(fifo.path()));
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.request_stop(id);
    EXPECT_EQ(recorder.wait_for_run(id).outcome, RunState::cancelled);
    EXPECT_EQ(fifo.read_to_end(), "");
}

TEST_F(ProcessPoolFailure, ARunBehindOneThatHangsGoesToAnotherWorker) {
    make(2, {.kill_after = std::chrono::milliseconds(1)});
    // Tiny ones first, so that runs are sent ahead.
    std::vector<RunTicket> tickets = recorder.tickets(3000, nothing());
    Fifo fifo;
    tickets.insert(tickets.begin() + 1000, recorder.ticket(hang(fifo.path())));
    pool->submit(tickets);
    EXPECT_EQ(fifo.read_line(), "begun");
    recorder.wait_for(3000);
    recorder.request_stop(3001);
    EXPECT_EQ(recorder.wait_for_run(3001).outcome, RunState::cancelled);
}

TEST_F(ProcessPoolFailure, AWorkerThatIsKilledWhileIdleIsReplaced) {
    make(1);
    for (int i = 0; i < 5; ++i) {
        const std::int64_t process = worker();
        ::kill(static_cast<pid_t>(process), SIGKILL);
        wait_for_end_of(process);
        EXPECT_NE(worker(), process);
    }
}

TEST_F(ProcessPoolFailure, RefusesArgumentsThatCannotBeSent) {
    make(1);
    const auto refusal = [&](Call call) {
        const RunTicket ticket = recorder.ticket(std::move(call));
        return pool->refuse(ticket.job());
    };
    const auto take_text = task("take_text", [](std::string) {});
    const auto take_number = task("take_number", [](double) {});
    EXPECT_THAT(refusal(take_text("\xff\xfe")), HasSubstr("the workers do not know the task"));
    EXPECT_THAT(refusal(print("\xff\xfe")), HasSubstr("not UTF-8"));
    EXPECT_THAT(refusal(print(std::string(65 << 20, 'x'))), HasSubstr("pass the name of a file"));
    EXPECT_THAT(refusal(take_number(std::numeric_limits<double>::infinity())),
                HasSubstr("cannot be sent"));
}

// As one that `scheduled_job` names after its job.
TEST_F(ProcessPoolFailure, ATaskThatIsRegisteredTooLateFailsWithWhatToDo) {
    make(1);
    const auto late = task("late_task", [] {});
    const ReportedRun report = run(late());
    EXPECT_EQ(report.outcome, RunState::failed);
    EXPECT_THAT(report.reason, HasSubstr("define it at namespace scope"));
}

}  // namespace
}  // namespace punctual::testing
