#pragma once
// Changes of jobs' documents, written at once. Each is done only if its document is still as it was
// read: the revision tells.

#include <punctual/stores/store.hpp>

#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "stores/mongodb/session.hpp"

namespace punctual::detail {

struct MongoJobChange {
    enum class Kind : std::uint8_t { none, update, leave, insert };

    /// As it is to be; its revision is the one that was read.
    MongoJob job;
    Kind kind = Kind::none;
    /// To be written with it, where it changes.
    std::optional<StoredDefinition> definition{};
    /// Records that are to stand or fall with the change.
    std::vector<MongoRecord> notes{};
    /// False if the document was not as it was read any more: then nothing of it was done.
    bool is_written = true;

    /// Whether it updates or removes the document is told by what has become of the job.
    void touch() { kind = job.is_over() ? Kind::leave : Kind::update; }
    /// Its document stays, if only for what is on its way to other jobs.
    [[nodiscard]] bool is_update() const {
        return kind == Kind::update || (kind == Kind::leave && !job.follow_ups.empty());
    }
};

class MongoJobChanges {
public:
    explicit MongoJobChanges(MongoSession& session) : session_(session) {}

    /// Reads jobs, without their definitions. Those that are not there are left out.
    void read(std::span<const std::int64_t> generations);
    /// A job that may be changed; if it is known, the job as it is to be so far.
    MongoJobChange& add(MongoJob job);
    MongoJobChange* find(std::int64_t generation);
    [[nodiscard]] std::deque<MongoJobChange>& all() { return changes_; }

    /// Each document by itself, in one round trip. Jobs that were updated have their new revisions
    /// then.
    void write();
    /// All or none, even if this process ends in between: over a journal.
    void write_together();

private:
    [[nodiscard]] Document filter_of(const MongoJobChange& change) const;
    [[nodiscard]] Document fields_of(const MongoJobChange& change, std::int64_t token) const;
    void find_unwritten(std::int64_t token);
    void move_notes();

    MongoSession& session_;
    std::deque<MongoJobChange> changes_;
    std::unordered_map<std::int64_t, MongoJobChange*> by_generation_;
};

/// What is read of jobs without their definitions: options of a search.
[[nodiscard]] Document without_definition();

/// Does what the journal says, which may have been done in part. `token` tells its entries from
/// those of a journal that was given up.
void apply_journal(MongoSession& session, std::int64_t token);

/// Puts records that still stand in jobs' documents into the history.
void move_all_notes(MongoSession& session);

}  // namespace punctual::detail
