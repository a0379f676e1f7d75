#pragma once
// An engine's side of an executor, for tests: makes tickets, and keeps what becomes of them.
//
//     RunRecorder recorder;
//     std::vector<RunTicket> tickets;
//     tickets.push_back(recorder.ticket([] { throw std::runtime_error("no"); }));
//     executor->submit(tickets);
//     recorder.wait_for(1);
//     recorder.reported().front().reason;                 // "no"

#include <punctual/executors/executor.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace punctual::testing {

/// What a ticket is made of besides the call.
struct RunSetup {
    std::string job_id = "job";
    Instant scheduled{};
    /// As `scheduled` if it is not set.
    Opt<Instant> due = {};
    Duration misfire_grace_time = unlimited;
    int attempt = 1;
};

/// What became of a ticket.
struct ReportedRun {
    RunId id = 0;
    RunState outcome = RunState::claimed;
    std::string reason{};
    std::string output{};
    Value result{};
    /// What it told last.
    std::optional<RunProgress> progress{};
    Instant started{};
    Instant finished{};
};

/// *Thread safety*: safe. *Lifetime*: outlives its tickets.
class RunRecorder {
public:
    RunRecorder();
    RunRecorder(const RunRecorder&) = delete;
    RunRecorder& operator=(const RunRecorder&) = delete;
    ~RunRecorder();

    /// A run of its own, with the next id: 1, 2, 3, …
    [[nodiscard]] RunTicket ticket(Call call, const RunSetup& setup = {});
    /// `count` runs of one job.
    [[nodiscard]] std::vector<RunTicket> tickets(std::size_t count, const Call& call,
                                                 const RunSetup& setup = {});
    /// What executors take for the present; 1970 before it is set.
    void set_now(Instant now);
    void request_stop(RunId run);

    /// Waits until `count` reports are in.
    void wait_for(std::size_t count);
    /// In order of their reports. A run that is reported twice is in there twice.
    [[nodiscard]] std::vector<ReportedRun> reported() const;
    /// Waits for the report of this run.
    [[nodiscard]] ReportedRun wait_for_run(RunId run);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace punctual::testing
