#include "stores/sqlite/backend.hpp"

#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/opening.hpp"
#include "stores/sqlite/scheduler_lock.hpp"

namespace punctual::detail {

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_schedule() {
    // Before anything is made or changed: one scheduler at a time does that.
    std::unique_ptr<SchedulerLock> lock;
    if (!location_.path.empty()) lock = std::make_unique<SchedulerLock>(location_);
    return std::make_unique<SqliteConnection>(open_to_write(location_),
                                              SqliteTables{location_.prefix}, std::move(lock));
}

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_read() {
    return std::make_unique<SqliteConnection>(open_to_read(location_),
                                              SqliteTables{location_.prefix});
}

std::unique_ptr<SqlConnection> SqliteBackend::connect_to_inspect() {
    return std::make_unique<SqliteConnection>(open_to_inspect(location_),
                                              SqliteTables{location_.prefix});
}

}  // namespace punctual::detail
