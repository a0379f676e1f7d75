#include "copy_command.hpp"

#include <punctual/clock.hpp>
#include <punctual/config.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "command_help.hpp"
#include "store_view.hpp"
#include "table.hpp"

namespace punctual::program {

namespace {

std::shared_ptr<JobStore> make_durable(const std::string& url) {
    auto store = StoreSpec(url).make();
    if (!store->durable()) {
        throw ConfigurationError(store->describe() +
                                 ": jobs in memory are seen by their own process only");
    }
    return store;
}

void open_alone(JobStore& store, Instant now) {
    store.open({.access = StoreAccess::schedule, .history = {}, .now = now});
}

// First to look, which fails where there is nothing: a source is never created. Then as a scheduler
// does, so that none uses it while its jobs are copied.
std::shared_ptr<JobStore> open_source(const std::string& url, Instant now) {
    auto store = make_durable(url);
    store->open({.access = StoreAccess::inspect, .history = {}, .now = now});
    store->close();
    open_alone(*store, now);
    return store;
}

/// A line that is written over as the number grows.
class Progress final : public TransferListener {
public:
    explicit Progress(std::ostream& out) : out_(out) {}
    ~Progress() override {
        if (shown_) out_ << '\r' << std::flush;
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void written(const Transferred& so_far) override {
        out_ << '\r' << so_far.added + so_far.replaced + so_far.kept << " jobs" << std::flush;
        shown_ = true;
    }

private:
    std::ostream& out_;
    bool shown_ = false;
};

// They stay in FROM, which nobody is to forget: a scheduler that opens it runs them, or reports
// them as lost.
void tell_of_runs_left_behind(JobStore& from, std::ostream& errors) {
    std::map<std::string, std::vector<ClaimedRun>> by_job;
    for (ClaimedRun& run : from.unsettled()) by_job[run.job->id].push_back(std::move(run));
    for (const auto& [id, runs] : by_job) {
        std::vector<std::string> texts;
        for (const ClaimedRun& run : runs) {
            texts.push_back(fmt::format("{} of {}{}", run.id, format_instant(run.scheduled),
                                        run.started ? "" : " (not started)"));
        }
        errors << one_line(fmt::format(
                      "punctual copy: the job \"{}\" leaves {} without an outcome behind in {}: {}",
                      id, runs.size() == 1 ? "1 run" : fmt::format("{} runs", runs.size()),
                      from.describe(), fmt::join(texts, ", ")))
               << '\n';
    }
}

void copy(const CopyOptions& options, Instant now, std::ostream& out, std::ostream& errors) {
    const auto to = make_durable(options.to);
    if (make_durable(options.from)->describe() == to->describe()) {
        throw ConfigurationError(to->describe() + " cannot be copied to itself");
    }
    const auto from = open_source(options.from, now);
    open_alone(*to, now);
    Transferred count;
    {
        Progress progress(errors);
        count = copy_jobs(*from, *to, options.existing, options.progress ? &progress : nullptr);
    }
    out << fmt::format("copied from {} to {}: {} added, {} replaced, {} kept\n", from->describe(),
                       to->describe(), count.added, count.replaced, count.kept);
    tell_of_runs_left_behind(*from, errors);
    from->close();
    to->close();
}

}  // namespace

int run_copy(const CopyOptions& options, Instant now, std::ostream& out, std::ostream& errors) {
    return report_errors("copy", errors, [&] { copy(options, now, out, errors); });
}

void add_copy_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("copy", "Copy the jobs of a store to another");
    const auto options = std::make_shared<CopyOptions>();
    command->add_option("FROM", options->from, "A store's URL")->required();
    command->add_option("TO", options->to, "Another's; it is made if it is missing")->required();
    const std::map<std::string, ExistingJobs> choices = {{"refuse", ExistingJobs::refuse},
                                                         {"keep", ExistingJobs::keep},
                                                         {"replace", ExistingJobs::replace}};
    command
        ->add_option("--existing", options->existing,
                     "What becomes of a job whose id is in TO: refuse (the copy ends), keep, "
                     "or replace")
        ->transform(CLI::CheckedTransformer(choices))
        ->option_text("refuse|keep|replace [refuse]");
    command->footer(
        "Jobs go over with their triggers, options, states and next run times; what has run stays\n"
        "where it is. So do runs without an outcome, those of a scheduler that was killed: each "
        "job\n"
        "that has some is told. Run a scheduler on FROM for a moment first to have none. Neither "
        "store may be in use by a scheduler.\n\n"
        "Example:\n"
        "  punctual copy sqlite:///jobs.sqlite sqlite:////var/lib/shop/jobs.sqlite\n\n" +
        exit_codes_help("a malformed URL"));
    command->callback([options, &exit_code] {
        options->progress = isatty(STDERR_FILENO) == 1;
        exit_code = run_copy(*options, system_clock()->now(), std::cout, std::cerr);
    });
}

}  // namespace punctual::program
