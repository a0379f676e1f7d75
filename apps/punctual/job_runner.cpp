#include "job_runner.hpp"

#include <punctual/clock.hpp>
#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

#include "signals.hpp"
#include "time_text.hpp"

namespace punctual::program {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t next_runs_shown = 3;

SchedulerOptions scheduler_options(const JobFile& file, const std::string& url) {
    return {.stores = {{"default", store(url)}},
            .executors = {{"default", command_executor(file.max_commands)}},
            .timezone = file.timezone,
            .history = file.history};
}

std::size_t longest_id(const JobFile& file) {
    std::size_t longest = 0;
    for (const JobRequest& job : file.jobs) longest = std::max(longest, job.options.id.size());
    return longest;
}

std::string counted(std::size_t count, const char* noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// " (2 new, 1 removed)"; empty if nothing changed.
std::string describe(const FileChanges& changes) {
    std::vector<std::string> parts;
    const auto add = [&](std::size_t count, const char* what) {
        if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
    };
    add(changes.added, "new");
    add(changes.changed, "changed");
    add(changes.removed, "removed");
    add(changes.over, "over");
    return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

/// What a running scheduler cannot take up.
bool needs_a_restart(const JobFile& before, const JobFile& after) {
    return before.store != after.store || before.max_commands != after.max_commands ||
           before.history.runs_per_job != after.history.runs_per_job ||
           before.history.runs != after.history.runs || before.history.age != after.history.age;
}

}  // namespace

JobRunner::JobRunner(JobFile file, const std::string& store_url, LogForm form)
    : file_(std::move(file)),
      store_name_(StoreSpec(store_url).make()->describe()),
      log_(form, file_.timezone, stdout),
      scheduler_(scheduler_options(file_, store_url)) {}

// Nothing runs before the jobs are those of the file.
void JobRunner::run(std::optional<Duration> length) {
    log_.set_job_width(longest_id(file_));
    log_.listen_to(scheduler_);
    scheduler_.start({.paused = true});
    greet(take_up_jobs(scheduler_, file_, system_clock()->now()));
    scheduler_.resume();
    wait_for_the_end(length);
    finish();
}

void JobRunner::greet(const FileChanges& changes) {
    log_.say(fmt::format("{} in {}{}, kept in {}", counted(file_.jobs.size(), "job"), file_.path,
                         describe(changes), store_name_));
    std::size_t shown = 0;
    for (const Job& job : scheduler_.get_jobs()) {
        if (!job.next_run_time() || shown++ == next_runs_shown) break;
        log_.say(fmt::format("  next: {}  {}",
                             format_for_people(*job.next_run_time(), file_.timezone), job.id()));
    }
}

void JobRunner::wait_for_the_end(std::optional<Duration> length) {
    const auto begun = SteadyClock::now();
    for (;;) {
        Duration left = unlimited;
        if (length) left = *length - (SteadyClock::now() - begun);
        if (left <= Duration()) return;
        const auto signal = wait_for_signal(left);
        if (!signal) continue;
        if (*signal != SIGHUP) return;
        reload();
    }
}

// A file with mistakes changes nothing: what runs goes on.
void JobRunner::reload() {
    try {
        JobFile changed = read_job_file(file_.path, system_clock()->now());
        for (const Mistake& mistake : changed.mistakes) log_.warn(format_mistake(changed, mistake));
        if (changed.mistakes.empty()) {
            take_up(std::move(changed));
        } else {
            log_.warn(fmt::format("{} has {}: the jobs stay as they were", file_.path,
                                  counted(changed.mistakes.size(), "mistake")));
        }
    } catch (const Error& error) {
        log_.warn(fmt::format("{} was not taken up: {}", file_.path, error.what()));
    }
}

void JobRunner::take_up(JobFile changed) {
    log_.set_job_width(longest_id(changed));
    const FileChanges changes = take_up_jobs(scheduler_, changed, system_clock()->now());
    log_.say(fmt::format("read {} again: {}{}", file_.path, counted(changed.jobs.size(), "job"),
                         describe(changes)));
    if (needs_a_restart(file_, changed)) {
        log_.warn("store, max_commands and history change with the next start only");
    }
    file_ = std::move(changed);
}

void JobRunner::finish() {
    if (const int running = count_running(); running > 0) {
        log_.say(fmt::format("waiting for {} to finish; Ctrl-C or SIGTERM stops {}",
                             counted(static_cast<std::size_t>(running), "run"),
                             running == 1 ? "it" : "them"));
    }
    std::atomic<bool> ended = false;
    std::jthread ending([&] {
        scheduler_.shutdown();
        ended = true;
        interrupt_wait();
    });
    bool told = false;
    while (!ended) {
        const auto signal = wait_for_signal(unlimited);
        if (!signal || *signal == SIGHUP) continue;
        if (!std::exchange(told, true)) log_.say("stopping what runs");
        scheduler_.shutdown({.wait = false});
    }
    ending.join();
    log_.say("ended");
}

int JobRunner::count_running() {
    int running = 0;
    for (const Job& job : scheduler_.get_jobs()) running += job.running();
    return running;
}

}  // namespace punctual::program
