#include "job_file.hpp"

#include <punctual/config.hpp>
#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <limits>
#include <set>
#include <utility>

#include "config/toml_document.hpp"
#include "job_options.hpp"
#include "job_table.hpp"
#include "table_reader.hpp"

namespace punctual::program {

namespace {

constexpr std::int64_t most_commands = 10'000;

History read_history(TableReader table) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    History history;
    if (const auto runs = table.whole("runs_per_job", 0, most)) history.runs_per_job = *runs;
    if (const auto runs = table.whole("runs", 0, most)) history.runs = *runs;
    if (const auto age = table.duration("age", 1us)) history.age = *age;
    table.finish();
    return history;
}

// Whether this program has such a store is known before a scheduler starts.
void read_store(TableReader& file, JobFile& result) {
    const auto url = file.text("store");
    if (!url) return;
    try {
        static_cast<void>(StoreSpec(*url).make());
        result.store = *url;
    } catch (const ConfigurationError& error) {
        file.note("store", error.what());
    }
}

JobDefaults read_defaults(TableReader table) {
    JobDefaults defaults;
    read_run_options(table, Retry(), defaults);
    table.finish();
    return defaults;
}

void read_jobs(TableReader& file, JobFile& result, const JobDefaults& defaults, Instant now) {
    TableReader jobs = file.table("jobs");
    if (jobs.members().empty()) {
        jobs.mistakes().add(
            "jobs", ": the file has no jobs; a job begins with a line such as [jobs.backup]");
    }
    const FileDefaults common{defaults, result.timezone, now};
    for (const auto& [id, table] : jobs.members()) {
        TableReader job(table, jobs.path_of(id), jobs.mistakes());
        if (auto request = read_job(id, job, common)) result.jobs.push_back(std::move(*request));
    }
}

const char* key_of(ThenOn on) {
    switch (on) {
        case ThenOn::success:
            return "then";
        case ThenOn::failure:
            return "then_on_failure";
        case ThenOn::always:
            break;
    }
    return "then_always";
}

/// Whether `wanted` starts, in the end, after `from` has run.
bool leads_to(const JobFile& file, const std::string& from, const std::string& wanted,
              std::set<std::string>& seen) {
    if (!seen.insert(from).second) return false;
    for (const JobRequest& job : file.jobs) {
        if (job.options.id != from) continue;
        for (const FollowUp& next : job.options.then) {
            if (next.job_id == wanted || leads_to(file, next.job_id, wanted, seen)) return true;
        }
    }
    return false;
}

void check_chains(TableReader jobs, const JobFile& file) {
    for (const JobRequest& job : file.jobs) {
        const std::string& id = job.options.id;
        for (const FollowUp& next : job.options.then) {
            std::set<std::string> seen;
            TableReader table(*jobs.find(id), jobs.path_of(id), jobs.mistakes());
            if (jobs.find(next.job_id) == nullptr) {
                table.note(key_of(next.on),
                           fmt::format("there is no job {}", Value(next.job_id).to_json()));
            } else if (next.job_id == id || leads_to(file, next.job_id, id, seen)) {
                table.note(key_of(next.on), fmt::format("{} starts this job in turn: a circle",
                                                        Value(next.job_id).to_json()));
            }
        }
    }
}

}  // namespace

JobFile parse_job_file(std::string_view text, const std::string& path, Instant now) {
    const detail::TomlDocument document = detail::parse_toml(text, path);
    Mistakes mistakes(document);
    JobFile result;
    result.path = path;
    TableReader file(document.settings, "", mistakes);
    if (const auto zone = file.timezone("timezone")) result.timezone = *zone;
    read_store(file, result);
    if (const auto most = file.whole("max_commands", 1, most_commands)) {
        result.max_commands = static_cast<int>(*most);
    }
    result.history = read_history(file.table("history"));
    const JobDefaults defaults = read_defaults(file.table("job_defaults"));
    read_jobs(file, result, defaults, now);
    check_chains(file.table("jobs"), result);
    file.finish();
    result.mistakes = std::move(mistakes).take();
    return result;
}

JobFile read_job_file(const std::string& path, Instant now) {
    return parse_job_file(detail::read_text_file(path), path, now);
}

std::string format_mistake(const JobFile& file, const Mistake& mistake) {
    return fmt::format("{}:{}: {}", file.path, mistake.line, mistake.message);
}

}  // namespace punctual::program
