#include "stores/mongodb/mongodb_store.hpp"

#include <punctual/stores/mongodb.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "stores/mongodb/job_editing.hpp"
#include "stores/mongodb/pass.hpp"
#include "stores/mongodb/recovery.hpp"
#include "stores/mongodb/unscheduled.hpp"
#include "stores/page_start.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {

namespace {

// Limits are numbers of 32 bits in some servers; nobody reads more than this at once.
constexpr std::size_t most_listed = 1'000'000'000;

/// Jobs after the one that a page ended with.
Document filter_of_page(std::string_view after) {
    Document filter("removed", 0);
    if (after.empty()) return filter;
    const PageStart start = parse_page_start(after);
    const std::array<Document, 2> either = {where("next_run_time", "$gt", start.next_run_time),
                                            Document("next_run_time", start.next_run_time)
                                                .add("_id", Document("$gt", start.generation))};
    return std::move(filter.add("$or", std::span<const Document>(either)));
}

}  // namespace

std::shared_ptr<MongoSession> MongoStore::make_session(std::string owner) const {
    return std::make_shared<MongoSession>(location_, std::move(owner), history());
}

void MongoStore::renew(MongoSession& session) {
    session.renew();
}

// --- Jobs ---

std::vector<std::size_t> MongoStore::add(std::span<const JobRecord> jobs) {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    begin_step(session);
    auto conflicts = MongoJobEditing(session, now()).add(jobs);
    finish_step(session);
    return conflicts;
}

void MongoStore::edit(std::span<const std::string> ids, JobEditor& editor) {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    begin_step(session);
    MongoJobEditing(session, now()).edit(ids, editor);
    session.history.trim(now());
    finish_step(session);
}

std::size_t MongoStore::remove_all() {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    begin_step(session);
    const std::size_t count = remove_all_jobs(session, now());
    session.history.trim(now());
    finish_step(session);
    return count;
}

std::optional<JobRecord> MongoStore::find(std::string_view id) {
    MongoSession& session = reader();
    const std::lock_guard lock(session.mutex);
    Document filter("id", id);
    const auto found = session.connection.find_one(MongoCollection::jobs, filter.add("removed", 0));
    if (!found) return std::nullopt;
    return session.read_whole_job(found->view()).record;
}

JobPage MongoStore::list(std::string_view after, std::size_t limit) {
    const Document filter = filter_of_page(after);
    MongoSession& session = reader();
    const std::lock_guard lock(session.mutex);
    // One more than asked for tells whether another page follows.
    Document options("sort", Document("next_run_time", 1).add("_id", 1));
    options.add("limit", std::min(limit, most_listed) + 1);
    JobPage page;
    session.connection.find(MongoCollection::jobs, filter, options, [&](DocumentView document) {
        page.jobs.push_back(session.read_whole_job(document).record);
    });
    if (page.jobs.size() > limit) {
        page.jobs.resize(limit);
        if (limit > 0) page.next = format_page_start(page.jobs.back());
    }
    return page;
}

// --- Runs ---

void MongoStore::process(const StoreBatch& batch, StoreResult& result) {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    result.clear();
    set_now(batch.now);
    try {
        begin_step(session);
        MongoPass(session, result).run(batch);
        finish_step(session);
    } catch (...) {
        result.clear();
        throw;
    }
}

void MongoStore::start_unscheduled(std::span<ClaimedRun> runs, Instant) {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    begin_step(session);
    start_beside_schedule(session, runs);
    finish_step(session);
}

Instant MongoStore::next_due(std::span<const std::string_view> executors) {
    Instant earliest = never;
    if (executors.empty()) return earliest;
    MongoSession& session = reader();
    const std::lock_guard lock(session.mutex);
    Document options("sort", Document("due", 1));
    options.add("limit", 1).add("projection", Document("due", 1));
    for (const std::string_view executor : executors) {
        Document filter("executor", executor);
        filter.add("due", Document("$lt", earliest));
        session.connection.find(MongoCollection::jobs, filter, options,
                                [&](DocumentView job) { earliest = job.instant("due"); });
    }
    return earliest;
}

std::vector<ClaimedRun> MongoStore::unsettled() {
    MongoSession& session = writer_if_any();
    const std::lock_guard lock(session.mutex);
    // After a lost answer this tells what has become of a step. It must not be done afterwards.
    if (session.is_uncertain) recover(session);
    return find_unsettled(session);
}

void MongoStore::retry_lost(std::span<const ClaimedRun> runs) {
    MongoSession& session = writer();
    const std::lock_guard lock(session.mutex);
    begin_step(session);
    begin_next_attempts(session, runs);
    finish_step(session);
}

std::vector<RunRecord> MongoStore::runs(const RunQuery& query) {
    MongoSession& session = reader();
    const std::lock_guard lock(session.mutex);
    return session.history.find(query);
}

namespace {

const bool is_registered = [] {
    for (const char* scheme : {"mongodb", "mongodb+srv"}) {
        register_store_scheme(scheme, make_mongodb_store);
    }
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_mongodb_store(const std::string& url) {
    return std::make_shared<detail::MongoStore>(detail::parse_mongodb_url(url));
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_mongodb() {}
