#include "stores/sql/sql_store.hpp"

#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

#include "stores/run_codec.hpp"
#include "stores/sql/editing.hpp"
#include "stores/sql/pass.hpp"

namespace punctual::detail {

namespace {

// A transaction that others keep undoing is given up then.
constexpr int attempts = 5;

}  // namespace

void SqlStore::open(const StoreContext& context) {
    history_ = context.history;
    now_ = context.now;
    use_ = context.access == StoreAccess::inspect ? Use::inspect : Use::schedule;
    try {
        // What is wrong is told now.
        if (use_ == Use::schedule) {
            const std::lock_guard lock(writing_.mutex);
            static_cast<void>(writer());
        }
        const std::lock_guard lock(lookups().mutex);
        static_cast<void>(reader());
    } catch (...) {
        close();
        throw;
    }
}

void SqlStore::close() {
    use_ = Use::closed;
    {
        const std::lock_guard lock(reading_.mutex);
        reading_.session.reset();
    }
    // The connection that writes goes last: it may have something to tidy up.
    const std::lock_guard lock(writing_.mutex);
    writing_.session.reset();
}

SqlStore::Channel& SqlStore::lookups() {
    return backend_->reads_beside_scheduler() ? reading_ : writing_;
}

void SqlStore::require_schedule() const {
    if (use_ == Use::schedule) return;
    throw StoreError(fmt::format("{} is {}", describe(),
                                 use_ == Use::closed ? "not open" : "open for looking only"));
}

SqlSession& SqlStore::writer() {
    require_schedule();
    std::unique_ptr<SqlSession>& session = writing_.session;
    if (session == nullptr || !session->connection->is_usable()) {
        // Before another is made: what it holds on the server would be in the way.
        session.reset();
        const std::lock_guard lock(backend_mutex_);
        auto made = std::make_unique<SqlSession>(backend_->connect_to_schedule());
        SqlRows rows = made->connection->query(SqlStatement::history_size, {});
        if (rows.next()) made->history_size = rows.integer(0);
        session = std::move(made);
    }
    return *session;
}

SqlSession& SqlStore::reader() {
    if (use_ == Use::closed) throw StoreError(fmt::format("{} is not open", describe()));
    if (use_ == Use::schedule && &lookups() == &writing_) return writer();
    std::unique_ptr<SqlSession>& session = reading_.session;
    if (session == nullptr || !session->connection->is_usable()) {
        session.reset();
        const std::lock_guard lock(backend_mutex_);
        session = std::make_unique<SqlSession>(use_ == Use::inspect ? backend_->connect_to_inspect()
                                                                    : backend_->connect_to_read());
    }
    return *session;
}

template <class Action>
auto SqlStore::transact(Action action) {
    const std::lock_guard lock(writing_.mutex);
    return transact_on(writer(), action);
}

template <class Action>
auto SqlStore::transact_on(SqlSession& session, Action action) {
    for (int attempt = 1;; ++attempt) {
        try {
            SqlWork work(session, history_);
            return action(work);
        } catch (const SqlConflictError&) {
            if (attempt == attempts) throw;
        }
    }
}

template <class Action>
auto SqlStore::look(Action action) {
    Channel& channel = lookups();
    const std::lock_guard lock(channel.mutex);
    const bool is_new = channel.session == nullptr;
    SqlSession& session = reader();
    try {
        return action(session);
    } catch (const StoreUnavailableError&) {
        if (is_new || session.connection->is_usable()) throw;
    }
    return action(reader());
}

std::vector<std::size_t> SqlStore::add(std::span<const JobRecord> jobs) {
    for (int attempt = 1;; ++attempt) {
        try {
            insert(jobs);
            return {};
        } catch (const SqlDuplicateError& error) {
            std::vector<std::size_t> conflicts = find_conflicts(jobs);
            if (!conflicts.empty()) return conflicts;
            // It was removed since.
            if (attempt == attempts) throw StoreUnavailableError(error.what());
        }
    }
}

// Ids are mostly new: the server looks whether they are as it adds them, and all of it takes a
// single way to the server and back.
void SqlStore::insert(std::span<const JobRecord> jobs) {
    transact([&](SqlWork& work) {
        SqlIdBlocks& ids = work.session.generations;
        ids.prepare(jobs.size());
        std::vector<const JobRecord*> records;
        std::vector<std::int64_t> generations;
        for (const JobRecord& job : jobs) {
            records.push_back(&job);
            generations.push_back(ids.take());
        }
        static_cast<void>(work.session.jobs.send_insert(records, generations));
        work.commit();
    });
}

std::vector<std::size_t> SqlStore::find_conflicts(std::span<const JobRecord> jobs) {
    return look([&](SqlSession& session) {
        SqlTexts ids(SqlTextKind::bytes);
        for (const JobRecord& job : jobs) ids.add(job.definition->id);
        std::unordered_set<std::string> known;
        for (std::string& id : session.jobs.find_ids(ids)) known.insert(std::move(id));
        std::vector<std::size_t> conflicts;
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            if (!known.insert(jobs[i].definition->id).second) conflicts.push_back(i);
        }
        return conflicts;
    });
}

void SqlStore::edit(std::span<const std::string> ids, JobEditor& editor) {
    transact([&](SqlWork& work) { write_edits(work, ids, editor); });
}

// With a session of its own: nothing that is read in a transaction that may be undone is kept. The
// limit of the whole history is left to the next pass.
void SqlStore::edit_within(const Transaction& transaction, std::span<const std::string> ids,
                           JobEditor& editor) {
    require_schedule();
    std::unique_ptr<SqlConnection> connection;
    {
        const std::lock_guard lock(backend_mutex_);
        connection = backend_->join(transaction);
    }
    if (connection == nullptr) return JobStore::edit_within(transaction, ids, editor);
    SqlSession session(std::move(connection));
    transact_on(session, [&](SqlWork& work) { write_edits(work, ids, editor); });
}

void SqlStore::write_edits(SqlWork& work, std::span<const std::string> ids, JobEditor& editor) {
    SqlEditing(work, editor, now_).edit(ids);
    work.write_history(now_);
    work.commit();
}

std::size_t SqlStore::remove_all() {
    return transact([&](SqlWork& work) {
        for (const auto& waiting : work.session.runs.take_all_waiting()) {
            if (!work.keeper.keeps()) break;
            work.keeper.add(record_of_cancelled(waiting.run, waiting.job_id, now_));
        }
        const std::int64_t count = work.session.jobs.remove_all();
        work.write_history(now_);
        work.commit();
        return static_cast<std::size_t>(count);
    });
}

std::optional<JobRecord> SqlStore::find(std::string_view id) {
    return look([&](SqlSession& session) -> std::optional<JobRecord> {
        SqlTexts ids(SqlTextKind::bytes);
        ids.add(id);
        std::vector<SqlJob> jobs = session.jobs.find(ids, false);
        if (jobs.empty()) return std::nullopt;
        return std::move(jobs.front().record);
    });
}

JobPage SqlStore::list(std::string_view after, std::size_t limit) {
    return look([&](SqlSession& session) { return session.jobs.list(after, limit); });
}

void SqlStore::process(const StoreBatch& batch, StoreResult& result) {
    now_ = batch.now;
    try {
        transact([&](SqlWork& work) {
            result.clear();
            SqlPass(work, result).run(batch);
            work.commit();
        });
    } catch (...) {
        result.clear();
        throw;
    }
}

void SqlStore::start_unscheduled(std::span<ClaimedRun> runs, Instant now) {
    std::vector<ClaimedRun> started;
    transact([&](SqlWork& work) {
        started.assign(runs.begin(), runs.end());
        SqlSession& session = work.session;
        SqlTexts ids(SqlTextKind::bytes);
        for (const ClaimedRun& run : started) ids.add(run.job->id);
        std::unordered_map<std::string, std::int64_t> generations;
        for (const SqlJob& job : session.jobs.find(ids, true)) {
            generations.emplace(job.record.definition->id, job.record.generation);
        }
        SqlJobProgress progress(*session.connection);
        for (ClaimedRun& run : started) {
            const auto found = generations.find(run.job->id);
            if (found == generations.end()) {
                throw JobLookupError(fmt::format("no job \"{}\" in {}", run.job->id, describe()));
            }
            run.id = run.group = session.run_ids.take();
            run.generation = found->second;
            run.attempt = 1;
            run.started = true;
            progress.begin_group(run.generation);
        }
        static_cast<void>(session.runs.send_insert(started, now));
        static_cast<void>(progress.send_settled());
        work.commit();
    });
    std::ranges::move(started, runs.begin());
}

Instant SqlStore::next_due(std::span<const std::string_view> executors) {
    return look([&](SqlSession& session) { return session.jobs.next_due(executors); });
}

std::vector<ClaimedRun> SqlStore::unsettled() {
    if (use_ == Use::schedule) {
        // After a lost answer this tells what has become of a step. The step is over for certain
        // once the connection that it came by has been replaced.
        const std::lock_guard lock(writing_.mutex);
        static_cast<void>(writer());
    }
    return look([&](SqlSession& session) {
        std::vector<SqlRunTable::Unsettled> unsettled = session.runs.unsettled();
        std::unordered_map<std::int64_t, std::shared_ptr<const JobDefinition>> definitions;
        SqlIntegers generations;
        for (const auto& [run, job_id] : unsettled) {
            if (definitions.emplace(run.generation, nullptr).second) {
                generations.add(run.generation);
            }
        }
        for (SqlJob& job : session.jobs.find(generations)) {
            definitions[job.record.generation] = std::move(job.record.definition);
        }
        std::vector<ClaimedRun> runs;
        runs.reserve(unsettled.size());
        for (auto& [run, job_id] : unsettled) {
            run.job = definitions[run.generation];
            if (run.job == nullptr) run.job = make_removed_job(std::move(job_id));
            runs.push_back(std::move(run));
        }
        return runs;
    });
}

void SqlStore::retry_lost(std::span<const ClaimedRun> runs) {
    transact([&](SqlWork& work) {
        work.session.runs.retry(runs);
        work.commit();
    });
}

std::vector<RunRecord> SqlStore::runs(const RunQuery& query) {
    return look([&](SqlSession& session) { return session.history.list(query); });
}

}  // namespace punctual::detail
