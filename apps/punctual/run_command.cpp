#include "run_command.hpp"

#include <punctual/clock.hpp>
#include <punctual/errors.hpp>
#include <punctual/schedulers/background.hpp>

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "command_help.hpp"
#include "job_file.hpp"
#include "run_log.hpp"
#include "signals.hpp"
#include "time_text.hpp"

namespace punctual::program {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct RunOptions {
    std::string file;
    std::string store;
    std::string log = "text";
    std::string length;
};

// How often the end is looked for while running jobs finish.
constexpr Duration finish_poll = 50ms;

void print_mistakes(const JobFile& file) {
    for (const Mistake& mistake : file.mistakes) std::cerr << format_mistake(file, mistake) << '\n';
}

// On the command line, in the file, or an SQLite file beside the file.
std::string store_url(const RunOptions& options, const JobFile& file) {
    if (!options.store.empty()) return options.store;
    if (!file.store.empty()) return file.store;
    return sqlite(std::filesystem::path(file.path).replace_extension(".sqlite").string()).url();
}

SchedulerOptions scheduler_options(const JobFile& file, const std::string& url) {
    return {.stores = {{"default", store(url)}},
            .executors = {{"default", command_executor(file.max_commands)}},
            .timezone = file.timezone,
            .history = file.history};
}

class Runner {
public:
    Runner(JobFile file, std::string url, LogForm form)
        : file_(std::move(file)),
          url_(std::move(url)),
          log_(form, file_.timezone, stdout),
          scheduler_(scheduler_options(file_, url_)) {}

    void run(std::optional<Duration> length) {
        log_.listen_to(scheduler_);
        scheduler_.start({.paused = true});
        take_up_jobs();
        greet();
        scheduler_.resume();
        wait_for_the_end(length);
        finish();
    }

private:
    // The store's jobs become those of the file. Unchanged ones keep their next run time.
    void take_up_jobs() {
        std::set<std::string, std::less<>> ids;
        std::size_t width = 0;
        for (const JobRequest& job : file_.jobs) {
            ids.insert(job.options.id);
            width = std::max(width, job.options.id.size());
        }
        log_.set_job_width(width);
        for (Job& job : scheduler_.get_jobs()) {
            if (!ids.contains(job.id())) job.remove();
        }
        const std::vector<Job> jobs = scheduler_.add_jobs(file_.jobs);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const bool paused_before = jobs[i].state() == JobState::paused;
            if (paused_before && !file_.jobs[i].options.paused) Job(jobs[i]).resume();
        }
    }

    void greet() {
        log_.say(fmt::format("{} jobs from {}, kept in {}; Ctrl-C ends", file_.jobs.size(),
                             file_.path, url_));
        const auto jobs = scheduler_.get_jobs();
        if (!jobs.empty() && jobs.front().next_run_time()) {
            log_.say(fmt::format("next: {} at {}", jobs.front().id(),
                                 format_for_people(*jobs.front().next_run_time(), file_.timezone)));
        }
    }

    void wait_for_the_end(std::optional<Duration> length) {
        const auto begun = SteadyClock::now();
        for (;;) {
            Duration left = std::chrono::hours(24);
            if (length) {
                left = *length - (SteadyClock::now() - begun);
                if (left.count() <= 0) return;
            }
            const auto signal = wait_for_signal(left);
            if (!signal) continue;
            if (*signal != SIGHUP) return;
            reload();
        }
    }

    // A file with mistakes changes nothing: what runs goes on.
    void reload() {
        try {
            JobFile changed = read_job_file(file_.path, system_clock()->now());
            if (!changed.mistakes.empty()) {
                for (const Mistake& mistake : changed.mistakes)
                    log_.say(format_mistake(changed, mistake));
                log_.say(
                    fmt::format("{} was not taken up: the jobs stay as they were", file_.path));
                return;
            }
            file_.jobs = std::move(changed.jobs);
            take_up_jobs();
            log_.say(fmt::format("read {} again: {} jobs", file_.path, file_.jobs.size()));
        } catch (const Error& error) {
            log_.say(fmt::format("{} was not taken up: {}", file_.path, error.what()));
        }
    }

    void finish() {
        std::atomic<bool> done = false;
        std::thread ending([&] {
            scheduler_.shutdown();
            done = true;
        });
        bool told = false;
        int signals = 0;
        const auto begun = SteadyClock::now();
        while (!done) {
            const auto signal = wait_for_signal(finish_poll);
            if (!told && !done && SteadyClock::now() - begun > 2 * finish_poll) {
                log_.say("waiting for running jobs; once more stops them");
                told = true;
            }
            if (!signal || *signal == SIGHUP) continue;
            if (++signals == 1) log_.say("stopping running jobs");
            scheduler_.shutdown({.wait = false});
        }
        ending.join();
        log_.say("ended");
    }

    JobFile file_;
    std::string url_;
    RunLog log_;
    BackgroundScheduler scheduler_;
};

int run_file(const RunOptions& options) {
    try {
        JobFile file = read_job_file(options.file, system_clock()->now());
        if (!file.mistakes.empty()) {
            print_mistakes(file);
            return 2;
        }
        const std::string url = store_url(options, file);
        std::optional<Duration> length;
        if (!options.length.empty()) length = parse_duration(options.length);
        block_signals();
        Runner runner(std::move(file), url, options.log == "json" ? LogForm::json : LogForm::text);
        runner.run(length);
        return 0;
    } catch (const ValueError& error) {
        std::cerr << "punctual run: " << error.what() << '\n';
        return 2;
    } catch (const Error& error) {
        std::cerr << "punctual run: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("run", "Run the jobs of a file until told to stop");
    const auto options = std::make_shared<RunOptions>();
    command->add_option("file", options->file, "A file of jobs: jobs.toml")->required();
    command->add_option(
        "--store", options->store,
        "Where jobs and runs are kept: sqlite:///jobs.sqlite; default: beside the file");
    command->add_option("--log", options->log, "A line for each run as text, or as JSON")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_option("--for", options->length, "End by itself after so long: 10s, 5min");
    command->footer(
        "SIGINT (Ctrl-C) and SIGTERM let running jobs finish, a second one stops them; SIGHUP "
        "reads\n"
        "the file again. Jobs that left the file are removed, changed ones updated, and unchanged "
        "ones\n"
        "go on where they were.\n\n"
        "Examples:\n  punctual run jobs.toml\n  punctual run jobs.toml --store "
        "sqlite:////var/lib/jobs.sqlite "
        "--log json\n\n" +
        exit_codes_help("a mistake in the file"));
    command->callback([options, &exit_code] { exit_code = run_file(*options); });
}

}  // namespace punctual::program
