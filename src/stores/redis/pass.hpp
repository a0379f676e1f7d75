#pragma once
// One pass of an engine over a Redis store: settles, starts, claims.
//
// Claims are optimistic: due jobs are read, decided about, and written back in one step together
// with settlements and starts. A job that changed in between is left for the next pass, and so is
// one that a settlement of this pass makes due.

#include <punctual/stores/store.hpp>

#include <span>
#include <vector>

#include "stores/redis/session.hpp"

namespace punctual::detail {

class RedisPass {
public:
    RedisPass(RedisSession& session, const History& history, StoreResult& result)
        : session_(session), history_(history), result_(result) {}

    void run(const StoreBatch& batch);

private:
    struct Claim {
        RedisJob job;
        std::size_t first_run;      // in `result_.claimed`
        std::size_t first_not_run;  // in `result_.not_run`
        std::size_t runs;
        std::size_t not_run;
    };

    void find_due(const StoreBatch& batch);
    void expect_settlements(std::span<const Settlement> settlements);
    void expect_follow_ups(std::span<const Settlement> settlements);
    void decide(const StoreBatch& batch);
    void decide(RedisJob job, Decider& decider, Instant now);
    void take_decision(RedisJob job, Instant now);
    void add_claim(const RedisJob& job, const JobRecord& changed);
    void write(std::span<const Settlement> settlements, std::span<const ClaimedRun> starts,
               Instant now);
    static void add_follow_ups(RedisCommand& command, std::span<const Settlement> settlements);
    void add_settlements(RedisCommand& command, std::span<const Settlement> settlements) const;
    void take_answer(const RedisReply& answer, std::span<const Settlement> settlements);
    void leave_out(RedisValue changed);

    RedisSession& session_;
    const History& history_;
    StoreResult& result_;
    Decision decision_;
    std::vector<RedisJob> due_;
    std::vector<Claim> claims_;
    RedisCommand claim_words_;
    std::int64_t ids_wanted_ = 0;
    std::string changes_;  // the store's counter when `due_` was read
};

/// Adds what the scripts take that keep a history.
void add_history_limits(RedisCommand& command, const History& history, Instant now);

/// A record of instants without a run; the id is given by the store.
[[nodiscard]] std::string write_not_run(const std::string& job_id, const NotRun& range,
                                        Instant now);

}  // namespace punctual::detail
