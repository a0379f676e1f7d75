#include <punctual/stores/sqlite.hpp>

#include "stores/sql/sql_store.hpp"
#include "stores/sqlite/backend.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {
namespace {

const bool is_registered = [] {
    register_store_scheme("sqlite", make_sqlite_store);
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_sqlite_store(const std::string& url) {
    return std::make_shared<detail::SqlStore>(
        std::make_unique<detail::SqliteBackend>(detail::parse_sqlite_url(url)));
}

Transaction sqlite_transaction(sqlite3* connection) {
    return {"sqlite", connection};
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_sqlite() {}
