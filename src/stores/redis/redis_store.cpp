#include "stores/redis/redis_store.hpp"

#include <punctual/stores/redis.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>

#include "stores/page_start.hpp"
#include "stores/redis/job_editing.hpp"
#include "stores/redis/pass.hpp"
#include "stores/redis/run_text.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {

namespace {

// Lua counts in doubles; nobody reads more than this at once.
constexpr std::size_t most_listed = 1'000'000'000;

/// The score of a job in the list, where "never" comes last.
std::string score_of(Instant next_run_time) {
    return next_run_time == never ? "+inf"
                                  : std::to_string(next_run_time.time_since_epoch().count());
}

}  // namespace

std::shared_ptr<RedisSession> RedisStore::make_session(std::string owner) const {
    return std::make_shared<RedisSession>(location_, std::move(owner));
}

void RedisStore::renew(RedisSession& session) {
    static_cast<void>(session.connection.run(RedisScript::renew, session.arguments()));
}

std::vector<std::size_t> RedisStore::add(std::span<const JobRecord> jobs) {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    return RedisJobEditing(session, codec_, history(), now()).add(jobs);
}

void RedisStore::edit(std::span<const std::string> ids, JobEditor& editor) {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    RedisJobEditing(session, codec_, history(), now()).edit(ids, editor);
}

std::size_t RedisStore::remove_all() {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    return RedisJobEditing(session, codec_, history(), now()).remove_all();
}

std::optional<JobRecord> RedisStore::find(std::string_view id) {
    RedisSession& session = reader();
    const std::lock_guard lock(session.mutex);
    RedisCommand question = session.arguments();
    question.add(id);
    const RedisReply answer = session.connection.run(RedisScript::find, question);
    std::vector<JobRecord> jobs = session.jobs.read_records(answer.value());
    return jobs.empty() ? std::nullopt : std::optional(std::move(jobs.front()));
}

JobPage RedisStore::list(std::string_view after, std::size_t limit) {
    const bool is_first = after.empty();
    const PageStart start = parse_page_start(after);
    RedisSession& session = reader();
    const std::lock_guard lock(session.mutex);
    // One more than asked for tells whether another page follows.
    const auto wanted = static_cast<std::int64_t>(std::min(limit, most_listed)) + 1;
    RedisCommand question = session.arguments();
    question.add(is_first ? std::string() : score_of(start.next_run_time))
        .add(is_first ? std::string() : name_generation(start.generation))
        .add(wanted);
    const RedisReply answer = session.connection.run(RedisScript::list, question);
    JobPage page{.jobs = session.jobs.read_records(answer.value()), .next = {}};
    if (page.jobs.size() > limit) {
        page.jobs.resize(limit);
        if (limit > 0) page.next = format_page_start(page.jobs.back());
    }
    return page;
}

void RedisStore::process(const StoreBatch& batch, StoreResult& result) {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    result.clear();
    set_now(batch.now);
    try {
        RedisPass(session, history(), result).run(batch);
    } catch (...) {
        result.clear();
        throw;
    }
}

void RedisStore::start_unscheduled(std::span<ClaimedRun> runs, Instant now) {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    RedisCommand command = session.arguments();
    command.add(now).add(static_cast<std::int64_t>(runs.size()));
    for (const ClaimedRun& run : runs) command.add(run.job->id).add(run.scheduled).add(run.due);
    const RedisReply answer = session.connection.run(RedisScript::start_unscheduled, command);
    if (answer.size() == 1) {
        const auto place = static_cast<std::size_t>(answer[0].integer());
        throw JobLookupError(fmt::format("no job \"{}\" in {}", runs[place].job->id, describe()));
    }
    std::int64_t id = answer[0].integer();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        ClaimedRun& run = runs[i];
        run.id = run.group = ++id;
        run.generation = answer[1][i].integer();
        run.attempt = 1;
        run.started = true;
    }
}

Instant RedisStore::next_due(std::span<const std::string_view> executors) {
    if (executors.empty()) return never;
    RedisSession& session = reader();
    const std::lock_guard lock(session.mutex);
    std::vector<RedisCommand> questions;
    questions.reserve(executors.size());
    for (const std::string_view executor : executors) {
        const std::string key = session.key_prefix() + "due:" + std::string(executor);
        questions.push_back({"ZRANGE", key, "0", "0", "WITHSCORES"});
    }
    Instant earliest = never;
    for (const RedisReply& answer : session.connection.run_all(questions)) {
        if (answer.size() < 2) continue;
        // Scores of more than 16 digits come with an exponent.
        const double due = std::strtod(std::string(answer[1].text()).c_str(), nullptr);
        if (due >= 9.2e18) continue;
        earliest =
            std::min(earliest, Instant(std::chrono::microseconds(static_cast<std::int64_t>(due))));
    }
    return earliest;
}

std::vector<ClaimedRun> RedisStore::unsettled() {
    // After a lost answer this tells what has become of a step. It must not be done afterwards.
    RedisSession& session = writer_if_any();
    const std::lock_guard lock(session.mutex);
    session.make_certain();
    const RedisReply answer =
        session.connection.run(RedisCommand{"HGETALL", session.key_prefix() + "runs"});
    std::vector<RedisRun> found;
    for (std::size_t i = 0; i + 1 < answer.size(); i += 2) {
        found.push_back(read_run(answer[i].integer(), answer[i + 1].text()));
    }
    std::ranges::sort(found, {}, [](const RedisRun& run) { return run.run.id; });
    std::vector<std::int64_t> generations;
    generations.reserve(found.size());
    for (const RedisRun& run : found) generations.push_back(run.run.generation);
    const auto definitions = session.jobs.definitions(generations);
    std::vector<ClaimedRun> runs;
    for (std::size_t i = 0; i < found.size(); ++i) {
        ClaimedRun& run = found[i].run;
        run.job = definitions[i];
        if (run.job == nullptr) run.job = make_removed_job(std::move(found[i].job_id));
        runs.push_back(std::move(run));
    }
    return runs;
}

void RedisStore::retry_lost(std::span<const ClaimedRun> runs) {
    RedisSession& session = writer();
    const std::lock_guard lock(session.mutex);
    RedisCommand command = session.arguments();
    for (const ClaimedRun& run : runs) command.add(run.id).add(std::int64_t{run.attempt});
    static_cast<void>(session.connection.run(RedisScript::retry, command));
}

std::vector<RunRecord> RedisStore::runs(const RunQuery& query) {
    RedisSession& session = reader();
    const std::lock_guard lock(session.mutex);
    const std::string before = query.before == 0 ? "" : std::to_string(query.before);
    const auto limit = static_cast<std::int64_t>(std::min(query.limit, most_listed));
    std::vector<RunRecord> records;
    const auto take = [&records](const RedisReply& answer) {
        for (std::size_t i = 0; i < answer.size(); ++i) {
            records.push_back(read_record(answer[i].text()));
        }
    };
    if (query.job_id.empty()) {
        RedisCommand question{"ZREVRANGEBYSCORE", session.key_prefix() + "history"};
        question.add(before.empty() ? "+inf" : "(" + before).add("-inf");
        take(session.connection.run(question.add("LIMIT").add("0").add(limit)));
    } else {
        RedisCommand question = session.arguments();
        question.add(query.job_id).add(before).add(limit);
        take(session.connection.run(RedisScript::runs_of_job, question));
    }
    return records;
}

namespace {

const bool is_registered = [] {
    for (const char* scheme : {"redis", "redis+unix", "unix"}) {
        register_store_scheme(scheme, make_redis_store);
    }
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_redis_store(const std::string& url) {
    return std::make_shared<detail::RedisStore>(detail::parse_redis_url(url));
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_redis() {}
