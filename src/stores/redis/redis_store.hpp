#pragma once
// Jobs on a Redis server.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>
#include <utility>

#include "stores/leased_store.hpp"
#include "stores/redis/location.hpp"
#include "stores/redis/opening.hpp"
#include "stores/redis/session.hpp"

namespace punctual::detail {

class RedisStore final : public LeasedStore<RedisSession> {
public:
    explicit RedisStore(RedisLocation location) : location_(std::move(location)) {}
    ~RedisStore() override { RedisStore::close(); }

    [[nodiscard]] std::string describe() const override { return location_.describe(); }

    std::vector<std::size_t> add(std::span<const JobRecord> jobs) override;
    void edit(std::span<const std::string> ids, JobEditor& editor) override;
    std::size_t remove_all() override;
    [[nodiscard]] std::optional<JobRecord> find(std::string_view id) override;
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit) override;

    void process(const StoreBatch& batch, StoreResult& result) override;
    void start_unscheduled(std::span<ClaimedRun> runs, Instant now) override;
    [[nodiscard]] Instant next_due(std::span<const std::string_view> executors) override;
    [[nodiscard]] std::vector<ClaimedRun> unsettled() override;
    void retry_lost(std::span<const ClaimedRun> runs) override;
    [[nodiscard]] std::vector<RunRecord> runs(const RunQuery& query) override;

private:
    [[nodiscard]] std::shared_ptr<RedisSession> make_session(std::string owner) const override;
    [[nodiscard]] Duration lease() const override { return location_.lease; }
    void take(RedisSession& session) override { open_to_schedule(session); }
    void begin_looking(RedisSession& session) override { open_to_inspect(session); }
    void renew(RedisSession& session) override;
    void give_up(RedisSession& session) noexcept override { let_go(session); }

    RedisLocation location_;
    JobCodec codec_;  // of the writer, guarded by its mutex
};

}  // namespace punctual::detail
