#pragma once
// A store that blocks until the test lets it go on: for tests of what happens meanwhile.
//
//     auto store = std::make_shared<HeldStore>(make_memory_store());
//     BackgroundScheduler scheduler({.stores = {{"default", store}}});
//     store->hold();
//     …
//     store->release();

#include <punctual/stores/store.hpp>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual::testing {

/// Hands every call to another store, as a durable one. *Thread safety*: safe, if that store is.
class HeldStore final : public JobStore {
public:
    explicit HeldStore(std::shared_ptr<JobStore> store) : store_(std::move(store)) {}

    /// From here on passes block within the store.
    void hold() {
        const std::lock_guard lock(mutex_);
        holding_ = true;
    }
    void release() {
        const std::lock_guard lock(mutex_);
        holding_ = false;
        changed_.notify_all();
    }
    /// Waits until a pass blocks.
    void wait_until_held() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return held_ > 0; });
    }

    /// Waits until a pass has been through the store.
    void wait_until_passed() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return passed_; });
    }

    void open(const StoreContext& context) override { store_->open(context); }
    void close() override { store_->close(); }
    [[nodiscard]] bool durable() const override { return true; }
    [[nodiscard]] std::string describe() const override { return store_->describe(); }
    std::vector<std::size_t> add(std::span<const JobRecord> jobs) override {
        return store_->add(jobs);
    }
    void edit(std::span<const std::string> ids, JobEditor& editor) override {
        store_->edit(ids, editor);
    }
    void edit_within(const Transaction& transaction, std::span<const std::string> ids,
                     JobEditor& editor) override {
        store_->edit_within(transaction, ids, editor);
    }
    std::size_t remove_all() override { return store_->remove_all(); }
    [[nodiscard]] std::optional<JobRecord> find(std::string_view id) override {
        return store_->find(id);
    }
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit) override {
        return store_->list(after, limit);
    }
    void process(const StoreBatch& batch, StoreResult& result) override {
        {
            std::unique_lock lock(mutex_);
            ++held_;
            changed_.notify_all();
            changed_.wait(lock, [this] { return !holding_; });
            --held_;
        }
        store_->process(batch, result);
        const std::lock_guard lock(mutex_);
        passed_ = true;
        changed_.notify_all();
    }
    void start_unscheduled(std::span<ClaimedRun> runs, Instant now) override {
        store_->start_unscheduled(runs, now);
    }
    [[nodiscard]] Instant next_due(std::span<const std::string_view> executors) override {
        return store_->next_due(executors);
    }
    [[nodiscard]] std::vector<ClaimedRun> unsettled() override { return store_->unsettled(); }
    void retry_lost(std::span<const ClaimedRun> runs) override { store_->retry_lost(runs); }
    [[nodiscard]] std::vector<RunRecord> runs(const RunQuery& query) override {
        return store_->runs(query);
    }

private:
    const std::shared_ptr<JobStore> store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool holding_ = false;
    int held_ = 0;
    bool passed_ = false;
};

}  // namespace punctual::testing
