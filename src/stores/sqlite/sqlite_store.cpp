#include "stores/sqlite/sqlite_store.hpp"

#include <punctual/stores/sqlite.hpp>

#include <fmt/format.h>
#include <algorithm>

#include "stores/sqlite/opening.hpp"
#include "stores/sqlite/pass.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {

void SqliteStore::open(const StoreContext& context) {
    history_ = context.history;
    now_ = context.now;
    if (context.access == StoreAccess::inspect) {
        reader_ = std::make_shared<SqliteSession>(connect_to_inspect(location_));
        return;
    }
    const bool in_memory = location_.path.empty();
    std::unique_ptr<SchedulerLock> lock;
    if (!in_memory) lock = std::make_unique<SchedulerLock>(location_.path, describe());
    auto writer = std::make_shared<SqliteSession>(connect_to_write(location_));
    reader_ = in_memory ? writer : std::make_shared<SqliteSession>(connect_to_read(location_));
    writer_ = std::move(writer);
    lock_ = std::move(lock);
}

void SqliteStore::close() {
    // The connection that writes goes last, since it leaves a single tidy file behind.
    reader_.reset();
    writer_.reset();
    lock_.reset();
}

SqliteSession& SqliteStore::writer() const {
    if (writer_ != nullptr) return *writer_;
    throw StoreError(fmt::format("{} is {}", describe(),
                                 reader_ == nullptr ? "not open" : "open for looking only"));
}

SqliteSession& SqliteStore::reader() const {
    if (reader_ == nullptr) throw StoreError(fmt::format("{} is not open", describe()));
    return *reader_;
}

std::vector<std::size_t> SqliteStore::add(std::span<const JobRecord> jobs) {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    SqliteWork work(session);
    std::vector<std::size_t> conflicts;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (session.jobs.insert(jobs[i], work.counters.next_generation)) {
            ++work.counters.next_generation;
        } else {
            conflicts.push_back(i);
        }
    }
    if (conflicts.empty()) work.commit();
    return conflicts;
}

void SqliteStore::edit(std::span<const std::string> ids, JobEditor& editor) {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    SqliteWork work(session);
    for (std::size_t i = 0; i < ids.size(); ++i) edit_job(work, ids[i], i, editor);
    work.commit();
}

void SqliteStore::edit_job(SqliteWork& work, const std::string& id, std::size_t index,
                           JobEditor& editor) {
    SqliteJobTable& jobs = work.session.jobs;
    const std::optional<JobRecord> current = jobs.find(id);
    const JobEdit edit = editor.edit(index, current ? &*current : nullptr);
    if (edit.action == JobEdit::Action::put) {
        if (current) {
            jobs.replace(*current, edit.record);
        } else if (jobs.insert(edit.record, work.counters.next_generation)) {
            ++work.counters.next_generation;
        }
    }
    const auto& definition = edit.action == JobEdit::Action::put
                                 ? edit.record.definition
                                 : (current ? current->definition : nullptr);
    if (definition == nullptr) return;
    SqliteHistoryKeeper keeper(work, history_);
    for (const NotRun& range : edit.not_run) keeper.add_not_run(*definition, range, now_);
    if (edit.action == JobEdit::Action::remove && current) remove_job(work, *current);
}

void SqliteStore::remove_job(SqliteWork& work, const JobRecord& job) {
    SqliteHistoryKeeper keeper(work, history_);
    if (job.running > 0) {
        for (const auto& waiting : work.session.runs.take_waiting(job.generation)) {
            keeper.add_cancelled(waiting.run, waiting.job_id, now_);
        }
    }
    work.session.jobs.remove(job.generation);
}

std::size_t SqliteStore::remove_all() {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    SqliteWork work(session);
    SqliteHistoryKeeper keeper(work, history_);
    for (const auto& waiting : session.runs.take_all_waiting()) {
        keeper.add_cancelled(waiting.run, waiting.job_id, now_);
    }
    const std::int64_t count = session.jobs.remove_all();
    work.commit();
    return static_cast<std::size_t>(count);
}

std::optional<JobRecord> SqliteStore::find(std::string_view id) {
    SqliteSession& session = reader();
    const std::lock_guard lock(session.mutex);
    return session.jobs.find(id);
}

JobPage SqliteStore::list(std::string_view after, std::size_t limit) {
    SqliteSession& session = reader();
    const std::lock_guard lock(session.mutex);
    return session.jobs.list(after, limit);
}

void SqliteStore::process(const StoreBatch& batch, StoreResult& result) {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    result.clear();
    now_ = batch.now;
    try {
        SqliteWork work(session);
        SqlitePass(work, history_, result).run(batch);
        work.commit();
    } catch (...) {
        result.clear();
        throw;
    }
}

void SqliteStore::start_unscheduled(std::span<ClaimedRun> runs, Instant now) {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    SqliteWork work(session);
    std::vector<ClaimedRun> started(runs.begin(), runs.end());
    for (ClaimedRun& run : started) {
        const std::optional<JobRecord> job = session.jobs.find(run.job->id);
        if (!job) {
            throw JobLookupError(fmt::format("no job \"{}\" in {}", run.job->id, describe()));
        }
        run.id = run.group = work.counters.next_run++;
        run.generation = job->generation;
        run.attempt = 1;
        run.started = true;
        session.runs.insert(run, now);
        session.jobs.begin_group(run.generation);
    }
    work.commit();
    std::ranges::move(started, runs.begin());
}

Instant SqliteStore::next_due(std::span<const std::string_view> executors) {
    SqliteSession& session = reader();
    const std::lock_guard lock(session.mutex);
    Instant earliest = never;
    for (const std::string_view executor : executors) {
        earliest = std::min(earliest, session.jobs.next_due(executor));
    }
    return earliest;
}

std::vector<ClaimedRun> SqliteStore::unsettled() {
    SqliteSession& session = reader();
    const std::lock_guard lock(session.mutex);
    std::vector<ClaimedRun> runs;
    for (auto& [run, job_id] : session.runs.unsettled()) {
        run.job = session.jobs.find_definition(run.generation);
        if (run.job == nullptr) run.job = make_removed_job(std::move(job_id));
        runs.push_back(std::move(run));
    }
    return runs;
}

void SqliteStore::retry_lost(std::span<const ClaimedRun> runs) {
    SqliteSession& session = writer();
    const std::lock_guard lock(session.mutex);
    SqliteWork work(session);
    for (const ClaimedRun& run : runs) session.runs.retry(run);
    work.commit();
}

std::vector<RunRecord> SqliteStore::runs(const RunQuery& query) {
    SqliteSession& session = reader();
    const std::lock_guard lock(session.mutex);
    return session.history.list(query);
}

namespace {

const bool is_registered = [] {
    register_store_scheme("sqlite", make_sqlite_store);
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_sqlite_store(const std::string& url) {
    return std::make_shared<detail::SqliteStore>(detail::parse_sqlite_url(url));
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_sqlite() {}
