#pragma once
// Adding and editing jobs in Redis.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <vector>

#include "stores/redis/session.hpp"

namespace punctual::detail {

class RedisJobEditing {
public:
    RedisJobEditing(RedisSession& session, JobCodec& codec, const History& history, Instant now)
        : session_(session), codec_(codec), history_(history), now_(now) {}

    [[nodiscard]] std::vector<std::size_t> add(std::span<const JobRecord> jobs);
    void edit(std::span<const std::string> ids, JobEditor& editor);
    std::size_t remove_all();

private:
    /// These keep words of `add` and `edit` on the server, and count them in `staged`.
    void stage_if_long(RedisCommand& words, std::int64_t& staged);
    void stage(RedisCommand& words, std::int64_t& staged);
    [[nodiscard]] bool try_to_edit(std::span<const std::string> ids, JobEditor& editor);
    [[nodiscard]] std::vector<const RedisJob*> find(std::span<const std::string> ids);
    void add_check(RedisCommand& command, const std::string& id, const RedisJob* current);
    void add_edit(RedisCommand& command, const RedisJob* current, const JobEdit& edit);
    void add_put(RedisCommand& command, const RedisJob* current, const JobRecord& record);
    void add_job(RedisCommand& command, const JobRecord& record, std::int32_t version);
    void add_definition(RedisCommand& command, const JobDefinition& definition,
                        std::string_view stored_options);
    [[nodiscard]] std::string stored_options(const RedisJob& job);

    RedisSession& session_;
    JobCodec& codec_;
    const History& history_;
    Instant now_;
    std::vector<RedisJob> found_;
};

}  // namespace punctual::detail
