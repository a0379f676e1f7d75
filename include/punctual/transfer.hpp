#pragma once
// Jobs from one store to another, or to JSON lines and back: for a move to another database, a
// backup, another machine.
//
//     const auto from = StoreSpec("sqlite:///jobs.sqlite").make();
//     …                                                    // open both
//     const Transferred count = copy_jobs(*from, *to, ExistingJobs::keep);
//
// A job goes over with its trigger as written and the instant it was resolved from, its options,
// its state and its next run time, so that what is overdue is caught up at the other place. Runs
// and their outcomes stay where they are, also those that a scheduler that was killed has claimed
// and left without an outcome: `from.unsettled()` has them, and a scheduler that opens the source
// once more runs them or reports them as lost. Stop the scheduler of the source first: two
// schedulers with the same job run it twice. A job that this program cannot run (its task is
// unknown, its trigger unreadable) goes over as it is stored.

#include <punctual/stores/store.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>

namespace punctual {

/// What becomes of a job whose id the receiving store has already.
enum class ExistingJobs : std::uint8_t {
    refuse,   ///< ConflictingIdError. The jobs before it, in steps of 500, have been written.
    keep,     ///< It stays as it is; the one that comes is passed over.
    replace,  ///< The one that comes takes its place; runs under way go on.
};

/// How many jobs went over.
struct Transferred {
    std::size_t added = 0;
    std::size_t replaced = 0;
    std::size_t kept = 0;  ///< Passed over, because their ids exist.

    friend bool operator==(const Transferred&, const Transferred&) = default;
};

/// Told as a transfer goes on.
class TransferListener {
public:
    virtual ~TransferListener() = default;
    /// A step of at most 500 jobs is written.
    virtual void written(const Transferred& so_far) = 0;
};

/// Copies every job of an open store to another, page by page. *Throws* ConflictingIdError as
/// `existing` says, SerializationError for a job that the other store cannot keep, StoreError.
Transferred copy_jobs(JobStore& from, JobStore& to, ExistingJobs existing = ExistingJobs::refuse,
                      TransferListener* listener = nullptr);

/// Writes every job of an open store, one JSON object a line; returns how many. *Throws*
/// SerializationError for a job that calls a function without a name, StoreError, Error if `out`
/// takes no more.
std::size_t export_jobs(JobStore& from, std::ostream& out);

/// Reads what `export_jobs` wrote. *Throws* SerializationError that names the line and what is
/// wrong with it (the lines before it, in steps of 500, have been taken over), ConflictingIdError,
/// StoreError.
Transferred import_jobs(JobStore& to, std::istream& in,
                        ExistingJobs existing = ExistingJobs::refuse);

}  // namespace punctual
