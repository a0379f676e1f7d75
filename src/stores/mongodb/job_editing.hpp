#pragma once
// Adding, changing and removing the jobs of a MongoDB store.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "stores/mongodb/job_changes.hpp"
#include "stores/mongodb/session.hpp"

namespace punctual::detail {

class MongoJobEditing {
public:
    /// `now` is the time of what goes on record.
    MongoJobEditing(MongoSession& session, Instant now) : session_(session), now_(now) {}

    std::vector<std::size_t> add(std::span<const JobRecord> jobs);
    void edit(std::span<const std::string> ids, JobEditor& editor);

private:
    struct Found {
        MongoJob job;
        std::string options;
    };

    void remove_over(std::span<const JobRecord> jobs, std::int64_t first);
    void find(std::span<const std::string> ids);
    [[nodiscard]] bool try_to_edit(std::span<const std::string> ids, JobEditor& editor);
    void apply(MongoJobChanges& changes, const std::string& id, const JobEdit& edit);
    void put(MongoJobChange& change, const Found& current, const JobRecord& record);
    void put_new(MongoJobChanges& changes, const JobEdit& edit);
    [[nodiscard]] std::vector<MongoRecord> records_of(const std::string& id,
                                                      std::span<const NotRun> ranges);

    MongoSession& session_;
    Instant now_;
    std::unordered_map<std::string, Found> found_;
    std::int64_t next_generation_ = 0;
};

/// Which of these jobs are there.
[[nodiscard]] std::vector<MongoJob> find_jobs(MongoSession& session,
                                              std::span<const std::string> ids);

/// Removes every job; returns how many.
std::size_t remove_all_jobs(MongoSession& session, Instant now);
/// Goes on with a removal that was interrupted.
std::size_t finish_removal(MongoSession& session, DocumentView store);

}  // namespace punctual::detail
