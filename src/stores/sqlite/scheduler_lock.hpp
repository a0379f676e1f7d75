#pragma once
// One scheduler at a time drives a store in a SQLite file: a lock beside it says which.

#include "stores/sqlite/location.hpp"

namespace punctual::detail {

/// Holds the advisory lock on `<path>-<prefix>lock`, never on the database itself: closing any
/// descriptor of that one would drop the locks of SQLite. The kernel lets go when the process ends.
class SchedulerLock {
public:
    /// *Throws* StoreError if another scheduler holds it, or the file cannot be made.
    explicit SchedulerLock(const SqliteLocation& location);
    ~SchedulerLock();
    SchedulerLock(const SchedulerLock&) = delete;
    SchedulerLock& operator=(const SchedulerLock&) = delete;

private:
    int descriptor_;
};

}  // namespace punctual::detail
