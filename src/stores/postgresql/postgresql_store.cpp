#include <punctual/stores/postgresql.hpp>

#include "stores/postgresql/backend.hpp"
#include "stores/sql/sql_store.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {
namespace {

const bool is_registered = [] {
    register_store_scheme("postgresql", make_postgresql_store);
    register_store_scheme("postgres", make_postgresql_store);
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_postgresql_store(const std::string& url) {
    return std::make_shared<detail::SqlStore>(
        std::make_unique<detail::PostgresqlBackend>(detail::parse_postgresql_url(url)));
}

Transaction postgresql_transaction(pg_conn* connection) {
    return {"postgresql", connection};
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_postgresql() {}
