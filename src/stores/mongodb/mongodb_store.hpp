#pragma once
// Jobs on a MongoDB server. One connection writes; lookups have one of their own, so that they do
// not wait behind a pass.

#include <punctual/stores/store.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "stores/heartbeat.hpp"
#include "stores/mongodb/location.hpp"
#include "stores/mongodb/session.hpp"

namespace punctual::detail {

class MongoStore final : public JobStore {
public:
    explicit MongoStore(MongoLocation location) : location_(std::move(location)) {}
    ~MongoStore() override { MongoStore::close(); }

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
    [[nodiscard]] MongoSession& writer() const;
    [[nodiscard]] MongoSession& reader() const;
    void renew() noexcept;
    void set_trouble(const std::string& trouble);
    void check_trouble() const;

    MongoLocation location_;
    std::atomic<Instant> now_{};  // of the latest pass, for records of edits
    std::shared_ptr<MongoSession> writer_;
    std::shared_ptr<MongoSession> reader_;
    mutable std::mutex trouble_mutex_;
    std::string trouble_;  // why the store is not ours any more; guarded by its mutex
    std::unique_ptr<Heartbeat> heartbeat_;
};

}  // namespace punctual::detail
