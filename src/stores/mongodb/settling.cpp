#include "stores/mongodb/settling.hpp"

#include <algorithm>

#include "stores/mongodb/follow_ups.hpp"
#include "stores/mongodb/job_editing.hpp"

namespace punctual::detail {

void MongoSettling::read_targets(std::span<const std::string> ids) {
    for (MongoJob& job : find_jobs(session_, ids)) {
        MongoJobChange& change = changes_.add(std::move(job));
        targets_.emplace(change.job.id, &change);
    }
}

void MongoSettling::settle(MongoJobChange& change, const MongoEnd& end) {
    MongoJob& job = change.job;
    job.settle(end.run, end.ends_group, end.now);
    for (const QueueRequest& request : end.follow_ups) {
        if (job.is_meant_by(request)) {
            job.queue(request.run);
        } else if (MongoJobChange* target = find_target(request)) {
            target->job.is_awaiting = true;
            job.follow_ups.push_back({.cause = end.run, .request = request});
        }
    }
    change.touch();
}

MongoJobChange* MongoSettling::find_target(const QueueRequest& request) const {
    const auto found = targets_.find(request.job_id);
    if (found == targets_.end()) return nullptr;
    MongoJobChange* const target = found->second;
    const bool leaves = target->kind == MongoJobChange::Kind::leave;
    return leaves || !target->job.is_meant_by(request) ? nullptr : target;
}

void MongoSettling::deliver() {
    if (targets_.empty()) return;
    MongoDelivery delivery(session_);
    bool is_known = true;
    for (const auto& [id, target] : targets_) {
        is_known = is_known && target->is_written;
        if (target->kind != MongoJobChange::Kind::leave) delivery.add_target(target->job);
    }
    for (const MongoJobChange& change : changes_.all()) {
        if (change.is_written) delivery.add_source(change.job);
    }
    // What is not known of a target is asked for.
    if (!is_known || !delivery.finish()) deliver_follow_ups(session_);
}

}  // namespace punctual::detail
