#pragma once
// Jobs on a MongoDB server.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>
#include <utility>

#include "stores/leased_store.hpp"
#include "stores/mongodb/location.hpp"
#include "stores/mongodb/opening.hpp"
#include "stores/mongodb/session.hpp"

namespace punctual::detail {

class MongoStore final : public LeasedStore<MongoSession> {
public:
    explicit MongoStore(MongoLocation location) : location_(std::move(location)) {}
    ~MongoStore() override { MongoStore::close(); }

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
    [[nodiscard]] std::shared_ptr<MongoSession> make_session(std::string owner) const override;
    [[nodiscard]] Duration lease() const override { return location_.lease; }
    void take(MongoSession& session) override { open_to_schedule(session); }
    void begin_looking(MongoSession& session) override { open_to_inspect(session); }
    void renew(MongoSession& session) override;
    void give_up(MongoSession& session) noexcept override { let_go(session); }

    MongoLocation location_;
};

}  // namespace punctual::detail
