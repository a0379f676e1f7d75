#include "executors/pool_worker.hpp"

#include "executors/process_worker.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <sys/wait.h>

namespace punctual::detail {

namespace {

// A worker sends what can be read: this is for what a job wrote in its place.
void read_result(std::string_view json, RunResult& result) {
    try {
        if (!json.empty()) result.result = Value::from_json(json);
    } catch (const Error& error) {
        result = {.outcome = RunState::failed,
                  .reason = std::string("its result cannot be read: ") + error.what()};
    }
}

// A run that ends its workers before it begins would go from one to the next for ever.
constexpr int most_workers_lost = 3;

}  // namespace

PoolWorker::PoolWorker(WorkerProcess process, const ProcessPoolOptions& options, EventPoll& poll,
                       StopListener& on_stop, SteadyTime now)
    : options_(&options),
      poll_(&poll),
      on_stop_(&on_stop),
      process_(std::move(process)),
      kill_at_(end_of(options.start_timeout, now)) {
    poll_->add(process_.messages(), EPOLLIN, &messages_source_);
    poll_->add(process_.process(), EPOLLIN, &process_source_);
}

PoolWorker::~PoolWorker() {
    poll_->remove(process_.messages());
    poll_->remove(process_.process());
}

std::size_t PoolWorker::room(std::size_t most, SteadyTime now) const {
    if (stage_ != Stage::ready || closed_ || in_flight_.size() >= most) return 0;
    if (!in_flight_.empty() && now - last_turn_ > patience) return 0;
    return std::min<std::size_t>(most - in_flight_.size(), most_runs() - sequence_);
}

std::uint32_t PoolWorker::most_runs() const {
    // Runs are counted in 32 bits.
    constexpr std::int64_t countable = std::numeric_limits<std::int32_t>::max();
    const std::int64_t limit = options_->max_runs_per_worker;
    return static_cast<std::uint32_t>(limit > 0 ? std::min(limit, countable) : countable);
}

void PoolWorker::give(WaitingRun run, SteadyTime now, WorkerChanges& changes) {
    if (!changes.may_begin(run)) return;
    try {
        const JobDefinition& job = run.ticket.job();
        // Mostly those of the run before.
        if (job.call.callable() != last_call_) {
            last_arguments_ = arguments_for_worker(job);
            last_call_ = job.call.callable();
        }
        process_.write({.sequence = sequence_ + 1,
                        .run_id = run.ticket.run_id(),
                        .scheduled = run.ticket.scheduled(),
                        .due = run.ticket.due(),
                        .attempt = run.ticket.attempt(),
                        .job_id = job.id,
                        .task = job.call.task(),
                        .arguments = last_arguments_});
    } catch (const Error& error) {
        changes.finished.push_back(
            {std::move(run.ticket), {.outcome = RunState::failed, .reason = error.what()}});
        return;
    }
    if (in_flight_.empty()) last_turn_ = now;
    in_flight_.push_back({++sequence_, std::move(run)});
    in_flight_.back().run.ticket.set_stop_listener(*on_stop_);
}

void PoolWorker::flush() {
    const bool wants_to_write = !process_.flush();
    if (wants_to_write == wants_to_write_) return;
    wants_to_write_ = wants_to_write;
    poll_->change(process_.messages(), wants_to_write ? EPOLLIN | EPOLLOUT : EPOLLIN,
                  &messages_source_);
}

void PoolWorker::advance(SteadyTime now, WorkerChanges& changes) {
    // What it wrote before its end is there by now.
    if (std::exchange(messages_ready_, false) || process_ended_) {
        read(now, changes);
        if (process_ended_) return conclude(changes);
        flush();
    }
    if (std::exchange(stopped_, false)) stop_runs(now, changes);
    if (now >= kill_at_) kill_late(now, changes);
    if (in_flight_.size() > 1 && now - last_turn_ > patience) take_back(now, changes);
}

// What did not happen in time: its start, its run's end after a request to stop, its own end.
void PoolWorker::kill_late(SteadyTime now, WorkerChanges& changes) {
    if (stage_ == Stage::starting) {
        return kill("it did not answer within " + format_duration(options_->start_timeout));
    }
    if (closed_) return kill("it closed the descriptors of its worker");
    take_back(now, changes);
    if (stopping_ != 0 && process_.marks().begun() > stopping_) {
        // It has ended a moment ago, and another run goes on.
        kill_at_ = end_of(options_->kill_after, now);
        return;
    }
    kill("");
}

void PoolWorker::read(SteadyTime now, WorkerChanges& changes) {
    if (!killed_because_.empty() || closed_) return;
    const std::size_t answers = changes.answers;
    auto reading = WorkerProcess::Reading::part;
    while (reading == WorkerProcess::Reading::part && killed_because_.empty()) {
        reading = process_.read();
        handle_messages(now, changes);
    }
    if (reading == WorkerProcess::Reading::end) note_close(now);
    if (changes.answers == answers) return;
    changes.took += now - std::exchange(last_turn_, now);
    if (!in_flight_.empty()) return;
    if (sequence_ == most_runs()) retire(now);
    if (stage_ == Stage::retiring) kill_at_ = end_of(options_->kill_after, now);
}

void PoolWorker::handle_messages(SteadyTime now, WorkerChanges& changes) {
    while (killed_because_.empty()) {
        try {
            const auto message = process_.next();
            if (!message) return;
            handle(*message, now, changes);
        } catch (const Error& error) {
            note_rubbish(error.what(), now, changes);
        }
    }
}

// An answer is sent before the next run begins. So the run that waits for its answer is the one
// that wrote what came before it; and once another one has begun, that answer is on its way.
void PoolWorker::note_rubbish(const char* what, SteadyTime now, WorkerChanges& changes) {
    std::string because = std::string("it wrote to the descriptors of its worker: ") + what;
    const std::uint32_t begun = hold_back();
    if (in_flight_.empty() || begun < in_flight_.front().sequence) {
        // A thread that a job has left behind, or the worker itself.
        return kill(std::move(because));
    }
    return_after(begun, 0, changes);
    if (in_flight_.size() == 1) return kill(std::move(because));
    spoiler_ = in_flight_.front().sequence;
    spoilt_because_ = std::move(because);
    retire(now);
}

// Mostly because its process is ending, which is seen next.
void PoolWorker::note_close(SteadyTime now) {
    closed_ = true;
    poll_->remove(process_.messages());
    if (kill_at_ == SteadyTime::max()) kill_at_ = end_of(options_->kill_after, now);
    // No answer would come from what begins from here on.
    hold_back();
}

void PoolWorker::handle(const WorkerMessage& message, SteadyTime now, WorkerChanges& changes) {
    if (std::holds_alternative<WorkerReady>(message)) {
        if (stage_ != Stage::starting) return;
        stage_ = Stage::ready;
        kill_at_ = SteadyTime::max();
    } else if (const auto* answer = std::get_if<RunAnswer>(&message)) {
        handle(*answer, now, changes);
    } else if (const auto* progress = std::get_if<RunProgressed>(&message)) {
        handle(*progress);
    } else {
        throw ProtocolError("a message that no worker sends");
    }
}

void PoolWorker::handle(const RunAnswer& answer, SteadyTime now, WorkerChanges& changes) {
    if (in_flight_.empty() || in_flight_.front().sequence != answer.sequence) {
        throw ProtocolError("an answer for a run that it does not have");
    }
    RunResult result{.outcome = answer.outcome, .reason = std::string(answer.reason)};
    if (spoiler_ == answer.sequence) {
        result = {.outcome = RunState::failed, .reason = spoilt_because_};
    } else {
        read_result(answer.result, result);
    }
    ++changes.answers;
    finish_front(std::move(result), std::string(answer.output), changes);
    if (stopping_ == answer.sequence) {
        stopping_ = 0;
        stopped_ = true;
        kill_at_ = SteadyTime::max();
    }
    if (options_->max_memory > 0 && answer.resident_bytes > options_->max_memory) {
        take_back(now, changes);
        retire(now);
    }
}

// A thread that a job left behind may tell of a run that is over.
void PoolWorker::handle(const RunProgressed& progress) {
    if (in_flight_.empty() || in_flight_.front().sequence != progress.sequence) return;
    in_flight_.front().run.ticket.progress(progress.fraction, std::string(progress.text));
}

void PoolWorker::finish_front(RunResult result, std::string output, WorkerChanges& changes) {
    changes.finished.push_back(
        {std::move(in_flight_.front().run.ticket), std::move(result), std::move(output)});
    in_flight_.pop_front();
}

// Those behind `sequence`.
void PoolWorker::return_after(std::uint32_t sequence, int workers_lost, WorkerChanges& changes) {
    const auto first = std::ranges::upper_bound(in_flight_, sequence, {}, &InFlight::sequence);
    for (auto entry = first; entry != in_flight_.end(); ++entry) {
        entry->run.workers_lost += workers_lost;
        changes.returned.push_back(std::move(entry->run));
    }
    for (auto count = in_flight_.end() - first; count > 0; --count) in_flight_.pop_back();
}

std::uint32_t PoolWorker::hold_back() {
    return process_.marks().take_back(sequence_);
}

void PoolWorker::take_back(SteadyTime now, WorkerChanges& changes) {
    if (in_flight_.empty()) return;
    return_after(hold_back(), 0, changes);
    // No answer is to come that would tell that it has had all its runs.
    if (in_flight_.empty() && sequence_ == most_runs()) retire(now);
}

void PoolWorker::stop_runs(SteadyTime now, WorkerChanges& changes) {
    const auto asked = [](const InFlight& entry) { return entry.run.ticket.stop_requested(); };
    if (std::ranges::none_of(in_flight_, asked)) return;
    // What has not begun is not going to: the pool reports that.
    take_back(now, changes);
    if (in_flight_.empty() || !asked(in_flight_.front()) || stopping_ != 0) return;
    stopping_ = in_flight_.front().sequence;
    process_.ask_to_stop(stopping_);
    kill_at_ = end_of(options_->kill_after, now);
}

void PoolWorker::retire(SteadyTime now) {
    if (!is_active()) return;
    stage_ = Stage::retiring;
    process_.finish();
    if (in_flight_.empty()) kill_at_ = end_of(options_->kill_after, now);
}

void PoolWorker::kill(std::string why) {
    killed_because_ = std::move(why);
    kill_at_ = SteadyTime::max();
    process_.kill();
}

SteadyTime PoolWorker::deadline() const {
    if (in_flight_.size() < 2) return kill_at_;
    return std::min(kill_at_, last_turn_ + patience + std::chrono::microseconds(1));
}

// Its process has ended, and all that it wrote has been read.
void PoolWorker::conclude(WorkerChanges& changes) {
    // What its run has started.
    if (!in_flight_.empty()) process_.kill();
    const std::optional<int> status = process_.reap();
    if (stage_ == Stage::starting) note_start_failure(status);
    stage_ = Stage::gone;
    kill_at_ = SteadyTime::max();
    if (in_flight_.empty()) return;
    // More than one has begun and not answered only where answers went astray.
    const std::uint32_t begun = process_.marks().begun();
    while (!in_flight_.empty() && (in_flight_.front().sequence <= begun ||
                                   in_flight_.front().run.workers_lost == most_workers_lost)) {
        finish_front(result_of_ending(status), {}, changes);
    }
    return_after(0, 1, changes);
}

RunResult PoolWorker::result_of_ending(std::optional<int> status) const {
    const int signal = status && WIFSIGNALED(*status) ? WTERMSIG(*status) : 0;
    if (signal == SIGKILL && killed_because_.empty() && stopping_ == in_flight_.front().sequence) {
        return {.outcome = RunState::cancelled, .reason = "stopped on request (SIGKILL)"};
    }
    if (spoiler_ == in_flight_.front().sequence) {
        return {.outcome = RunState::failed, .reason = spoilt_because_};
    }
    std::string reason = killed_because_.empty() ? describe_ending(status) : killed_because_;
    if (signal == SIGXCPU && options_->cpu_limit != unlimited) {
        reason += ": it used the processor for longer than its cpu_limit of " +
                  format_duration(options_->cpu_limit);
    }
    return {.outcome = RunState::failed, .reason = std::move(reason)};
}

void PoolWorker::note_start_failure(std::optional<int> status) {
    killed_at_start_ = killed_because_.empty() && status && WIFSIGNALED(*status);
    const std::string how = killed_because_.empty() ? describe_ending(status) : killed_because_;
    start_failure_ = "its worker did not start (" + how + ")";
    if (!killed_at_start_) {
        start_failure_ +=
            ": does main call punctual::process_worker(argc, argv) before anything else?";
    }
}

}  // namespace punctual::detail
