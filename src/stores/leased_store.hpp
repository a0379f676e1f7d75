#pragma once
// What stores on servers have in common that know their scheduler by a lease: one session writes
// and keeps the lease alive, another one looks, so that lookups do not wait behind a pass.

#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "stores/heartbeat.hpp"
#include "stores/scheduler_owner.hpp"

namespace punctual::detail {

/// `milliseconds` are left of the lease of `owner`.
[[noreturn]] void throw_in_use(std::string_view store, std::string_view owner,
                               std::int64_t milliseconds);
[[noreturn]] void throw_taken_over(std::string_view store);
/// `what` of the store may have been removed.
[[noreturn]] void throw_emptied(std::string_view store, std::string_view what);

/// Why a store is not its scheduler's any more. *Thread safety*: safe.
class LeaseTrouble {
public:
    /// Empty: there is none. What is new is logged, for a scheduler without work would not notice
    /// for long that it has lost its store.
    void set(const std::string& trouble);
    /// *Throws* StoreError if there is any.
    void check() const;

private:
    mutable std::mutex mutex_;
    std::string trouble_;
};

/// A `Session` has a `mutex`, held by whoever uses it. *Lifetime*: what derives from it calls
/// `close` when it is destroyed.
template <class Session>
class LeasedStore : public JobStore {
public:
    void open(const StoreContext& context) final {
        now_ = context.now;
        history_ = context.history;
        trouble_.set({});
        auto reader = make_session({});
        if (context.access == StoreAccess::inspect) {
            begin_looking(*reader);
            reader_ = std::move(reader);
            return;
        }
        auto writer = make_session(make_scheduler_owner());
        take(*writer);
        reader_ = std::move(reader);
        writer_ = std::move(writer);
        heartbeat_ = std::make_unique<Heartbeat>(lease() / 3, [this] { keep_lease(); });
    }
    void close() final {
        heartbeat_.reset();
        if (writer_ != nullptr) give_up(*writer_);
        writer_.reset();
        reader_.reset();
    }
    [[nodiscard]] bool durable() const final { return true; }

protected:
    [[nodiscard]] Session& writer() const {
        trouble_.check();
        if (writer_ != nullptr) return *writer_;
        throw StoreError(describe() + " is " +
                         (reader_ == nullptr ? "not open" : "open for looking only"));
    }
    [[nodiscard]] Session& reader() const {
        trouble_.check();
        if (reader_ == nullptr) throw StoreError(describe() + " is not open");
        return *reader_;
    }
    /// The one that writes, unless the store is open for looking only.
    [[nodiscard]] Session& writer_if_any() const {
        return writer_ != nullptr ? writer() : reader();
    }

    [[nodiscard]] const History& history() const { return history_; }
    /// The time of the latest pass, for records of edits.
    [[nodiscard]] Instant now() const { return now_; }
    void set_now(Instant now) { now_ = now; }

private:
    /// `owner` names the scheduler that writes; empty for one that only looks.
    [[nodiscard]] virtual std::shared_ptr<Session> make_session(std::string owner) const = 0;
    [[nodiscard]] virtual Duration lease() const = 0;
    /// These *throw* StoreError where the store is not there, or not to be had.
    virtual void take(Session& session) = 0;
    virtual void begin_looking(Session& session) = 0;
    /// *Throws* StoreError if the store is another's by now.
    virtual void renew(Session& session) = 0;
    virtual void give_up(Session& session) noexcept = 0;

    void keep_lease() noexcept {
        try {
            const std::lock_guard lock(writer_->mutex);
            renew(*writer_);
            trouble_.set({});
        } catch (const StoreUnavailableError&) {
            // The next one may come through, within the lease.
        } catch (const std::exception& error) {
            trouble_.set(error.what());
        }
    }

    History history_;
    std::atomic<Instant> now_{};
    std::shared_ptr<Session> writer_;
    std::shared_ptr<Session> reader_;
    LeaseTrouble trouble_;
    std::unique_ptr<Heartbeat> heartbeat_;
};

}  // namespace punctual::detail
