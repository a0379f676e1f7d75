#pragma once
// Jobs and their definitions in an SQL database, many at a time.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/job_codec.hpp"
#include "stores/recent_cache.hpp"
#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// A job with how many records its history has.
struct SqlJob {
    /// Its definition is null until it has been read.
    JobRecord record;
    std::int64_t history_size = 0;
    /// Where the definition is not known.
    std::string id{};
};

/// A change of a job, with what it was.
struct SqlReplacement {
    const JobRecord* current;
    const JobRecord* changed;
};

/// *Thread safety*: none.
class SqlJobTable {
public:
    explicit SqlJobTable(SqlConnection& connection) : connection_(connection) {}

    /// Adds the jobs with these generations. Returns how many answers are to come; where an id
    /// exists they throw SqlDuplicateError.
    [[nodiscard]] std::size_t send_insert(std::span<const JobRecord* const> jobs,
                                          std::span<const std::int64_t> generations);
    /// Jobs keep their generation and what runs.
    void replace(std::span<const SqlReplacement> replacements);
    void remove(const SqlIntegers& generations);
    [[nodiscard]] std::int64_t remove_all();

    [[nodiscard]] std::vector<SqlJob> find(const SqlTexts& ids, bool lock);
    /// Those that are there of these ids.
    [[nodiscard]] std::vector<std::string> find_ids(const SqlTexts& ids);
    /// Those that are there of these generations, in no order.
    [[nodiscard]] std::vector<SqlJob> find(const SqlIntegers& generations);
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit);
    void send_claim(const ClaimRequest& request, Instant now);
    /// The jobs that the next answer gives.
    [[nodiscard]] std::vector<SqlJob> receive_jobs();
    /// Reads the definitions that `receive_jobs` did not know.
    void fill_in_definitions(std::span<SqlJob> jobs);
    [[nodiscard]] Instant next_due(std::span<const std::string_view> executors);
    /// Takes ended jobs without a run under way away; they are the next answer.
    void send_remove_done() { connection_.send(SqlStatement::remove_done_jobs, {}); }
    /// Takes their definitions away too, and returns them. Leaves an answer to come.
    [[nodiscard]] std::vector<std::shared_ptr<const JobDefinition>> finish_removal(
        std::vector<SqlJob>& done);

    /// To be called when a transaction was undone: what was read in it may never be true.
    void forget_what_was_read() { definitions_.clear(); }

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

    /// Returns how many answers are to come.
    [[nodiscard]] std::size_t send_definitions(std::span<const JobRecord* const> jobs,
                                               std::span<const std::int64_t> generations);
    void replace_definitions(std::span<const SqlReplacement> replacements);
    [[nodiscard]] SqlJob read_job(const SqlRows& rows);
    void read_definitions(std::span<SqlJob*> jobs);

    SqlConnection& connection_;
    JobCodec codec_;
    RecentCache<Key, std::shared_ptr<const JobDefinition>, KeyHash> definitions_{8192};
    std::size_t definitions_at_a_time_ = 64;
};

}  // namespace punctual::detail
