#include "stores/mongodb/history.hpp"

#include <algorithm>

#include "stores/mongodb/bulk.hpp"

namespace punctual::detail {

namespace {

// More jobs than that are counted anew from time to time.
constexpr std::size_t most_counts = 200'000;

// Removing takes questions of its own, so that some records are let gather before: at most a tenth
// of those of a job, and a thousandth of those of the store.
std::int64_t slack(std::int64_t limit, std::int64_t part) {
    return std::min<std::int64_t>(limit / part, 1000);
}

}  // namespace

void MongoHistory::add(std::span<const MongoRecord> records) {
    insert(records);
}

void MongoHistory::add_outcomes(std::span<const MongoRecord> records) {
    if (insert(records) == 0) return;
    MongoBulk bulk(connection_, MongoCollection::history);
    for (const MongoRecord& record : records) {
        bulk.replace(Document("_id", record.record.id), write_record(record));
    }
    bulk.execute();
}

std::int64_t MongoHistory::insert(std::span<const MongoRecord> records) {
    if (!keeps() || records.empty()) return 0;
    MongoBulk bulk(connection_, MongoCollection::history);
    for (const MongoRecord& record : records) bulk.insert(write_record(record));
    const std::int64_t known = bulk.execute().duplicates;
    if (known > 0) counts_.clear();
    if (total_ >= 0) total_ += bulk.size() - known;
    for (const MongoRecord& record : records) {
        const auto counted = counts_.find(record.record.job_id);
        if (counted != counts_.end()) ++counted->second;
        added_.insert(record.record.job_id);
    }
    return known;
}

void MongoHistory::trim(Instant now) noexcept {
    if (added_.empty()) return;
    try {
        if (counts_.size() > most_counts) counts_.clear();
        trim_jobs();
        trim_store();
        trim_old(now);
    } catch (const std::exception&) {
        // Of removals that may have happened in part, the counts are not known.
        counts_.clear();
        total_ = -1;
    }
    added_.clear();
}

void MongoHistory::count_new_jobs() {
    std::vector<std::string> unknown;
    for (const std::string& id : added_) {
        if (counts_.try_emplace(id, 0).second) unknown.push_back(id);
    }
    if (unknown.empty()) return;
    const std::array<Document, 2> steps = {
        Document("$match", where("job", "$in", std::span<const std::string>(unknown))),
        Document("$group", Document("_id", "$job").add("count", Document("$sum", 1)))};
    connection_.aggregate(MongoCollection::history, steps, [this](DocumentView counted) {
        counts_[std::string(counted.text("_id"))] = counted.integer("count");
    });
}

void MongoHistory::trim_jobs() {
    count_new_jobs();
    const std::int64_t most = limits_.runs_per_job + slack(limits_.runs_per_job, 10);
    MongoBulk bulk(connection_, MongoCollection::history);
    for (const std::string& id : added_) {
        std::int64_t& count = counts_[id];
        if (count <= most) continue;
        Document options("sort", Document("_id", -1));
        options.add("skip", limits_.runs_per_job)
            .add("limit", 1)
            .add("projection", Document("_id", 1));
        connection_.find(MongoCollection::history, Document("job", id), options,
                         [&](DocumentView newest) {
                             Document surplus("job", id);
                             surplus.add("_id", Document("$lte", newest.integer("_id")));
                             bulk.remove_many(surplus);
                         });
        count = limits_.runs_per_job;
    }
    const std::int64_t removed = bulk.execute().removed;
    if (total_ >= 0) total_ -= removed;
}

void MongoHistory::trim_store() {
    if (total_ < 0) total_ = connection_.estimate_count(MongoCollection::history);
    const std::int64_t surplus = total_ - limits_.runs;
    if (surplus <= slack(limits_.runs, 1000)) return;
    Document options("sort", Document("_id", 1));
    options.add("limit", surplus).add("projection", Document("job", 1));
    std::int64_t last = 0;
    connection_.find(MongoCollection::history, Document(), options, [&](DocumentView oldest) {
        last = oldest.integer("_id");
        const auto counted = counts_.find(std::string(oldest.text("job")));
        if (counted != counts_.end()) --counted->second;
    });
    total_ -= connection_.remove(MongoCollection::history, where("_id", "$lte", last));
}

void MongoHistory::trim_old(Instant now) {
    // An age beyond 1970 is none.
    if (limits_.age >= now.time_since_epoch()) return;
    const Duration pause = std::min<Duration>(limits_.age / 100, std::chrono::minutes(1));
    if (trimmed_old_ != Instant::min() && now - trimmed_old_ < pause) return;
    trimmed_old_ = now;
    const Document old = where("finished", "$lt", now - limits_.age);
    bool found = false;
    connection_.find(MongoCollection::history, old, Document("projection", Document("job", 1)),
                     [&](DocumentView record) {
                         found = true;
                         const auto counted = counts_.find(std::string(record.text("job")));
                         if (counted != counts_.end()) --counted->second;
                     });
    if (found) total_ -= connection_.remove(MongoCollection::history, old);
}

std::vector<RunRecord> MongoHistory::find(const RunQuery& query) {
    std::vector<RunRecord> records;
    // No limit at all is what 0 stands for there.
    if (query.limit == 0) return records;
    Document filter;
    if (!query.job_id.empty()) filter.add("job", query.job_id);
    if (query.before != 0) filter.add("_id", Document("$lt", query.before));
    Document options("sort", Document("_id", -1));
    options.add("limit", std::min<std::size_t>(query.limit, 1'000'000'000));
    connection_.find(MongoCollection::history, filter, options,
                     [&](DocumentView document) { records.push_back(read_record(document)); });
    return records;
}

}  // namespace punctual::detail
