#pragma once
// Jobs and their definitions in SQLite.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/job_codec.hpp"
#include "stores/recent_cache.hpp"
#include "stores/sqlite/database.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
class SqliteJobTable {
public:
    explicit SqliteJobTable(SqliteDatabase& database);

    /// False, and nothing is added, if there is a job of this id.
    [[nodiscard]] bool insert(const JobRecord& job, std::int64_t generation);
    /// Replaces `current` by `changed`, which keeps its generation and what runs.
    void replace(const JobRecord& current, const JobRecord& changed);
    void move_on(const JobRecord& job, const Decision& decision);
    /// Leaves the job as it is and claims it later.
    void set_aside(std::int64_t generation, Instant due);
    void remove(std::int64_t generation);
    [[nodiscard]] std::int64_t remove_all();

    /// A group of its runs begins or ends; nothing happens if the job is gone.
    void begin_group(std::int64_t generation);
    void end_group(std::int64_t generation);
    /// Takes note of groups that ended and of one more row in the history. Returns how many rows
    /// the history of the job has then; 0 if the job is gone.
    std::int64_t settle(std::int64_t generation, std::int64_t ended_groups);
    /// History rows of the job with this id, `difference` more than before; 0 if there is none.
    std::int64_t change_history(std::string_view id, std::int64_t difference);

    [[nodiscard]] std::optional<JobRecord> find(std::string_view id);
    /// Null if it is gone.
    [[nodiscard]] std::shared_ptr<const JobDefinition> find_definition(std::int64_t generation);
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit);
    void append_due(const ClaimRequest& request, Instant now, std::vector<JobRecord>& jobs);
    [[nodiscard]] Instant next_due(std::string_view executor);
    /// Ended jobs without a run under way.
    [[nodiscard]] std::vector<JobRecord> done();

    /// To be called when a transaction was undone: what was read in it may never be true.
    void forget_what_was_read();

private:
    struct Key {
        std::int64_t generation;
        std::int32_t version;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return static_cast<std::size_t>(key.generation * 31 + key.version);
        }
    };

    [[nodiscard]] JobRecord read(const SqliteRows& rows);
    std::shared_ptr<const JobDefinition> definition_of(Key key, std::string_view id);
    void replace_definition(std::int64_t generation, const JobDefinition& definition);

    SqliteStatement insert_;
    SqliteStatement insert_definition_;
    SqliteStatement replace_;
    SqliteStatement replace_definition_;
    SqliteStatement move_on_;
    SqliteStatement set_aside_;
    SqliteStatement remove_;
    SqliteStatement remove_definition_;
    SqliteStatement remove_all_;
    SqliteStatement remove_all_definitions_;
    SqliteStatement settle_;
    SqliteStatement history_size_;
    SqliteStatement begin_group_;
    SqliteStatement end_group_;
    SqliteStatement change_history_;
    SqliteStatement find_;
    SqliteStatement find_generation_;
    SqliteStatement definition_;
    SqliteStatement list_;
    SqliteStatement due_;
    SqliteStatement next_due_;
    SqliteStatement done_;

    JobCodec codec_;
    using DefinitionCache = RecentCache<Key, std::shared_ptr<const JobDefinition>, KeyHash>;
    DefinitionCache definitions_{8192};
};

}  // namespace punctual::detail
