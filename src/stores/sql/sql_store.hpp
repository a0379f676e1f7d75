#pragma once
// Jobs in an SQL database, of whichever kind. One connection writes; lookups have one of their
// own, so that they do not wait behind a pass. A connection that was lost is made again at the next
// call.

#include <punctual/stores/store.hpp>

#include <atomic>
#include <memory>
#include <mutex>

#include "stores/sql/backend.hpp"
#include "stores/sql/session.hpp"

namespace punctual::detail {

class SqlStore final : public JobStore {
public:
    explicit SqlStore(std::unique_ptr<SqlBackend> backend) : backend_(std::move(backend)) {}

    void open(const StoreContext& context) override;
    void close() override;
    [[nodiscard]] bool durable() const override { return true; }
    [[nodiscard]] std::string describe() const override { return backend_->describe(); }

    std::vector<std::size_t> add(std::span<const JobRecord> jobs) override;
    void edit(std::span<const std::string> ids, JobEditor& editor) override;
    void edit_within(const Transaction& transaction, std::span<const std::string> ids,
                     JobEditor& editor) override;
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
    enum class Use : std::uint8_t { closed, inspect, schedule };

    void insert(std::span<const JobRecord> jobs);
    void write_edits(SqlWork& work, std::span<const std::string> ids, JobEditor& editor);
    /// The indexes of those whose id exists, or stands twice.
    [[nodiscard]] std::vector<std::size_t> find_conflicts(std::span<const JobRecord> jobs);

    /// A way to the database, for one thread at a time.
    struct Channel {
        std::mutex mutex;
        std::unique_ptr<SqlSession> session;
    };
    /// What lookups go by. Its session is `reader()`, with its mutex held.
    [[nodiscard]] Channel& lookups();
    /// Make the connection where there is none that is usable.
    [[nodiscard]] SqlSession& writer();
    [[nodiscard]] SqlSession& reader();
    void require_schedule() const;
    /// `action(SqlWork&)` in a transaction; again where the server undid it in favour of another.
    template <class Action>
    auto transact(Action action);
    template <class Action>
    auto transact_on(SqlSession& session, Action action);
    /// `action(SqlSession&)`, which only reads; again where the connection turns out to be lost.
    template <class Action>
    auto look(Action action);

    std::unique_ptr<SqlBackend> backend_;
    History history_;
    std::atomic<Instant> now_{};  // of the latest pass, for records of edits
    std::atomic<Use> use_ = Use::closed;

    std::mutex backend_mutex_;  // taken while one of those below is held
    Channel writing_;
    Channel reading_;
};

}  // namespace punctual::detail
