#pragma once
// One scheduler at a time drives a SQLite file: a lock beside it says which.

#include <string>

namespace punctual::detail {

/// Holds the advisory lock on `<path>-lock`, never on the database itself: closing any descriptor
/// of that one would drop the locks of SQLite. The kernel lets go when the process ends.
class SchedulerLock {
public:
    /// *Throws* StoreError if another scheduler holds it, or the file cannot be made. `name` is
    /// what messages call the database.
    SchedulerLock(const std::string& database_path, const std::string& name);
    ~SchedulerLock();
    SchedulerLock(const SchedulerLock&) = delete;
    SchedulerLock& operator=(const SchedulerLock&) = delete;

private:
    int descriptor_;
};

}  // namespace punctual::detail
