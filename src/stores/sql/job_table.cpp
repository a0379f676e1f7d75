#include "stores/sql/job_table.hpp"

#include <algorithm>
#include <unordered_map>

#include "stores/page_start.hpp"
#include "stores/queued_runs.hpp"
#include "stores/sql/definition_columns.hpp"
#include "stores/sql/queued_column.hpp"

namespace punctual::detail {

namespace {

// Definitions may have a megabyte each, or a hundred bytes: as many are asked for at once as the
// last ones suggest, so that few ways to the server are taken and little is held in two forms.
constexpr std::size_t fewest_definitions = 16;
constexpr std::size_t most_definitions = 4096;
constexpr std::size_t fitting_bytes = 8U << 20;

// Smaller for a higher priority, so that an index in one direction has the order of claiming.
std::int64_t rank_of(const JobRecord& job) {
    return highest_priority - job.definition->settings->priority;
}

}  // namespace

std::size_t SqlJobTable::send_insert(std::span<const JobRecord* const> jobs,
                                     std::span<const std::int64_t> generations) {
    if (jobs.empty()) return 0;
    SqlIntegers generation, version, state, next_run_time, due, last_run_time, rank;
    SqlTexts id(SqlTextKind::bytes);
    SqlTexts executor(SqlTextKind::bytes);
    SqlQueuedColumn queued;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const JobRecord& job = *jobs[i];
        generation.add(generations[i]);
        id.add(job.definition->id);
        version.add(std::int64_t{job.version});
        executor.add(job.definition->settings->executor);
        state.add(static_cast<std::int64_t>(job.state));
        next_run_time.add(job.next_run_time);
        due.add(job.due);
        last_run_time.add(job.last_run_time);
        rank.add(rank_of(job));
        queued.add(job.queued);
    }
    connection_.send(SqlStatement::insert_jobs,
                     {&generation, &id, &version, &executor, &state, &next_run_time, &due,
                      &last_run_time, &rank, &queued.texts()});
    return 1 + send_definitions(jobs, generations);
}

std::size_t SqlJobTable::send_definitions(std::span<const JobRecord* const> jobs,
                                          std::span<const std::int64_t> generations) {
    std::size_t answers = 0;
    SqlDefinitionColumns columns;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        columns.add(generations[i], jobs[i]->version, codec_.encode(*jobs[i]->definition));
        if (!columns.is_full() && i + 1 < jobs.size()) continue;
        connection_.send(SqlStatement::insert_definitions, columns.parameters());
        columns.clear();
        ++answers;
    }
    return answers;
}

void SqlJobTable::replace(std::span<const SqlReplacement> replacements) {
    if (replacements.empty()) return;
    replace_definitions(replacements);
    SqlIntegers generation, version, state, next_run_time, due, last_run_time, rank;
    SqlTexts executor(SqlTextKind::bytes);
    SqlQueuedColumn queued;
    for (const auto& [current, changed] : replacements) {
        const bool redefined = changed->definition != current->definition;
        generation.add(current->generation);
        version.add(std::int64_t{current->version} + (redefined ? 1 : 0));
        executor.add(changed->definition->settings->executor);
        state.add(static_cast<std::int64_t>(changed->state));
        next_run_time.add(changed->next_run_time);
        due.add(changed->due);
        last_run_time.add(changed->last_run_time);
        rank.add(rank_of(*changed));
        queued.add(changed->queued);
    }
    connection_.run(SqlStatement::replace_jobs,
                    {&generation, &version, &executor, &state, &next_run_time, &due, &last_run_time,
                     &rank, &queued.texts()});
}

void SqlJobTable::replace_definitions(std::span<const SqlReplacement> replacements) {
    SqlIntegers generations;
    for (const auto& [current, changed] : replacements) {
        if (changed->definition != current->definition) generations.add(current->generation);
    }
    if (generations.empty()) return;
    // Members of the options that this version does not know stay.
    std::unordered_map<std::int64_t, std::string> options;
    SqlRows rows = connection_.query(SqlStatement::find_definitions, {&generations});
    while (rows.next()) options.emplace(rows.integer(0), rows.text(6));

    SqlDefinitionColumns columns;
    const auto flush = [&] {
        connection_.run(SqlStatement::replace_definitions, columns.parameters());
        columns.clear();
    };
    for (const auto& [current, changed] : replacements) {
        if (changed->definition == current->definition) continue;
        columns.add(current->generation, current->version + 1,
                    codec_.encode(*changed->definition, options[current->generation]));
        if (columns.is_full()) flush();
    }
    if (!columns.empty()) flush();
}

void SqlJobTable::remove(const SqlIntegers& generations) {
    if (generations.empty()) return;
    connection_.send(SqlStatement::remove_jobs, {&generations});
    connection_.send(SqlStatement::remove_definitions, {&generations});
    static_cast<void>(connection_.receive());
    static_cast<void>(connection_.receive());
}

std::int64_t SqlJobTable::remove_all() {
    connection_.send(SqlStatement::remove_all_jobs, {});
    connection_.send(SqlStatement::remove_all_definitions, {});
    const std::int64_t count = connection_.receive().changes();
    static_cast<void>(connection_.receive());
    return count;
}

std::vector<SqlJob> SqlJobTable::find(const SqlTexts& ids, bool lock) {
    connection_.send(lock ? SqlStatement::lock_jobs : SqlStatement::find_jobs, {&ids});
    std::vector<SqlJob> jobs = receive_jobs();
    fill_in_definitions(jobs);
    return jobs;
}

std::vector<std::string> SqlJobTable::find_ids(const SqlTexts& ids) {
    SqlRows rows = connection_.query(SqlStatement::find_jobs, {&ids});
    std::vector<std::string> found;
    while (rows.next()) found.emplace_back(rows.text(7));
    return found;
}

std::vector<SqlJob> SqlJobTable::find(const SqlIntegers& generations) {
    if (generations.empty()) return {};
    connection_.send(SqlStatement::find_generations, {&generations});
    std::vector<SqlJob> jobs = receive_jobs();
    fill_in_definitions(jobs);
    return jobs;
}

JobPage SqlJobTable::list(std::string_view after, std::size_t limit) {
    const PageStart start = parse_page_start(after);
    const std::int64_t time = start.next_run_time.time_since_epoch().count();
    connection_.send(SqlStatement::list_jobs, {time, start.generation, rows_of_page(limit)});
    std::vector<SqlJob> jobs = receive_jobs();
    const bool has_more = jobs.size() > limit;
    if (has_more) jobs.resize(limit);
    fill_in_definitions(jobs);
    JobPage page;
    page.jobs.reserve(jobs.size());
    for (SqlJob& job : jobs) page.jobs.push_back(std::move(job.record));
    if (has_more && limit > 0) page.next = format_page_start(page.jobs.back());
    return page;
}

void SqlJobTable::send_claim(const ClaimRequest& request, Instant now) {
    connection_.send(SqlStatement::claim_jobs, {request.executor, now.time_since_epoch().count(),
                                                static_cast<std::int64_t>(request.limit)});
}

std::vector<SqlJob> SqlJobTable::receive_jobs() {
    SqlRows rows = connection_.receive();
    std::vector<SqlJob> jobs;
    jobs.reserve(rows.size());
    while (rows.next()) jobs.push_back(read_job(rows));
    return jobs;
}

SqlJob SqlJobTable::read_job(const SqlRows& rows) {
    SqlJob job;
    job.record.generation = rows.integer(0);
    job.record.version = static_cast<std::int32_t>(rows.integer(1));
    job.record.next_run_time = rows.instant(2);
    job.record.due = rows.instant(3);
    job.record.last_run_time = rows.instant(4);
    job.record.running = static_cast<std::int32_t>(rows.integer(5));
    job.record.state = static_cast<JobState>(rows.integer(6));
    job.history_size = rows.integer(8);
    if (const std::string_view queued = rows.text(9); !queued.empty()) {
        job.record.queued = decode_queued(queued);
    }
    const auto* known = definitions_.find(Key{job.record.generation, job.record.version});
    if (known != nullptr) {
        job.record.definition = *known;
    } else {
        job.id = rows.text(7);
    }
    return job;
}

void SqlJobTable::fill_in_definitions(std::span<SqlJob> jobs) {
    std::vector<SqlJob*> unknown;
    for (SqlJob& job : jobs) {
        if (job.record.definition == nullptr) unknown.push_back(&job);
    }
    std::span<SqlJob*> left = unknown;
    while (!left.empty()) {
        const std::size_t count = std::min(left.size(), definitions_at_a_time_);
        read_definitions(left.first(count));
        left = left.subspan(count);
    }
}

void SqlJobTable::read_definitions(std::span<SqlJob*> jobs) {
    const auto generation_of = [](const SqlJob* job) { return job->record.generation; };
    std::ranges::sort(jobs, {}, generation_of);
    SqlIntegers generations;
    for (const SqlJob* job : jobs) generations.add(job->record.generation);
    SqlRows rows = connection_.query(SqlStatement::find_definitions, {&generations});
    std::size_t bytes = 0;
    while (rows.next()) {
        const StoredDefinitionView stored = {.task = rows.text(3),
                                             .arguments = rows.text(4),
                                             .trigger = rows.text(5),
                                             .options = rows.text(6),
                                             .added_at = rows.instant(2)};
        bytes += stored.arguments.size() + stored.trigger.size() + stored.options.size();
        SqlJob& job = **std::ranges::lower_bound(jobs, rows.integer(0), {}, generation_of);
        if (job.record.definition != nullptr) continue;
        job.record.definition = codec_.decode(std::move(job.id), stored);
        // It may be newer than the job, when both were read outside of a transaction.
        if (rows.is_null(1) || rows.integer(1) == job.record.version) {
            definitions_.keep({job.record.generation, job.record.version}, job.record.definition);
        }
    }
    const std::size_t fitting = fitting_bytes / (bytes / jobs.size() + 1);
    definitions_at_a_time_ = std::clamp(fitting, fewest_definitions, most_definitions);
    const SqlJob* before = nullptr;
    for (SqlJob* job : jobs) {
        auto& definition = job->record.definition;
        if (before != nullptr && before->record.generation == job->record.generation) {
            definition = before->record.definition;
        }
        // A row that is missing reads as one of empty texts: a definition at fault.
        if (definition == nullptr) definition = codec_.decode(std::move(job->id), {});
        before = job;
    }
}

Instant SqlJobTable::next_due(std::span<const std::string_view> executors) {
    if (executors.empty()) return never;
    SqlTexts names(SqlTextKind::bytes);
    for (const std::string_view executor : executors) names.add(executor);
    SqlRows rows = connection_.query(SqlStatement::next_due, {&names});
    Instant earliest = never;
    while (rows.next()) earliest = std::min(earliest, rows.optional_instant(0).value_or(never));
    return earliest;
}

std::vector<std::shared_ptr<const JobDefinition>> SqlJobTable::finish_removal(
    std::vector<SqlJob>& done) {
    if (done.empty()) return {};
    fill_in_definitions(done);
    std::ranges::sort(done, {}, [](const SqlJob& job) { return job.record.generation; });
    std::vector<std::shared_ptr<const JobDefinition>> definitions;
    SqlIntegers generations;
    for (SqlJob& job : done) {
        generations.add(job.record.generation);
        definitions.push_back(std::move(job.record.definition));
    }
    connection_.send(SqlStatement::remove_definitions, {&generations});
    return definitions;
}

}  // namespace punctual::detail
