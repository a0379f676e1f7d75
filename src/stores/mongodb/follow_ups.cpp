#include "stores/mongodb/follow_ups.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <string>
#include <unordered_set>

#include "stores/mongodb/bulk.hpp"
#include "stores/mongodb/job_editing.hpp"

namespace punctual::detail {

namespace {

constexpr int most_attempts = 20;

template <class Take>
void find_sources(MongoSession& session, Take take) {
    session.connection.find(MongoCollection::jobs, where("follow_ups.cause", "$gt", 0),
                            Document("projection", Document("definition", 0).add("notes", 0)),
                            [&](DocumentView document) { take(read_job(document)); });
}

std::vector<std::string> find_ids_of_targets(MongoSession& session) {
    std::unordered_set<std::string> ids;
    find_sources(session, [&](const MongoJob& source) {
        for (const MongoFollowUp& follow_up : source.follow_ups) {
            ids.insert(follow_up.request.job_id);
        }
    });
    return {ids.begin(), ids.end()};
}

}  // namespace

void MongoDelivery::add_target(const MongoJob& job) {
    MongoJobChange& change = targets_.add(job);
    change.job.is_awaiting = false;
    by_id_.emplace(change.job.id, Target{&change, {}});
}

void MongoDelivery::add_source(const MongoJob& job) {
    if (job.follow_ups.empty()) return;
    sources_.push_back({.generation = job.record.generation,
                        .first_cause = job.follow_ups.front().cause,
                        .is_over = job.is_over()});
    for (const auto& [cause, request] : job.follow_ups) {
        const auto found = by_id_.find(request.job_id);
        if (found == by_id_.end()) continue;
        auto& [change, received] = found->second;
        if (!change->job.is_meant_by(request)) continue;
        received.push_back(cause);
        // All that a job gets from one cause comes in one change.
        if (std::ranges::count(change->job.received, cause) > 0) continue;
        change->job.queue(request.run);
        change->kind = MongoJobChange::Kind::update;
    }
}

bool MongoDelivery::finish() {
    for (auto& [id, target] : by_id_) {
        MongoJobChange& change = *target.change;
        if (change.kind == MongoJobChange::Kind::update) {
            change.job.received = std::move(target.received);
        } else if (change.job.is_over()) {
            // It was kept for runs that did not come in the end.
            change.touch();
        }
    }
    targets_.write();
    if (!std::ranges::all_of(targets_.all(), &MongoJobChange::is_written)) return false;
    strike_out();
    return true;
}

// Only what was brought: more may have come meanwhile.
void MongoDelivery::strike_out() {
    MongoBulk bulk(session_.connection, MongoCollection::jobs);
    for (const Source& source : sources_) {
        Document filter("_id", source.generation);
        filter.add("follow_ups.cause", source.first_cause);
        if (source.is_over) {
            bulk.remove(filter);
        } else {
            bulk.update(filter, Document("$unset", Document("follow_ups", "")));
        }
    }
    bulk.execute();
}

void deliver_follow_ups(MongoSession& session) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const std::vector<std::string> ids = find_ids_of_targets(session);
        if (ids.empty()) return;
        MongoDelivery delivery(session);
        for (const MongoJob& target : find_jobs(session, ids)) delivery.add_target(target);
        // Anew: what was brought since is not to be brought again.
        find_sources(session, [&](const MongoJob& source) { delivery.add_source(source); });
        if (delivery.finish()) return;
    }
    throw StoreUnavailableError(fmt::format("{} changes faster than runs can be put in line",
                                            session.connection.location().describe()));
}

}  // namespace punctual::detail
