#pragma once
// Jobs in a SQLite file. One connection writes; lookups have one of their own, so that they do not
// wait behind a pass.

#include <punctual/stores/store.hpp>

#include <atomic>
#include <memory>

#include "stores/sqlite/location.hpp"
#include "stores/sqlite/scheduler_lock.hpp"
#include "stores/sqlite/session.hpp"

namespace punctual::detail {

class SqliteStore final : public JobStore {
public:
    explicit SqliteStore(SqliteLocation location) : location_(std::move(location)) {}

    void open(const StoreContext& context) override;
    void close() override;
    [[nodiscard]] bool durable() const override { return true; }
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
    void edit_job(SqliteWork& work, const std::string& id, std::size_t index, JobEditor& editor);
    void remove_job(SqliteWork& work, const JobRecord& job);
    [[nodiscard]] SqliteSession& writer() const;
    [[nodiscard]] SqliteSession& reader() const;

    SqliteLocation location_;
    History history_;
    std::atomic<Instant> now_{};  // of the latest pass, for records of edits
    std::unique_ptr<SchedulerLock> lock_;
    std::shared_ptr<SqliteSession> writer_;
    std::shared_ptr<SqliteSession> reader_;
};

}  // namespace punctual::detail
