#pragma once
// A store that fails when the test says so: for tests of what a scheduler makes of it.
//
//     auto store = std::make_shared<FailingStore>(make_memory_store());
//     TestingScheduler scheduler({.stores = {{"default", store}}});
//     scheduler.start();
//     store->fail_calls(3, 2, FailurePoint::after);  // the third call from here, and the next

#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace punctual::testing {

/// Whether a call that fails has changed the store.
enum class FailurePoint : std::uint8_t {
    before,  ///< It fails before anything is written.
    after,   ///< It writes all, and fails then: the answer is lost.
};

/// Hands every call to another store. Calls that read or write jobs and runs are counted, and fail
/// with StoreUnavailableError where told to; opening, closing and describing never fail.
/// *Thread safety*: safe, if the other store is.
class FailingStore final : public JobStore {
public:
    static constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();

    explicit FailingStore(std::shared_ptr<JobStore> store) : store_(std::move(store)) {}

    /// Of the calls from here on, `count` fail, beginning with the `first` (1: the next).
    void fail_calls(std::int64_t first, std::int64_t count, FailurePoint point) {
        const std::lock_guard lock(mutex_);
        calls_ = 0;
        failures_ = 0;
        first_ = first;
        count_ = count;
        point_ = point;
    }
    /// No call fails any more.
    void work() { fail_calls(1, 0, FailurePoint::before); }
    /// From here on a pass that settles a run whose record has more text than that is refused for
    /// good, by StoreError, before anything is written; as by a server that takes only so much.
    void refuse_records_over(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        longest_record_ = bytes;
    }
    /// Calls since the last `fail_calls`.
    [[nodiscard]] std::int64_t calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    /// Those of them that failed.
    [[nodiscard]] std::int64_t failures() const {
        const std::lock_guard lock(mutex_);
        return failures_;
    }

    void open(const StoreContext& context) override { store_->open(context); }
    void close() override { store_->close(); }
    [[nodiscard]] bool durable() const override { return store_->durable(); }
    [[nodiscard]] std::string describe() const override { return store_->describe(); }

    std::vector<std::size_t> add(std::span<const JobRecord> jobs) override {
        return attempt([&] { return store_->add(jobs); });
    }
    void edit(std::span<const std::string> ids, JobEditor& editor) override {
        attempt([&] { store_->edit(ids, editor); });
    }
    void edit_within(const Transaction& transaction, std::span<const std::string> ids,
                     JobEditor& editor) override {
        attempt([&] { store_->edit_within(transaction, ids, editor); });
    }
    std::size_t remove_all() override {
        return attempt([&] { return store_->remove_all(); });
    }
    [[nodiscard]] std::optional<JobRecord> find(std::string_view id) override {
        return attempt([&] { return store_->find(id); });
    }
    [[nodiscard]] JobPage list(std::string_view after, std::size_t limit) override {
        return attempt([&] { return store_->list(after, limit); });
    }
    /// Failing after the write, it leaves `result` empty: the answer never arrived.
    void process(const StoreBatch& batch, StoreResult& result) override {
        result = attempt([&] {
            refuse_long_records(batch);
            StoreResult answer;
            store_->process(batch, answer);
            return answer;
        });
    }
    void start_unscheduled(std::span<ClaimedRun> runs, Instant now) override {
        attempt([&] { store_->start_unscheduled(runs, now); });
    }
    [[nodiscard]] Instant next_due(std::span<const std::string_view> executors) override {
        return attempt([&] { return store_->next_due(executors); });
    }
    [[nodiscard]] std::vector<ClaimedRun> unsettled() override {
        return attempt([&] { return store_->unsettled(); });
    }
    void retry_lost(std::span<const ClaimedRun> runs) override {
        attempt([&] { store_->retry_lost(runs); });
    }
    [[nodiscard]] std::vector<RunRecord> runs(const RunQuery& query) override {
        return attempt([&] { return store_->runs(query); });
    }

private:
    /// Fails the call under way if it is one that is to fail, and this is the point.
    void fail_at(FailurePoint point, std::int64_t call) {
        const std::lock_guard lock(mutex_);
        if (point != point_ || call < first_ || call - first_ >= count_) return;
        ++failures_;
        throw StoreUnavailableError("call " + std::to_string(call) + " of " + store_->describe() +
                                    " failed, as the test wants it");
    }
    void refuse_long_records(const StoreBatch& batch) const {
        const std::lock_guard lock(mutex_);
        for (const Settlement& settlement : batch.settlements) {
            const std::size_t bytes = settlement.reason.size() + settlement.output.size() +
                                      settlement.result.to_json().size();
            if (bytes <= longest_record_) continue;
            throw StoreError(store_->describe() + " takes records of " +
                             std::to_string(longest_record_) + " bytes, and this has " +
                             std::to_string(bytes));
        }
    }
    [[nodiscard]] std::int64_t count_call() {
        const std::lock_guard lock(mutex_);
        return ++calls_;
    }
    template <class F>
    auto attempt(F function) -> decltype(function()) {
        const std::int64_t call = count_call();
        fail_at(FailurePoint::before, call);
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            fail_at(FailurePoint::after, call);
        } else {
            auto answer = function();
            fail_at(FailurePoint::after, call);
            return answer;
        }
    }

    std::shared_ptr<JobStore> store_;
    mutable std::mutex mutex_;
    std::int64_t calls_ = 0;
    std::int64_t failures_ = 0;
    std::int64_t first_ = 1;
    std::int64_t count_ = 0;
    FailurePoint point_ = FailurePoint::before;
    std::size_t longest_record_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace punctual::testing
