#pragma once
// Jobs as they come from Redis.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>
#include <vector>

#include "stores/job_codec.hpp"
#include "stores/recent_cache.hpp"
#include "stores/redis/connection.hpp"

namespace punctual::detail {

/// A job with what tells whether it changed since it was read.
struct RedisJob {
    JobRecord record;
    std::string id;
    std::string executor;
    /// What of it changes, as the server has it.
    std::string plan;
    /// The runs that wait in it, likewise.
    std::string queued;
    /// How it stands among the due ones; only of those that were found there.
    std::string member;
};

/// Reads jobs, and what they are where it does not know that yet. *Thread safety*: none.
class RedisJobReader {
public:
    /// `key_prefix` is what all keys begin with.
    RedisJobReader(RedisConnection& connection, std::string key_prefix)
        : connection_(connection), key_prefix_(std::move(key_prefix)) {}

    /// From an answer whose elements are jobs as the scripts return them.
    [[nodiscard]] std::vector<RedisJob> read(RedisValue jobs);
    /// The same without what only writers need.
    [[nodiscard]] std::vector<JobRecord> read_records(RedisValue jobs);

    /// Those of these members of the due jobs that there are.
    [[nodiscard]] std::vector<RedisJob> read_due(std::span<const std::string> members);

    /// The definitions of the jobs of these generations, in the same order; null for those gone.
    [[nodiscard]] std::vector<std::shared_ptr<const JobDefinition>> definitions(
        const std::vector<std::int64_t>& generations);

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

    [[nodiscard]] static RedisJob read_job(RedisValue fields, RedisValue queued);
    void define(std::span<RedisJob> jobs);
    void fetch(std::span<RedisJob* const> jobs);

    RedisConnection& connection_;
    std::string key_prefix_;
    JobCodec codec_;
    using DefinitionCache = RecentCache<Key, std::shared_ptr<const JobDefinition>, KeyHash>;
    DefinitionCache definitions_{8192};
    int connections_ = 0;
};

}  // namespace punctual::detail
