#pragma once
// One connection to a MongoDB store, with what is common to all that is done over it.

#include <punctual/stores/store.hpp>

#include <chrono>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "stores/job_codec.hpp"
#include "stores/mongodb/connection.hpp"
#include "stores/mongodb/history.hpp"
#include "stores/mongodb/job_document.hpp"
#include "stores/recent_cache.hpp"

namespace punctual::detail {

/// A change of the document of the store.
struct StoreChange {
    Document increments{};
    Document sets{};
    Document unsets{};
};

/// The document of a job as a change expected it.
struct ExpectedJob {
    std::int64_t generation;
    std::int64_t revision;
};

/// Whoever uses it holds `mutex`.
class MongoSession {
public:
    /// `owner` names the scheduler that writes; empty for one that only looks.
    MongoSession(const MongoLocation& location, std::string owner, const History& limits);

    // --- Who writes ---

    [[nodiscard]] const std::string& owner() const { return owner_; }
    /// Tells the server that this scheduler lives. *Throws* StoreError if the store is another's.
    void renew();
    /// The same, unless the server was told a moment ago.
    void make_certain_of_ownership();
    /// Changes the document of the store, as long as it is ours, and returns what it became. A
    /// change before it, whose answer was lost, is not done any more from then on.
    Document change_store(const StoreChange& change);

    // --- Numbers ---

    /// The first of `count` ids that follow one another.
    RunId take_run_ids(std::int64_t count);
    /// A number that no other change of this store has.
    std::int64_t next_token() { return ++token_; }

    // --- Jobs ---

    /// Looks up the definitions of jobs that were read without.
    void define(std::span<MongoJob* const> jobs);
    /// A job with its definition.
    [[nodiscard]] MongoJob read_whole_job(DocumentView document);

    std::mutex mutex;
    MongoConnection connection;
    MongoHistory history;
    JobCodec codec;
    /// A change was begun, and it is not known what became of it.
    bool is_uncertain = false;
    /// What it would have changed.
    std::vector<ExpectedJob> uncertain_jobs;

private:
    struct Key {
        std::int64_t generation;
        std::int32_t version;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return std::hash<std::int64_t>()(key.generation * 31 + key.version);
        }
    };

    [[nodiscard]] Document update_of(const StoreChange& change) const;
    void refuse_if_lost(const std::optional<Document>& store) const;

    std::string owner_;
    std::int64_t step_ = 0;  // of the document of the store, as it was last seen
    std::chrono::steady_clock::time_point renewed_{};
    RunId next_run_ = 0;
    RunId end_of_runs_ = 0;
    std::int64_t token_;
    RecentCache<Key, std::shared_ptr<const JobDefinition>, KeyHash> definitions_{50'000};
};

/// The one document of the store's own collection.
[[nodiscard]] Document store_document_filter();

}  // namespace punctual::detail
